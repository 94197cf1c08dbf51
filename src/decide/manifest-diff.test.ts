import { describe, expect, it } from 'vitest';
import type { FlagOwnership } from '../model/flag.ts';
import { Manifest } from '../model/manifest.ts';
import { ManifestDiff } from '../model/manifest-diff.ts';
import { DEFAULT_POLICY, type Policy } from '../model/policy.ts';
import { diffManifests } from './manifest-diff.ts';

const NOW = Date.parse('2012-08-01T10:00:00Z');
const OLD_BINARY = '0'.repeat(64);
const NEW_BINARY = '1'.repeat(64);

const PEG: FlagOwnership = {
  flag: 'switch_7',
  owner: 'team-peg',
  last_modified: '2003-01-01T00:00:00Z',
  state: 'dormant',
  verification: 'verified',
  meaning: 'm:power-peg',
  type: 'boolean',
  where: [{ file: 'peg.c', line: 12, symbol: 'power_peg' }],
};
const RLP: FlagOwnership = {
  ...PEG,
  owner: 'team-rlp',
  state: 'live',
  meaning: 'm:rlp',
  where: [{ file: 'rlp.c', line: 88, symbol: 'route_rlp' }],
  travels_in: ['message'],
  senders: ['order-gateway'],
};

function onHosts(flag: string): FlagOwnership {
  return { ...RLP, flag, travels_in: ['config'], senders: [] };
}

function manifest(generation: number, change: Partial<Manifest>): Manifest {
  return Manifest.parse({
    schema: 'haunted.manifest/v1',
    deployment_id: `smars_${generation}`,
    cluster: 'smars',
    generation,
    created_at: '2012-07-27T00:00:00Z',
    manifest_sha256: generation.toString(16).padStart(64, 'f'),
    binary_sha256: generation === 1 ? OLD_BINARY : NEW_BINARY,
    cluster_inventory: ['smars-01', 'smars-02'],
    bound_flags: [],
    flag_ownership_table: [],
    ...change,
  });
}

function diff(old: Manifest, next: Manifest, running = [old], policy: Policy = DEFAULT_POLICY): ManifestDiff {
  const answer = diffManifests({ old, new: next, running, policy, now: NOW });
  return ManifestDiff.parse(answer);
}

/** The dangers as one line each: kind, code, flag, and whose binary would read it. */
function dangersOf(answer: ManifestDiff): string[] {
  return answer.dangers.map(
    ({ kind, reader, finding }) => `${kind} ${finding.code} ${finding.flag} ${reader?.deployment_id ?? '-'}`,
  );
}

