import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyFact } from '../../test/world/any-fact.ts';
import { proof, quarantined, sha } from '../../test/world/facts.ts';
import type { Fact } from '../model/entry.ts';
import { ClusterTold } from '../model/cluster-told.ts';
import { memoryLedger } from './memory.ts';
import { readEntries } from './read-entry.ts';
import { emptyCluster, replay } from './replay.ts';
import type { ClusterState } from './state.ts';
import { stateOfTold, toldState } from './told-state.ts';

async function stateAfter(facts: readonly Fact[]): Promise<ClusterState> {
  const ledger = memoryLedger('tests');
  for (const fact of facts) await ledger.append([fact], { expected: 'any', now: 1_000 });
  const entries = await Array.fromAsync(readEntries(ledger));
  return replay(entries).get('smars') ?? emptyCluster('smars');
}

/** As it comes out at the other end of the wire. */
function heard(state: ClusterState): ClusterState {
  return stateOfTold(ClusterTold.parse(JSON.parse(JSON.stringify(toldState(state)))));
}

it('tells any state that a ledger can bring about, whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyFact, { maxLength: 40, size: 'max' }), async (facts) => {
      const state = await stateAfter(facts);
      expect(heard(state)).toEqual(state);
    }),
    { numRuns: 200 },
  );
});

it('tells a quarantine in which every server has proven itself, and nobody has asked all of them yet', async () => {
  const state = await stateAfter([quarantined('q', ['a']), proof('a', { manifest_sha256: sha('4') })]);
  expect([...state.quarantines.values()].map(({ unproven }) => unproven)).toEqual([[]]);
  expect(heard(state)).toEqual(state);
});
