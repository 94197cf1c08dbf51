import { describe, expect, it } from 'vitest';
import type { Chance } from '../../src/gate/ports.ts';
import { Name } from '../../src/model/text.ts';

/** What every source of time and names promises. `open` gives one as another process would have it. */
export function chanceContract(name: string, open: (process: string) => Chance): void {
  describe(`${name}: time and names`, () => {
    it('tells the time in whole milliseconds', () => {
      expect(Number.isSafeInteger(open('a').now())).toBe(true);
    });

    it('gives names and nonces that the ledger takes and nobody has used, in this process or another', () => {
      const made = ['a', 'b'].flatMap((process) => {
        const chance = open(process);
        return Array.from({ length: 50 }, () => [chance.name('deploy'), chance.nonce()]).flat();
      });
      expect(made.filter((each) => !Name.safeParse(each).success)).toEqual([]);
      expect(new Set(made).size).toBe(200);
    });

    it('says in a name what it is of', () => {
      expect(open('a').name('rollback')).toMatch(/^rollback-/);
    });
  });
}
