import { describe, expect, it } from 'vitest';
import * as world from '../../test/world/facts.ts';
import type { Fact, LedgerEntry } from '../model/entry.ts';
import { memoryLedger } from './memory.ts';
import { readEntries } from './read-entry.ts';
import { emptyCluster, replay } from './replay.ts';
import { activeBypasses, heldLeases } from './state.ts';
import type { ClusterState } from './state.ts';

const START = Date.parse('2012-08-01T09:30:00Z');
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();
const { sha } = world;

async function entriesOf(facts: readonly Fact[]): Promise<readonly LedgerEntry[]> {
  const ledger = memoryLedger('tests');
  for (const [index, fact] of facts.entries())
    await ledger.append([fact], { expected: 'any', now: START + index * 1000 });
  return await Array.fromAsync(readEntries(ledger));
}

async function stateOf(...facts: readonly Fact[]): Promise<ClusterState> {
  return replay(await entriesOf(facts)).get('smars') ?? emptyCluster('smars');
}

/** Both servers proved what is in force. */
const PROVEN = [world.accepted(sha('4'), 'in_force'), world.proof('a'), world.proof('b')];
const LEASE = world.lease(['a'], at(60));
const OTHER = { manifest_sha256: sha('9') };
const made = (sequence: number) => ({ sequence, boot_id: 'one' });

describe('the state of a cluster', () => {
  it('is nothing before there are entries', () => {
    expect(replay([]).size).toBe(0);
  });

  it('has the manifest in force that the last change ended well with', async () => {
    const state = await stateOf(
      world.accepted(sha('3'), 'in_force'),
      world.accepted(sha('4')),
      world.begun('deploy-42', sha('4')),
      world.ended('deploy-42'),
    );
    expect(state.in_force).toBe(sha('4'));
    expect(state.change).toBeNull();
    expect(state.last_change).toMatchObject({
      change: 'deploy-42',
      seq: 3,
      ended: { seq: 4, outcome: 'done' },
    });
    expect([...state.manifests.keys()]).toEqual([sha('3'), sha('4')]);
  });

  it.each(['failed', 'interrupted', 'abandoned'] as const)(
    'keeps the manifest in force when the change %s',
    async (outcome) => {
      const state = await stateOf(
        world.accepted(sha('3'), 'in_force'),
        world.begun('deploy-42', sha('4')),
        world.ended('deploy-42', outcome),
      );
      expect([state.in_force, state.last_change?.ended?.outcome]).toEqual([sha('3'), outcome]);
    },
  );

  it('knows that a change is under way', async () => {
    const state = await stateOf(world.accepted(sha('3'), 'in_force'), world.begun('deploy-42', sha('4')));
    expect(state.change).toMatchObject({ change: 'deploy-42', nonce: 'b1946ac9', ended: null });
    expect(state.in_force).toBe(sha('3'));
  });

  it('knows which manifests were proven, and which may not come again', async () => {
    const facts = [
      world.accepted(sha('3')),
      world.verdict('PROVEN', sha('3')),
      world.refusedManifest(sha('4')),
    ];
    const state = await stateOf(...facts);
    expect(state.manifests.get(sha('3'))?.proven).toEqual({ seq: 2, time: at(1) });
    expect(state.manifests.get(sha('4'))?.refused).toMatchObject({ seq: 3 });
    const later = await stateOf(...facts, world.refusedManifest(sha('4'), 'released'));
    expect(later.manifests.get(sha('4'))?.refused).toBeNull();
  });

  it.each([
    ['QUARANTINE', sha('3')],
    ['ALLOW_DEPLOY', sha('3')],
    ['PROVEN', null],
  ] as const)('does not take %s about %s for a proof', async (word, manifest) => {
    const state = await stateOf(world.accepted(sha('3')), world.verdict(word, manifest));
    expect(state.manifests.get(sha('3'))?.proven).toBeNull();
    expect(state.last_verdict).toMatchObject({ verdict: word });
  });

  it.each([
    ['an accepted proof takes a server off the list', [world.proof('a')], ['b']],
    [
      'one held against another manifest does not',
      [world.proof('a', { manifest_sha256: sha('9') })],
      ['a', 'b'],
    ],
    ['one held against nothing does not', [world.proof('a', { manifest_sha256: null })], ['a', 'b']],
    ['a refused proof does not', [world.proof('a', { accepted: false })], ['a', 'b']],
    [
      'a refused proof of another server puts it on',
      [world.proof('c', { accepted: false })],
      ['a', 'b', 'c'],
    ],
    ['the last proof decides', [world.proof('a'), world.proof('a', { accepted: false })], ['a', 'b']],
    ['all may prove', [world.proof('a'), world.proof('b')], []],
    [
      'a manifest put in force later counts as well',
      [world.accepted(sha('5'), 'in_force'), world.proof('a', { manifest_sha256: sha('5') })],
      ['b'],
    ],
  ])('quarantine: %s', async (_, facts, unproven) => {
    const state = await stateOf(world.quarantined('q-1', ['b', 'a', 'a']), ...facts);
    expect(state.quarantines.get('q-1')?.unproven).toEqual(unproven);
  });

  it.each([
    ['proof', [world.proof('a'), world.released('q-1')], 0],
    ['an operator', [world.released('q-1', 'operator')], 0],
    ['proof that was not given', [world.released('q-1')], 1],
  ] as const)('a quarantine ends by %s', async (_, facts, odd) => {
    const state = await stateOf(world.quarantined('q-1', ['a']), ...facts);
    expect([state.quarantines.size, state.oddities.length]).toEqual([0, odd]);
  });

  it.each([
    ['before its end', at(59), []],
    ['at its end', at(0), ['a', 'b']],
  ])('a lease does not count from its end on: %s', async (_, until, gone) => {
    const state = await stateOf(...PROVEN, world.lease(['a', 'b'], until));
    const held = heldLeases(state, START).map(({ hostname }) => hostname);
    expect(['a', 'b'].filter((host) => !held.includes(host))).toEqual(gone);
  });

  it('a lease that was taken away does not count', async () => {
    const state = await stateOf(
      ...PROVEN,
      world.lease(['a', 'b'], at(60)),
      world.lease(['a'], at(1), 'ended'),
    );
    expect(heldLeases(state, START).map(({ hostname }) => hostname)).toEqual(['b']);
  });

  it('a bypass counts until just before its end', async () => {
    const state = await stateOf(world.bypass('b-1', at(10)), world.bypass('b-2', at(20)));
    const active = (seconds: number): string[] =>
      activeBypasses(state, START + seconds * 1000).map(({ bypass }) => bypass);
    expect([active(9.999), active(10), active(20)]).toEqual([['b-1', 'b-2'], ['b-2'], []]);
  });

  it.each([
    ['tripped', ['orders']],
    ['reset', []],
    ['drilled', ['orders']],
  ] as const)('a kill switch after %s', async (state, tripped) => {
    const after = await stateOf(world.kill('tripped'), world.kill(state));
    expect([...after.kills.keys()]).toEqual(tripped);
  });

  it('the last word about an incident counts', async () => {
    const state = await stateOf(world.classified('r-1', 'clean'), world.classified('r-1', 'buried'));
    expect(state.incidents.get('r-1')).toMatchObject({ seq: 2, rollback_type: 'buried' });
  });

  it.each([
    ['the end of a change that never began', [world.ended('x')], 1],
    ['two changes at once', [world.begun('x', sha('4')), world.begun('y', sha('4'))], 2],
    ['the end of a quarantine that is not open', [world.released('q-1')], 1],
  ])('says that it is odd: %s', async (_, facts, seq) => {
    expect((await stateOf(...facts)).oddities).toEqual([{ seq, detail: expect.any(String) as string }]);
  });

  it('keeps clusters apart', async () => {
    const state = replay(
      await entriesOf([world.accepted(sha('3'), 'in_force'), world.accepted(sha('4'), 'in_force', 'other')]),
    );
    expect([...state].map(([name, { in_force }]) => [name, in_force])).toEqual([
      ['smars', sha('3')],
      ['other', sha('4')],
    ]);
  });
});