describe('what changed between two manifests', () => {
  it('is nothing when they are equal', () => {
    const same = manifest(1, { bound_flags: ['switch_7'], flag_ownership_table: [RLP] });
    expect(diff(same, same)).toEqual({
      schema: 'haunted.manifest-diff/v1',
      cluster: 'smars',
      compared_at: '2012-08-01T10:00:00.000Z',
      old: expect.objectContaining({ deployment_id: 'smars_1', generation: 1, binary_sha256: OLD_BINARY }),
      new: expect.objectContaining({ deployment_id: 'smars_1' }),
      running: [expect.objectContaining({ deployment_id: 'smars_1' })],
      binary: { before: OLD_BINARY, after: OLD_BINARY },
      config: { before: null, after: null },
      inventory: { added: [], removed: [] },
      flags: [],
      dangers: [],
    });
  });

  it('names binary, config and servers', () => {
    const answer = diff(
      manifest(1, { config_sha256: 'a'.repeat(64) }),
      manifest(2, { config_sha256: 'b'.repeat(64), cluster_inventory: ['smars-02', 'smars-03'] }),
    );
    expect(answer.binary).toEqual({ before: OLD_BINARY, after: NEW_BINARY });
    expect(answer.config).toEqual({ before: 'a'.repeat(64), after: 'b'.repeat(64) });
    expect(answer.inventory).toEqual({ added: ['smars-03'], removed: ['smars-01'] });
  });

  it.each<[string, Partial<FlagOwnership>, string, string | null, string | null]>([
    ['meaning', { meaning: 'm:other' }, 'meaning', 'm:rlp', 'm:other'],
    ['type', { type: 'integer' }, 'type', 'boolean', 'integer'],
    ['target', { target: 'orders.rlp' }, 'target', null, 'orders.rlp'],
    ['purpose', { purpose: 'routing' }, 'purpose', null, 'routing'],
    ['owner', { owner: null }, 'owner', 'team-rlp', null],
    ['state', { state: 'shackled' }, 'state', 'live', 'shackled'],
    ['verification', { verification: 'not_verified' }, 'verification', 'verified', 'not_verified'],
    ['channels', { travels_in: ['message', 'config'] }, 'travels_in', 'message', 'config, message'],
    ['senders', { senders: [] }, 'senders', 'order-gateway', null],
    ['what an unaware binary does', { unaware: 'ignore' }, 'unaware', 'refuse', 'ignore'],
  ])('names a new %s of a flag', (_, change, word, before, after) => {
    const answer = diff(
      manifest(1, { flag_ownership_table: [RLP] }),
      manifest(2, { flag_ownership_table: [{ ...RLP, ...change }] }),
    );
    expect(answer.flags).toEqual([{ flag: 'switch_7', change: word, before, after }]);
  });

  it('does not call a reordered list, an absent list or the default a change', () => {
    const { travels_in: _, senders: __, ...bare } = RLP;
    const first: FlagOwnership = { ...bare, flag: 'a', travels_in: [], senders: [], unaware: 'refuse' };
    const second = { ...RLP, senders: ['x', 'y'] };
    const answer = diff(
      manifest(1, { flag_ownership_table: [first, second] }),
      manifest(2, {
        flag_ownership_table: [
          { ...second, senders: ['y', 'x', 'y'] },
          { ...bare, flag: 'a' },
        ],
      }),
    );
    expect(answer.flags).toEqual([]);
  });

  it('names flags that appear, vanish, and are set or no longer set, in the order of their names', () => {
    const answer = diff(
      manifest(1, {
        bound_flags: ['kept', 'off'],
        flag_ownership_table: [onHosts('off'), onHosts('kept'), onHosts('gone')],
      }),
      manifest(2, {
        bound_flags: ['kept', 'born'],
        flag_ownership_table: [onHosts('kept'), onHosts('born'), onHosts('off')],
      }),
      [],
    );
    expect(answer.flags).toEqual([
      { flag: 'born', change: 'appeared', before: null, after: 'live' },
      { flag: 'gone', change: 'vanished', before: 'live', after: null },
      { flag: 'off', change: 'bound', before: 'yes', after: 'no' },
    ]);
  });

  it('names a flag that took the place of another', () => {
    const target = 'AccountRecoveryCommand';
    const answer = diff(
      manifest(1, { flag_ownership_table: [{ ...onHosts('old'), target }] }),
      manifest(2, { flag_ownership_table: [{ ...onHosts('new'), target }] }),
      [],
    );
    expect(answer.flags).toEqual([
      { flag: 'new', change: 'appeared', before: null, after: 'live' },
      { flag: 'new', change: 'renamed', before: 'old', after: 'new' },
      { flag: 'old', change: 'vanished', before: 'live', after: null },
    ]);
    expect(answer.dangers.filter(({ kind }) => kind === 'name')).toEqual([]);
  });
});

