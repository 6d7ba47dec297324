/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^virtainer$': '<rootDir>/lib/index.ts',
  },
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json' }] },
  collectCoverageFrom: ['lib/**/*.ts'],
  coverageProvider: 'v8',
  testTimeout: 30000,
  globalSetup: '<rootDir>/test/system/before-all.ts',
  globalTeardown: '<rootDir>/test/system/after-all.ts',
};
