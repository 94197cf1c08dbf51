/* oxlint-disable import/no-default-export -- stryker reads the default export */

/**
 * Mutation testing of the two rooms that must not be wrong: seal and decide. `npm run mutate` for all of it (long),
 * `npx stryker run -m src/seal/keyring.ts` for one file.
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  mutate: ['src/seal/**/*.ts', 'src/decide/**/*.ts', '!src/**/*.test.ts'],
  // Stryker would read tsconfig.json through an API that TypeScript 7 no longer has; a file that is not there is left alone.
  tsconfigFile: 'no-such-tsconfig.json',
  concurrency: 2,
  timeoutMS: 10_000,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  jsonReporter: { fileName: 'reports/mutation.json' },
  ignorePatterns: ['/dist', '/coverage', '/reports', '/docs', '/incidents', '/schemas', '/bin'],
  thresholds: { high: 98, low: 96, break: 95 },
};
