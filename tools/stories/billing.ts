import type { FlagOwnership } from '../../src/model/flag.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import type { RollbackPlan } from '../../src/model/plan.ts';
import { manifestDigest, sha256Hex } from '../../src/seal/digest.ts';

/** A fictional service that all small incidents share: three servers, one switch on the hosts, one switch in messages. */

export const NOW = '2026-03-10T09:00:00Z';
export const SERVERS = ['billing-1', 'billing-2', 'billing-3'];

/** An instant, `seconds` after the question is asked. */
export function at(seconds: number): string {
  return new Date(Date.parse(NOW) + seconds * 1000).toISOString().replace('.000Z', 'Z');
}

export function binaryOf(version: string): string {
  return sha256Hex(`billing ${version}`);
}

export function configOf(version: string): string {
  return sha256Hex(`billing.toml of ${version}`);
}

export const ROUNDING: FlagOwnership = {
  flag: 'invoice.rounding',
  owner: 'team-invoices',
  last_modified: '2025-06-02T00:00:00Z',
  state: 'live',
  verification: 'verified',
  meaning: 'm:round-half-even',
  type: 'boolean',
  where: [{ file: 'invoice/round.go', line: 41, symbol: 'roundLine' }],
  travels_in: ['config'],
};

export const RISK: FlagOwnership = {
  flag: 'risk.check',
  owner: 'team-risk',
  last_modified: '2025-09-17T00:00:00Z',
  state: 'live',
  verification: 'verified',
  meaning: 'm:risk-check',
  type: 'boolean',
  where: [{ file: 'risk/check.go', line: 12, symbol: 'checkRisk' }],
  travels_in: ['message'],
  senders: ['checkout'],
};

/** A function of long ago, in the code of some versions and not of others. */
export const DISCOUNT: FlagOwnership = {
  flag: 'legacy.discount',
  owner: 'team-invoices',
  last_modified: '2019-04-11T00:00:00Z',
  state: 'live',
  verification: 'verified',
  meaning: 'm:discount-of-2019',
  type: 'boolean',
  where: [{ file: 'invoice/discount.go', line: 88, symbol: 'applyDiscount' }],
  travels_in: ['config'],
};

export function sealed(draft: Omit<Manifest, 'manifest_sha256'>): Manifest {
  const { schema, deployment_id, cluster, generation, ...rest } = draft;
  const head = { schema, deployment_id, cluster, generation };
  return { ...head, manifest_sha256: manifestDigest(draft), ...rest };
}

function draft(version: string, generation: number, created: string): Omit<Manifest, 'manifest_sha256'> {
  return {
    schema: 'haunted.manifest/v1',
    deployment_id: `billing-${version}`,
    cluster: 'billing',
    generation,
    created_at: created,
    expires_at: null,
    previous_manifest_sha256: null,
    binary_sha256: binaryOf(version),
    config_sha256: configOf(version),
    cluster_inventory_required: true,
    cluster_inventory: SERVERS,
    bound_flags: [ROUNDING.flag, RISK.flag],
    flag_ownership_table: [ROUNDING, RISK],
    declared_split: null,
    rollback_target_manifest_sha256: null,
  };
}

type More = Partial<Omit<Manifest, 'manifest_sha256'>>;

/** Version 1.3.0, generation 40: what ran the year before. */
export function m40(more: More = {}): Manifest {
  return sealed({ ...draft('1.3.0', 40, '2025-12-01T10:00:00Z'), ...more });
}

/** Version 1.4.0, generation 41: what runs before the deployment. */
export function m41(more: More = {}, previous: Manifest | null = null): Manifest {
  return sealed({
    ...draft('1.4.0', 41, '2026-01-15T10:00:00Z'),
    previous_manifest_sha256: previous?.manifest_sha256 ?? null,
    ...more,
  });
}

/** Version 1.5.0, generation 42: the deployment, whose way back is the manifest before it. */
export function m42(previous: Manifest, more: More = {}): Manifest {
  return sealed({
    ...draft('1.5.0', 42, '2026-03-09T16:00:00Z'),
    previous_manifest_sha256: previous.manifest_sha256,
    rollback_target_manifest_sha256: previous.manifest_sha256,
    rollback_target_binary_sha256: previous.binary_sha256,
    rollback_target_cluster_state: 'all_servers_match_manifest',
    ...more,
  });
}

/** What a server says that runs a manifest as it should, twenty seconds before the question. */
export function reportOf(hostname: string, manifest: Manifest, more: Partial<NodeReport> = {}): NodeReport {
  const rows = manifest.flag_ownership_table.filter((row) => manifest.bound_flags.includes(row.flag));
  const onHost = rows.filter((row) => !(row.travels_in ?? []).includes('message'));
  const inMessages = rows.filter((row) => (row.travels_in ?? []).includes('message'));
  return {
    schema: 'haunted.node-report/v1',
    cluster: manifest.cluster,
    hostname,
    observed_at: at(-20),
    sequence: 7,
    boot_id: `boot-of-${hostname}`,
    challenge: null,
    binary_sha256: manifest.binary_sha256,
    binary_on_disk_sha256: manifest.binary_sha256,
    binary_path: '/opt/billing/bin/billing',
    method: 'proc_exe',
    config_sha256: manifest.config_sha256 ?? null,
    bound_flags: onHost.map(({ flag }) => ({ flag, value: true, source: 'file:/etc/billing/flags.json' })),
    received_flags: inMessages.map(({ flag }) => ({ flag, sender: 'checkout', last_seen_at: at(-25) })),
    taking_live_traffic: true,
    ...more,
  };
}

/** What all three servers say that run one manifest. */
export function allOn(manifest: Manifest, more: Partial<NodeReport> = {}): NodeReport[] {
  return SERVERS.map((hostname) => reportOf(hostname, manifest, more));
}

export function planTo(target: Manifest | null, more: Partial<RollbackPlan> = {}): RollbackPlan {
  return {
    schema: 'haunted.rollback-plan/v1',
    cluster: 'billing',
    mechanism: 'to_manifest',
    scope: ['binary', 'config'],
    target_manifest_sha256: target?.manifest_sha256 ?? null,
    withdraw_flags: [],
    ...more,
  };
}
