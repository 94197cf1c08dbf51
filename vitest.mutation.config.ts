import { defineConfig } from 'vitest/config';

/** The tests of seal and decide alone: a mutant must be killed beside the file it is in, not by a rehearsal far away. */
export default defineConfig({
  test: { include: ['src/seal/**/*.test.ts', 'src/decide/**/*.test.ts'], testTimeout: 60_000 },
});
