/** What is killed, cut off and brought back: long, so run by itself, with `npm run test:chaos`. */
/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/chaos/**/*.test.ts'],
  testPathIgnorePatterns: [],
  maxWorkers: 1,
  showSeed: true,
};
