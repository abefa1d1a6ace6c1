/** What is killed, cut off, brought back and loaded: long, and wants the machine, so run by itself with `npm run test:chaos`. */
/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/chaos/**/*.test.ts'],
  testPathIgnorePatterns: [],
  maxWorkers: 1,
  testTimeout: 400_000,
  showSeed: true,
  verbose: true,
};
