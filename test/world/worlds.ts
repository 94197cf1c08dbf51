import * as fc from 'fast-check';
import type { FlagOwnership } from '../../src/model/flag.ts';
import type { Gate, Intent } from '../../src/model/intent.ts';
import type { DeclaredSplit, Manifest } from '../../src/model/manifest.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import type { RollbackPlan } from '../../src/model/plan.ts';
import type { Policy } from '../../src/model/policy.ts';
import type { Evidence, OpenedManifest, Refused, Unreachable } from '../../src/model/verified.ts';
import { ANSWER, at, flag, manifest, opened, plan, POLICY, report, sha, verified } from './documents.ts';

/** Small worlds for properties of the judge: mostly in order, with a few things wrong, and many equal instants on purpose. */

export const LISTED = ['n1', 'n2', 'n3'];
const BINARIES = [sha('a'), sha('b'), sha('d')];
const CONFIGS = [sha('c'), sha('e'), null];

export type World = {
  readonly evidence: Evidence;
  readonly intent: Intent;
  readonly policy: Policy;
  /** The manifest whose inventory must answer at this gate. */
  readonly reference: Manifest;
};

const mostly = <T>(usual: T, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

const CHANNELS = { x: ['message'], y: ['config'], z: ['message', 'config'] } as const;
const NAMES = ['x', 'y', 'z'] as const;

function usualRow(name: (typeof NAMES)[number]): FlagOwnership {
  return flag(name, { travels_in: [...CHANNELS[name]], senders: ['gateway'] });
}

/** A flag's row in one manifest: as everywhere, or different in one way, or not there. */
function rowOf(name: (typeof NAMES)[number]): fc.Arbitrary<FlagOwnership | null> {
  const usual = usualRow(name);
  const odd: (FlagOwnership | null)[] = [
    null,
    { ...usual, meaning: `m:${name}-other` },
    { ...usual, state: 'dormant' },
    { ...usual, state: 'shackled' },
    { ...usual, state: 'retired' },
    { ...usual, owner: 'unknown' },
    { ...usual, verification: 'not_verified' },
    { ...usual, type: 'string' },
    { ...usual, unaware: 'ignore' },
  ];
  return mostly<FlagOwnership | null>(usual, ...odd);
}

const table: fc.Arbitrary<FlagOwnership[]> = fc
  .tuple(rowOf('x'), rowOf('y'), rowOf('z'))
  .map((rows) => rows.filter((row) => row !== null));

const CANARY: DeclaredSplit = {
  pairs: [{ binary_sha256: sha('b'), config_sha256: null }],
  reason: 'canary',
  until: null,
};

const manifests: fc.Arbitrary<[Manifest, Manifest, Manifest]> = fc
  .record({
    tables: fc.tuple(table, table, table),
    bound: fc.tuple(fc.subarray([...NAMES]), fc.subarray([...NAMES]), fc.subarray([...NAMES])),
    binaries: mostly(BINARIES, [sha('a'), sha('a'), sha('b')], [sha('b'), sha('a'), sha('b')]),
    config: mostly<string | null>(sha('c'), null),
    other: mostly<string | null>(sha('c'), sha('e')),
    split: mostly<DeclaredSplit | null>(null, CANARY),
    expires: mostly<string | null>(null, at(0), at(1)),
    age: mostly(86_400 * 10, 86_400 * 90, 86_400 * 91, -31),
    generations: mostly([1, 2, 3], [1, 3, 2], [2, 2, 2]),
  })
  .map(({ tables, bound, binaries, config, other, split, expires, age, generations }) => {
    const make = (place: 0 | 1 | 2, more: Partial<Manifest>): Manifest =>
      manifest({
        generation: generations[place] ?? 1,
        manifest_sha256: sha(String(place + 1)),
        binary_sha256: binaries[place] ?? sha('a'),
        config_sha256: config,
        flag_ownership_table: tables[place],
        bound_flags: bound[place],
        cluster_inventory: LISTED,
        ...more,
      });
    const first = make(0, { created_at: at(-age) });
    const second = make(1, { previous_manifest_sha256: first.manifest_sha256, created_at: at(-age) });
    const third = make(2, {
      previous_manifest_sha256: second.manifest_sha256,
      rollback_target_manifest_sha256: second.manifest_sha256,
      declared_split: split,
      expires_at: expires,
      config_sha256: config === null ? null : other,
    });
    return [first, second, third];
  });

/** What a server says when it runs a manifest as it should. */
export function obedient(hostname: string, given: Manifest): NodeReport {
  const rows = given.flag_ownership_table.filter(
    (row) => given.bound_flags.includes(row.flag) && (row.travels_in ?? []).includes('config'),
  );
  return report(hostname, given.binary_sha256, {
    config_sha256: given.config_sha256 ?? null,
    challenge: ANSWER,
    bound_flags: rows.map((row) => ({ flag: row.flag, source: 'file:/etc/flags.json' })),
  });
}

const anyReport: fc.Arbitrary<(base: NodeReport) => NodeReport> = fc
  .record({
    hostname: mostly<string | null>(null, ...LISTED, 'n9'),
    cluster: mostly('smars', 'other'),
    observed_at: mostly(at(-10), at(-20), at(0), at(-300), at(-301), at(30), at(31)),
    sequence: mostly(1, 0, 2),
    boot_id: mostly<string | null | undefined>(undefined, null, 'boot-x'),
    challenge: mostly<NodeReport['challenge']>(ANSWER, null, { event_id: 'e0', nonce: 'nonce-1' }),
    binary: mostly<string | undefined>(undefined, ...BINARIES, sha('f')),
    on_disk: mostly<string | null | undefined>(undefined, null, sha('b')),
    config: mostly<string | null | undefined>(undefined, ...CONFIGS),
    method: mostly<NodeReport['method']>('proc_exe', 'self_report'),
    live: mostly(true, false),
    bound: mostly<NodeReport['bound_flags'] | undefined>(
      undefined,
      [],
      [{ flag: 'x', source: 'env:X' }],
      [{ flag: 'y', meaning: 'm:y-other', source: 'service:flagd' }],
      [{ flag: 'w', source: 'env:W' }],
    ),
    received: mostly<NonNullable<NodeReport['received_flags']>>(
      [],
      [{ flag: 'x', sender: 'gateway', last_seen_at: at(-300) }],
      [{ flag: 'x', meaning: 'm:x-other', sender: 'gateway', last_seen_at: at(-5) }],
      [{ flag: 'w', sender: 'nobody', last_seen_at: at(-301) }],
    ),
  })
  .map((way) => (base: NodeReport): NodeReport => ({
    ...base,
    hostname: way.hostname ?? base.hostname,
    cluster: way.cluster,
    observed_at: way.observed_at,
    sequence: way.sequence,
    boot_id: way.boot_id === undefined ? (base.boot_id ?? null) : way.boot_id,
    challenge: way.challenge,
    binary_sha256: way.binary ?? base.binary_sha256,
    binary_on_disk_sha256: way.on_disk === undefined ? (way.binary ?? base.binary_sha256) : way.on_disk,
    config_sha256: way.config === undefined ? (base.config_sha256 ?? null) : way.config,
    method: way.method,
    taking_live_traffic: way.live,
    bound_flags: way.bound ?? base.bound_flags,
    received_flags: way.received,
  }));

/** What came in a server's name: one good report as a rule, else none, one or several of any kind. */
const heard = fc.oneof(
  { weight: 8, arbitrary: fc.constant([(base: NodeReport): NodeReport => base]) },
  { weight: 3, arbitrary: fc.array(anyReport, { maxLength: 3 }) },
);

const REFUSED: Refused = {
  reason: 'bad_signature',
  detail: 'the signature is wrong',
  source: 'line 3',
  claimed_hostname: null,
};

export const garbage: fc.Arbitrary<Refused[]> = fc.array(
  fc
    .record({
      reason: fc.constantFrom('bad_signature', 'unsigned', 'malformed', 'wrong_name'),
      claimed_hostname: fc.constantFrom(null, ...LISTED, 'n9'),
      source: fc.constantFrom('line 3', 'line 4'),
    })
    .map((more) => ({ ...REFUSED, ...more })),
  { maxLength: 2 },
);

const unreachable: fc.Arbitrary<Unreachable[]> = fc.array(
  fc.record({ hostname: fc.constantFrom(...LISTED, 'n9'), detail: fc.constantFrom('timed out', 'refused') }),
  { maxLength: 3 },
);

const forged: OpenedManifest = { ok: false, refused: REFUSED };

const plans: fc.Arbitrary<RollbackPlan> = fc
  .record({
    cluster: mostly('smars', 'other'),
    mechanism: mostly<RollbackPlan['mechanism']>(
      'to_manifest',
      'uninstall_latest',
      'uninstall_latest',
      'copy_from_node',
      'mutable_reference',
    ),
    scope: mostly<RollbackPlan['scope']>(['binary', 'config'], ['binary'], ['config']),
    target_manifest_sha256: mostly<string | null>(sha('2'), sha('1'), sha('9'), null),
    target_ref: mostly<string | null>(null, 'latest'),
    source_node: mostly<string | null>(null, 'n1', 'n9'),
    withdraw_flags: fc.subarray(['x', 'z']),
  })
  .map((more) => plan(more));

const policies: fc.Arbitrary<Policy> = fc
  .record({
    require_owner: mostly(true, false),
    require_verification: mostly(true, false),
    allow_declared_split: mostly(true, false),
    on_dormant_bound: mostly<Policy['on_dormant_bound']>('block', 'hold', 'warn'),
    accept_methods: mostly(POLICY.accept_methods, ['self_report', 'proc_exe'] as Policy['accept_methods']),
  })
  .map((more) => ({ ...POLICY, ...more }));

type Documents = {
  readonly gate: Gate;
  readonly manifests: [Manifest, Manifest, Manifest];
  readonly plan: RollbackPlan | null;
  readonly isNamed: boolean;
  readonly refuses: boolean;
};

function intentOf({ gate, manifests: [, second, third], plan: way, isNamed, refuses }: Documents): Intent {
  const main = refuses ? forged : opened(third);
  switch (gate) {
    case 'deploy':
      return { gate, manifest: main, current: opened(second), plan: way };
    case 'activate':
      return { gate, manifest: main, current: isNamed ? opened(second) : null };
    case 'rollback':
      return {
        gate,
        target: refuses ? forged : isNamed ? opened(second) : null,
        current: isNamed ? opened(third) : null,
        plan: isNamed ? way : (way ?? plan({ target_manifest_sha256: second.manifest_sha256 })),
      };
    case 'proof':
      return { gate, manifest: main, current: isNamed ? opened(second) : null, plan: way, ...ANSWER };
  }
}

/** Worlds in which a question is asked; of one gate, or of any. */
export function worlds(only?: Gate): fc.Arbitrary<World> {
  return fc
    .record({
      gate:
        only === undefined
          ? fc.constantFrom<Gate>('deploy', 'activate', 'rollback', 'proof')
          : fc.constant(only),
      manifests,
      plan: fc.oneof(fc.constant(null), plans),
      isNamed: fc.boolean(),
      refuses: mostly(false, false, true),
      heard: fc.tuple(heard, heard, heard),
      strangers: mostly(false, true),
      refused: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: garbage }),
      unreachable,
      hasGap: mostly(false, false, true),
      policy: policies,
    })
    .map((parts): World => {
      const [first, second, third] = parts.manifests;
      const newest = [third, second, first].toSorted((a, b) => b.generation - a.generation)[0] ?? third;
      const byGate = {
        deploy: second,
        activate: third,
        proof: third,
        rollback: parts.isNamed ? third : newest,
      };
      const reference = byGate[parts.gate];
      const reports = LISTED.flatMap((hostname, place) =>
        (parts.heard[place] ?? []).map((way) => way(obedient(hostname, reference))),
      );
      if (parts.strangers) reports.push(obedient('n9', reference));
      const history = [first, second, ...(parts.gate === 'rollback' ? [third] : [])].map(opened);
      return {
        evidence: {
          reports: reports.map(verified),
          refused: parts.refused,
          unreachable: parts.unreachable,
          history: parts.hasGap ? [...history, forged] : history,
        },
        intent: intentOf(parts),
        policy: parts.policy,
        reference,
      };
    });
}
