import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFact } from '../../test/world/any-fact.ts';
import { sha } from '../../test/world/facts.ts';
import type { Fact, LedgerEntry } from '../model/entry.ts';
import { memoryLedger } from './memory.ts';
import { readEntries } from './read-entry.ts';
import { emptyCluster, replay } from './replay.ts';
import { activeBypasses, heldLeases } from './state.ts';
import type { ClusterState } from './state.ts';

const START = Date.parse('2012-08-01T09:30:00Z');

async function entriesOf(facts: readonly Fact[]): Promise<readonly LedgerEntry[]> {
  const ledger = memoryLedger('tests');
  for (const fact of facts) await ledger.append([fact], { expected: 'any', now: START });
  return await Array.fromAsync(readEntries(ledger));
}

/** The same questions asked of the list of entries itself, one at a time and without any state. */
function asked(entries: readonly LedgerEntry[]): object {
  const of = <K extends Fact['kind']>(kind: K): Extract<LedgerEntry, { kind: K }>[] =>
    entries.filter((entry): entry is Extract<LedgerEntry, { kind: K }> => entry.kind === kind);
  const begins = of('change_begun');
  const before = (seq: number) => begins.findLast((begin) => begin.seq < seq);
  /** Ends of the change that was under way, which is the one that began last. */
  const ends = of('change_ended').filter((end, at, all) => {
    const begin = before(end.seq);
    const isSame = (other: typeof end): boolean => other.body.change === begin?.body.change;
    return isSame(end) && !all.slice(0, at).some((other) => other.seq > (begin?.seq ?? 0) && isSame(other));
  });
  const endOf = (begin: LedgerEntry) => ends.find((end) => before(end.seq) === begin);
  const over = begins
    .map((begin, at) => ({ begin, end: endOf(begin), at: endOf(begin)?.seq ?? begins[at + 1]?.seq ?? null }))
    .findLast(({ at }) => at !== null);
  const open = begins.at(-1);
  /** What was in force when this entry came. */
  const forceAt = (until: number): string | null => {
    const force = entries.findLast(
      (entry) =>
        entry.seq < until &&
        ((entry.kind === 'manifest_accepted' && entry.body.standing === 'in_force') ||
          (entry.kind === 'change_ended' && entry.body.outcome === 'done' && ends.includes(entry))),
    );
    if (force?.kind === 'manifest_accepted') return force.body.manifest_sha256;
    return force === undefined ? null : (before(force.seq)?.body.manifest_sha256 ?? null);
  };
  const lastOf = (hostname: string) => of('proof').findLast(({ body }) => body.hostname === hostname);
  const in_force = forceAt(Number.POSITIVE_INFINITY);
  return {
    in_force,
    change: open === undefined || endOf(open) !== undefined ? null : open.body.change,
    last_change: over === undefined ? null : [over.begin.seq, over.end?.body.outcome ?? null],
    last_verdict: of('verdict').at(-1)?.seq ?? null,
    incidents: ['x', 'y'].map(
      (one) => of('incident_classified').findLast(({ body }) => body.change === one)?.body.rollback_type,
    ),
    refused: [sha('3'), sha('4'), sha('5')].filter(
      (one) =>
        of('manifest_refused').findLast(({ body }) => body.manifest_sha256 === one)?.body.mark === 'refused',
    ),
    proven: [sha('3'), sha('4'), sha('5')].map(
      (one) =>
        of('verdict').findLast(({ body }) => body.verdict === 'PROVEN' && body.manifest_sha256 === one)
          ?.seq ?? null,
    ),
    proofs: ['a', 'b', 'c'].map((one) => lastOf(one)?.seq ?? null),
    accepted: ['a', 'b', 'c'].map(
      (one) => of('proof').findLast(({ body }) => body.accepted && body.hostname === one)?.seq ?? null,
    ),
    quarantines: ['x', 'y'].flatMap((one) => {
      const ended = of('quarantine_released').findLast(({ body }) => body.quarantine === one)?.seq ?? 0;
      const openings = of('quarantine_opened').filter(
        ({ seq, body }) => seq > ended && body.quarantine === one,
      );
      const [first] = openings;
      if (first === undefined) return [];
      const unproven = ['a', 'b', 'c'].filter((server) => {
        const named = openings.findLast(({ body }) => body.unproven.includes(server))?.seq ?? 0;
        const shown = of('proof').findLast(
          ({ seq, body }) =>
            body.hostname === server &&
            seq > first.seq &&
            (!body.accepted || [first.body.manifest_sha256, forceAt(seq)].includes(body.manifest_sha256)),
        );
        return shown === undefined || shown.seq < named ? named > 0 : !shown.body.accepted;
      });
      return [[one, unproven]];
    }),
    held: ['a', 'b', 'c'].filter((one) => {
      const given = of('lease').findLast(({ body }) => body.nodes[0]?.hostname === one)?.body;
      const last = lastOf(one)?.body;
      const counts = last !== undefined && last.accepted && last.manifest_sha256 === in_force;
      return given?.state === 'held' && Date.parse(given.until) > START + 30_000 && counts;
    }),
    bypasses: of('bypass')
      .filter(({ body }) => Date.parse(body.until) > START + 30_000)
      .map(({ seq }) => seq),
    kills: ['x', 'y'].filter(
      (one) =>
        of('kill').findLast(({ body }) => body.switch === one && body.state !== 'drilled')?.body.state ===
        'tripped',
    ),
  };
}

function answered(state: ClusterState): object {
  const now = START + 30_000;
  return {
    in_force: state.in_force,
    change: state.change?.change ?? null,
    last_change:
      state.last_change === null ? null : [state.last_change.seq, state.last_change.ended?.outcome ?? null],
    last_verdict: state.last_verdict?.seq ?? null,
    incidents: ['x', 'y'].map((one) => state.incidents.get(one)?.rollback_type),
    refused: [sha('3'), sha('4'), sha('5')].filter(
      (one) => (state.manifests.get(one)?.refused ?? null) !== null,
    ),
    proven: [sha('3'), sha('4'), sha('5')].map((one) => state.manifests.get(one)?.proven?.seq ?? null),
    proofs: ['a', 'b', 'c'].map((one) => state.nodes.get(one)?.last.seq ?? null),
    accepted: ['a', 'b', 'c'].map((one) => state.nodes.get(one)?.accepted?.seq ?? null),
    quarantines: ['x', 'y'].flatMap((one) => {
      const quarantine = state.quarantines.get(one);
      return quarantine === undefined ? [] : [[one, quarantine.unproven]];
    }),
    held: heldLeases(state, now)
      .map(({ hostname }) => hostname)
      .sort(),
    bypasses: activeBypasses(state, now).map(({ seq }) => seq),
    kills: [...state.kills.keys()].sort(),
  };
}

describe('live state', () => {
  it('is what the entries say, asked one by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFact, { maxLength: 40, size: 'max' }), async (facts) => {
        const entries = await entriesOf(facts);
        expect(answered(replay(entries).get('smars') ?? emptyCluster('smars'))).toEqual(asked(entries));
      }),
      { numRuns: 200 },
    );
  });

  it('is the same whether it was kept up to date or made anew, and no earlier state moves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFact, { maxLength: 30, size: 'max' }), fc.nat(30), async (facts, cut) => {
        const entries = await entriesOf(facts);
        const early = replay(entries.slice(0, cut));
        const frozen = structuredClone(early);
        let kept = early;
        for (const entry of entries.slice(cut)) kept = replay([entry], kept);
        expect(kept).toEqual(replay(entries));
        expect(early).toEqual(frozen);
      }),
      { numRuns: 60 },
    );
  });
});
