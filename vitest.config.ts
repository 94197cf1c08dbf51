import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/closing-line-reporter.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/decide/**/*.ts', 'src/seal/**/*.ts'],
      exclude: ['**/*.test.ts'],
      thresholds: { 100: true },
      reporter: ['text', 'json-summary'],
    },
  },
});
