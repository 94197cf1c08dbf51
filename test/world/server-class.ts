import { type ClassJudgement, type Judged, judgeClass, type Moment } from '../../src/decide/judge-class.ts';
import { registryOf } from '../../src/decide/registry.ts';
import type { BoundFlag } from '../../src/model/node-report.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Policy } from '../../src/model/policy.ts';
import { flag, manifest, NOW, POLICY, sha } from './documents.ts';

/** Servers of one class (binary a, config c) judged against a manifest that they run, with another (binary b) in the registry. */

const [A, B, C] = [sha('a'), sha('b'), sha('c')];

const BARE: Judged = {
  binary: A,
  onDisk: A,
  config: C,
  configOnDisk: null,
  holds: [],
  live: true,
  bound: [],
  received: [],
};

export const reference = manifest({ generation: 2, binary_sha256: A, flag_ownership_table: [flag('x')] });
export const other = manifest({
  generation: 1,
  binary_sha256: B,
  flag_ownership_table: [flag('x', { meaning: 'm:other' })],
});

export type ClassWorld = {
  readonly nodes?: Partial<Judged>;
  readonly reference?: Manifest;
  readonly known?: Manifest[];
  readonly policy?: Partial<Policy>;
  readonly phase?: Moment['phase'];
  readonly inForce?: Manifest[];
  readonly leftBehind?: Moment['leftBehind'];
};

export function judgeServers({
  nodes = {},
  reference: given = reference,
  known = [other],
  policy = {},
  phase = 'now',
  inForce,
  leftBehind = [],
}: ClassWorld): ClassJudgement {
  const registry = registryOf('smars', [given, ...known]);
  const moment: Moment = {
    phase,
    reference: given,
    inForce: inForce ?? [given],
    senders: [],
    messages: [],
    leftBehind,
    registry,
    policy: { ...POLICY, ...policy },
    now: NOW,
  };
  return judgeClass({ ...BARE, ...nodes }, moment);
}

/** The switch x is set on the host. */
export function x(more: Partial<BoundFlag> = {}): Pick<Judged, 'bound'> {
  return { bound: [{ flag: 'x', source: 'env:X', ...more }] };
}

/** The reference with the pair of b declared beside its own. */
export const declaring = (config: string | null, until: string | null = null): Manifest => ({
  ...reference,
  declared_split: { pairs: [{ binary_sha256: B, config_sha256: config }], reason: 'canary', until },
});
