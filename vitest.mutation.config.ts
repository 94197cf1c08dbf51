import process from 'node:process';
import { defineConfig } from 'vitest/config';

/**
 * The tests of seal and decide alone: a mutant must be killed beside the file it is in, not by a rehearsal far away. To be quick
 * with a few files, name their tests: `MUTATION_TESTS=src/seal/json.test.ts,src/seal/plain-json.test.ts`.
 */
const some = process.env['MUTATION_TESTS'];

export default defineConfig({
  test: {
    include: some === undefined ? ['src/seal/**/*.test.ts', 'src/decide/**/*.test.ts'] : some.split(','),
    testTimeout: 60_000,
  },
});
