import type { FlagOwnership } from '../../src/model/flag.ts';
import type { Intent } from '../../src/model/intent.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import { DEFAULT_POLICY } from '../../src/model/policy.ts';
import type { RollbackPlan } from '../../src/model/plan.ts';
import type { Evidence, OpenedManifest, Verified } from '../../src/model/verified.ts';

/** Small documents for tests of the judge. They skip the door on purpose: what the door does is tested in seal. */

export const NOW = Date.parse('2012-08-01T10:00:00Z');
export const POLICY = DEFAULT_POLICY;

/** A digest that is easy to read in a failing test: `sha('a')` is 64 times `a`. */
export function sha(letter: string): string {
  return letter.repeat(64).slice(0, 64);
}

export function at(secondsFromNow: number): string {
  return new Date(NOW + secondsFromNow * 1000).toISOString();
}

export function flag(name: string, more: Partial<FlagOwnership> = {}): FlagOwnership {
  return {
    flag: name,
    owner: 'team-a',
    last_modified: at(-86_400),
    state: 'live',
    verification: 'verified',
    meaning: `m:${name}`,
    type: 'boolean',
    ...more,
  };
}

/** A flag that travels in messages from the order gateway. */
export function messageFlag(name: string, more: Partial<FlagOwnership> = {}): FlagOwnership {
  return flag(name, { travels_in: ['message'], senders: ['order-gateway'], ...more });
}

export function manifest(more: Partial<Manifest> & { generation: number; binary_sha256: string }): Manifest {
  return {
    schema: 'haunted.manifest/v1',
    deployment_id: `deployment-${more.generation}`,
    cluster: 'smars',
    created_at: at(-86_400 * 10),
    expires_at: null,
    previous_manifest_sha256: null,
    manifest_sha256: sha(String(more.generation % 10)),
    config_sha256: sha('c'),
    cluster_inventory: ['n1', 'n2', 'n3'],
    bound_flags: [],
    flag_ownership_table: [],
    declared_split: null,
    rollback_target_manifest_sha256: null,
    ...more,
  };
}

export function report(hostname: string, binary: string, more: Partial<NodeReport> = {}): NodeReport {
  return {
    schema: 'haunted.node-report/v1',
    cluster: 'smars',
    hostname,
    observed_at: at(-10),
    sequence: 1,
    boot_id: `boot-${hostname}`,
    challenge: null,
    binary_sha256: binary,
    binary_on_disk_sha256: binary,
    method: 'proc_exe',
    config_sha256: sha('c'),
    bound_flags: [],
    received_flags: [],
    taking_live_traffic: true,
    ...more,
  };
}

export function verified<T>(value: T): Verified<T> {
  return { value, voucher: { by: 'operator' } } as unknown as Verified<T>;
}

export function opened(value: Manifest): OpenedManifest {
  return { ok: true, manifest: verified(value) };
}

export function evidence(
  reports: readonly NodeReport[],
  history: readonly Manifest[] = [],
  more: Partial<Evidence> = {},
): Evidence {
  return {
    reports: reports.map(verified),
    refused: [],
    unreachable: [],
    history: history.map(opened),
    ...more,
  };
}

export function plan(more: Partial<RollbackPlan> = {}): RollbackPlan {
  return {
    schema: 'haunted.rollback-plan/v1',
    cluster: 'smars',
    mechanism: 'to_manifest',
    scope: ['binary', 'config'],
    target_manifest_sha256: null,
    withdraw_flags: [],
    ...more,
  };
}

export const deploy = (next: Manifest, current: Manifest, way: RollbackPlan | null = null): Intent => ({
  gate: 'deploy',
  manifest: opened(next),
  current: opened(current),
  plan: way,
});

export const activate = (next: Manifest, current: Manifest | null = null): Intent => ({
  gate: 'activate',
  manifest: opened(next),
  current: current === null ? null : opened(current),
});

export const rollback = (
  target: Manifest | null,
  current: Manifest | null,
  way: RollbackPlan | null = null,
): Intent => ({
  gate: 'rollback',
  target: target === null ? null : opened(target),
  current: current === null ? null : opened(current),
  plan: way,
});

export const proof = (
  next: Manifest,
  before: Manifest | null = null,
  way: RollbackPlan | null = null,
): Intent => ({
  gate: 'proof',
  manifest: opened(next),
  current: before === null ? null : opened(before),
  plan: way,
  event_id: 'e1',
  nonce: 'nonce-1',
});

export const ANSWER = { event_id: 'e1', nonce: 'nonce-1' };