it('names more servers in a quarantine that is open, and keeps its beginning', async () => {
  const state = await stateOf(world.quarantined('q', ['a']), world.quarantined('q', ['b', 'a']));
  expect([...state.quarantines.values()]).toMatchObject([{ seq: 1, unproven: ['a', 'b'] }]);
  expect(state.oddities).toEqual([]);
});

describe('a lease and the proof it rests on', () => {
  it.each([
    ['refused afterwards', [...PROVEN, LEASE, world.proof('a', { accepted: false })], []],
    ['accepted afterwards', [...PROVEN, LEASE, world.proof('a')], ['a']],
    ['accepted afterwards of another manifest', [...PROVEN, LEASE, world.proof('a', OTHER)], []],
    ['of another server', [...PROVEN, LEASE, world.proof('b', { accepted: false })], ['a']],
    ['that nobody gave', [world.accepted(sha('4'), 'in_force'), LEASE], []],
    ['of what is not in force any more', [...PROVEN, LEASE, world.accepted(sha('5'), 'in_force')], []],
    [
      'refused, and an older one of the same boot written after it',
      [...PROVEN, LEASE, world.proof('a', { accepted: false, ...made(7) }), world.proof('a', made(6))],
      [],
    ],
    [
      'accepted, and an older refusal of the same boot written after it',
      [...PROVEN, LEASE, world.proof('a', made(7)), world.proof('a', { accepted: false, ...made(6) })],
      ['a'],
    ],
    [
      'accepted, and a refusal of another boot written after it',
      [
        ...PROVEN,
        LEASE,
        world.proof('a', made(7)),
        world.proof('a', { accepted: false, ...made(6), boot_id: 'two' }),
      ],
      [],
    ],
  ])('%s', async (_, facts, held) => {
    const state = await stateOf(...facts);
    expect(heldLeases(state, START).map(({ hostname }) => hostname)).toEqual(held);
  });
});

describe('a change that ended', () => {
  const change = [world.begun('c', sha('4')), world.ended('c')];
  it.each([
    ['and nobody asked', change, null],
    ['and the servers were asked, with a good answer', [...change, world.verdict('PROVEN', sha('4'))], 3],
    ['and with a bad one', [...change, world.verdict('QUARANTINE', sha('4'))], 3],
    [
      'and they were asked twice',
      [...change, world.verdict('QUARANTINE', sha('4')), world.verdict('PROVEN', sha('4'))],
      3,
    ],
    ['and another gate answered', [...change, world.verdict('ALLOW_DEPLOY', sha('4'))], null],
  ])('%s', async (_, facts, seq) => {
    expect((await stateOf(...facts)).last_change?.asked?.seq ?? null).toBe(seq);
  });
});