describe('the dangers between two manifests', () => {
  it('names the reused switch, and the running binary that would wake the old function', () => {
    const answer = diff(
      manifest(1, { flag_ownership_table: [PEG] }),
      manifest(2, { bound_flags: ['switch_7'], flag_ownership_table: [RLP] }),
    );
    expect(dangersOf(answer)).toEqual([
      'name flag_reused switch_7 -',
      'new_switch_on_running_binary flag_reused switch_7 smars_1',
      'new_switch_on_running_binary dormant_flag_bound switch_7 smars_1',
    ]);
    expect(answer.dangers[1]?.finding.sentence).toBe(
      "Flag 'switch_7' is sent to binary 000000000000 of smars_1 (order-gateway) to mean m:rlp, but in the binary there it means m:power-peg (dormant).",
    );
  });

  it('names the new flag that a running binary does not know', () => {
    const next = manifest(2, { bound_flags: ['switch_7'], flag_ownership_table: [RLP] });
    expect(dangersOf(diff(manifest(1, {}), next))).toEqual([
      'new_switch_on_running_binary orphan_flag switch_7 smars_1',
    ]);
  });

  it('sees the switches of hosts as well as those in messages', () => {
    const next = manifest(2, { bound_flags: ['switch_7'], flag_ownership_table: [onHosts('switch_7')] });
    expect(dangersOf(diff(manifest(1, {}), next))).toEqual([
      'new_switch_on_running_binary orphan_flag switch_7 smars_1',
    ]);
  });

  it('lets a flag pass that unaware binaries are to ignore', () => {
    const row: FlagOwnership = { ...RLP, unaware: 'ignore' };
    const next = manifest(2, { bound_flags: ['switch_7'], flag_ownership_table: [row] });
    expect(dangersOf(diff(manifest(1, {}), next))).toEqual([]);
  });

  it('does not mind a new flag that nothing sets', () => {
    expect(dangersOf(diff(manifest(1, {}), manifest(2, { flag_ownership_table: [RLP] })))).toEqual([]);
  });

  it('names the sender that the new binary would not understand', () => {
    const old = manifest(1, { bound_flags: ['switch_7'], flag_ownership_table: [RLP] });
    expect(dangersOf(diff(old, manifest(2, {})))).toEqual([
      'name flag_removed_too_early switch_7 -',
      'old_sender_on_new_binary orphan_flag switch_7 smars_2',
    ]);
  });

  it('looks at every binary that still runs, and says a danger of two manifests once', () => {
    const old = manifest(1, {});
    const next = manifest(4, { bound_flags: ['switch_7'], flag_ownership_table: [RLP] });
    const sending = { bound_flags: ['other'], flag_ownership_table: [{ ...RLP, flag: 'other' }] };
    const running = [
      manifest(2, { ...sending, binary_sha256: '2'.repeat(64) }),
      manifest(3, { ...sending, binary_sha256: '3'.repeat(64) }),
    ];
    expect(dangersOf(diff(old, next, running)).toSorted()).toEqual([
      'name flag_removed_too_early other -',
      'name flag_removed_too_early other -',
      'new_switch_on_running_binary orphan_flag switch_7 smars_2',
      'new_switch_on_running_binary orphan_flag switch_7 smars_3',
      'old_sender_on_new_binary orphan_flag other smars_4',
    ]);
  });

  it('takes a running manifest given twice, or the new one itself, as no more than it is', () => {
    const old = manifest(1, {});
    const next = manifest(2, { bound_flags: ['switch_7'], flag_ownership_table: [RLP] });
    const answer = diff(old, next, [old, old, next]);
    expect(answer.running.map((head) => head.deployment_id)).toEqual(['smars_1', 'smars_2']);
    expect(dangersOf(answer)).toEqual(['new_switch_on_running_binary orphan_flag switch_7 smars_1']);
  });

  it('does not look at the new binary with its own switches, which the check of one manifest does', () => {
    const next = manifest(2, {
      bound_flags: ['switch_7'],
      flag_ownership_table: [{ ...RLP, state: 'dormant' }],
    });
    expect(dangersOf(diff(manifest(1, {}), next, [next]))).toEqual([]);
  });

  it('leaves out what is only badly kept, and what the policy only shows', () => {
    const asleep: FlagOwnership = { ...RLP, state: 'dormant', owner: null, verification: 'not_verified' };
    const old = manifest(1, { flag_ownership_table: [asleep] });
    const next = manifest(2, { bound_flags: ['switch_7'], flag_ownership_table: [RLP] });
    expect(dangersOf(diff(old, next, [old], { ...DEFAULT_POLICY, on_dormant_bound: 'warn' }))).toEqual([]);
    expect(dangersOf(diff(old, next))).toEqual([
      'new_switch_on_running_binary dormant_flag_bound switch_7 smars_1',
    ]);
  });
});
