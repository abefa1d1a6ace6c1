/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/chaos/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/lint-fixtures/'],
  // Imports at run time carry the extension that they will have in dist/.
  // Journeys import what the package exports: here its sources.
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^jornada$': '<rootDir>/workflows/runtime/index.ts',
    '^jornada/catalog$': '<rootDir>/catalog/public.ts',
    '^jornada/testing$': '<rootDir>/testing/index.ts',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 120_000,
  // Many files run a whole stack each, and measure instants: they want a core of their own.
  maxWorkers: '50%',
};
