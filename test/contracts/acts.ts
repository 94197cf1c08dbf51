import { describe, expect, it } from 'vitest';
import type { Acts } from '../../src/gate/ports.ts';

/** What acts, in a world where that works or does not, and what it was told so far. */
export type ActingWorld = {
  readonly acts: Acts;
  readonly told: () => Promise<readonly unknown[]> | readonly unknown[];
  readonly settle: <T>(work: Promise<T>) => Promise<T>;
};

const ORDER = {
  cluster: 'smars',
  give: [{ hostname: 'n1', until: '2012-08-01T10:00:30.000Z', proof_seq: 7 }],
  take: [{ hostname: 'n2', reason: 'it is wrong' }],
};
const PAGE = { cluster: 'smars', event_id: null, sentence: 'Cluster smars is in quarantine.' };

/** What everything that acts on the world promises: it tries once, and what failed is a sentence. */
export function actsContract(name: string, open: (works: boolean) => Promise<ActingWorld>): void {
  describe(`${name}: what acts`, () => {
    it('is told the whole order and the whole page, each once, and has no trouble', async () => {
      const { acts, told, settle } = await open(true);
      expect([await settle(acts.order(ORDER)), await settle(acts.page(PAGE))]).toEqual([null, null]);
      expect(await told()).toMatchObject([ORDER, PAGE]);
    });

    it('says in a sentence what failed, and does not throw', async () => {
      const { acts, settle } = await open(false);
      for (const trouble of [await settle(acts.order(ORDER)), await settle(acts.page(PAGE))])
        expect(trouble).toMatch(/^\w.{10,}/);
    });
  });
}
