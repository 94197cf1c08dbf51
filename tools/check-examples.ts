import { createPrivateKey } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FlagOwnership } from '../src/model/flag.ts';
import type { Manifest } from '../src/model/manifest.ts';
import type { NodeReport } from '../src/model/node-report.ts';
import type { RollbackPlan } from '../src/model/plan.ts';
import { manifestDigest, sha256Hex } from '../src/seal/digest.ts';
import { signingKey, trustedKey } from '../src/seal/keys.ts';
import type { KeyHolder, SigningKey } from '../src/seal/keys.ts';
import { signManifest, signReport } from '../src/seal/sign.ts';

/** Where the examples of docs/check.md lie. */
export const EXAMPLES = path.join(import.meta.dirname, '..', 'docs', 'examples', 'check');

const HOSTS = ['smars-01', 'smars-02', 'smars-03'] as const;
const OLD = sha256Hex('smars 1.4');
const NEW = sha256Hex('smars 1.5');
const KNIGHT = sha256Hex('smars 1.5, with the old flag');
// ed25519 in PKCS #8 is these sixteen bytes and the 32 of the seed (RFC 8410, section 7).
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

const LIMIT_UP: FlagOwnership = {
  flag: 'limit_up',
  owner: 'team-risk',
  last_modified: '2025-11-03T00:00:00Z',
  state: 'live',
  verification: 'verified',
  meaning: 'm:limit-up-guard',
  type: 'boolean',
  where: [{ file: 'risk/limit_up.c', line: 12, symbol: 'limit_up_guard' }],
  travels_in: ['host'],
};
const POWER_PEG: FlagOwnership = {
  flag: 'power_peg',
  owner: 'team-legacy',
  last_modified: '2003-01-01T00:00:00Z',
  state: 'dormant',
  verification: 'verified',
  meaning: 'm:power-peg',
  type: 'boolean',
  where: [{ file: 'router/power_peg.c', line: 40, symbol: 'peg_order' }],
};
/** A new function with a name of its own: what Knight did not do. */
const RLP: FlagOwnership = {
  flag: 'rlp',
  owner: 'team-rlp',
  last_modified: '2026-02-20T00:00:00Z',
  state: 'live',
  verification: 'verified',
  meaning: 'm:rlp',
  type: 'boolean',
  where: [{ file: 'router/rlp.c', line: 88, symbol: 'route_rlp' }],
  travels_in: ['message'],
  senders: ['order-gateway'],
  unaware: 'ignore',
};

function manifestOf(given: Partial<Manifest>): Manifest {
  const manifest: Manifest = {
    schema: 'haunted.manifest/v1',
    deployment_id: 'smars_1_4',
    cluster: 'smars',
    generation: 41,
    created_at: '2026-01-12T08:00:00Z',
    previous_manifest_sha256: null,
    manifest_sha256: '0'.repeat(64),
    binary_sha256: OLD,
    cluster_inventory_required: true,
    cluster_inventory: [...HOSTS],
    bound_flags: ['limit_up'],
    flag_ownership_table: [LIMIT_UP, POWER_PEG],
    ...given,
  };
  return { ...manifest, manifest_sha256: manifestDigest(manifest) };
}

const M41 = manifestOf({});
const NEXT: Partial<Manifest> = {
  generation: 42,
  created_at: '2026-03-01T16:00:00Z',
  previous_manifest_sha256: M41.manifest_sha256,
  rollback_target_manifest_sha256: M41.manifest_sha256,
  rollback_target_binary_sha256: OLD,
  rollback_target_cluster_state: 'all_servers_match_manifest',
};
const M42 = manifestOf({
  ...NEXT,
  deployment_id: 'smars_1_5',
  binary_sha256: NEW,
  bound_flags: ['limit_up', 'rlp'],
  flag_ownership_table: [LIMIT_UP, POWER_PEG, RLP],
});
/** The same release in Knight's way: the new function answers to the old name, and the old code is gone. */
const REUSED = manifestOf({
  ...NEXT,
  deployment_id: 'smars_1_5_reused_flag',
  binary_sha256: KNIGHT,
  bound_flags: ['limit_up', 'power_peg'],
  flag_ownership_table: [LIMIT_UP, { ...RLP, flag: 'power_peg', unaware: 'refuse' }],
});

const PLAN: RollbackPlan = {
  schema: 'haunted.rollback-plan/v1',
  cluster: 'smars',
  mechanism: 'to_manifest',
  scope: ['binary', 'config'],
  target_manifest_sha256: M41.manifest_sha256,
  withdraw_flags: [],
};

function reportOf(hostname: string, binary: string, given: Partial<NodeReport> = {}): NodeReport {
  return {
    schema: 'haunted.node-report/v1',
    cluster: 'smars',
    hostname,
    observed_at: '2026-03-02T08:59:00Z',
    sequence: 17,
    challenge: null,
    binary_sha256: binary,
    binary_on_disk_sha256: binary,
    binary_path: '/opt/smars/bin/smars',
    method: 'proc_exe',
    bound_flags: [{ flag: 'limit_up', value: true, source: 'file:/etc/smars/flags.json' }],
    taking_live_traffic: true,
    first_seen_on_this_binary: binary === OLD ? '2026-01-12T09:00:00Z' : '2026-03-02T08:30:00Z',
    ...given,
  };
}

function keyOf(holder: KeyHolder): SigningKey {
  const seed = Buffer.from(sha256Hex(`haunted docs/examples/check ${holder.role} ${holder.name}`), 'hex');
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  const document = {
    schema: 'haunted.private-key/v1' as const,
    ...holder,
    created_at: '2026-01-01T00:00:00Z',
    private_key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  return signingKey(document, 'the example key');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

/** Every example file, by its path below docs/examples/check. The same bytes whenever and wherever it is called. */
export function exampleFiles(): Map<string, string> {
  const [one, two, three] = HOSTS;
  const builder = keyOf({ role: 'builder', name: 'build-farm', hostname: null });
  const nodes = HOSTS.map((host) => keyOf({ role: 'node', name: host, hostname: host }));
  const challenge = { event_id: 'deploy-42', nonce: 'b1946ac92492d234' };
  const proofs = HOSTS.map((host) => reportOf(host, NEW, { challenge, observed_at: '2026-03-02T08:59:40Z' }));
  const trusted = [builder, ...nodes].map((key) => trustedKey(key, { from: null, until: null }));
  return new Map([
    ['manifests/41.json', json(M41)],
    ['manifests/42.json', json(M42)],
    ['manifests/42-reused-flag.json', json(REUSED)],
    ['plans/withdraw-first.json', json({ ...PLAN, withdraw_flags: ['power_peg'] })],
    ['plans/uninstall.json', json({ ...PLAN, mechanism: 'uninstall_latest', scope: ['binary'] })],
    ['reports/before.ndjson', lines(HOSTS.map((host) => reportOf(host, OLD)))],
    ['reports/after.ndjson', lines(HOSTS.map((host) => reportOf(host, NEW)))],
    ['reports/one-silent.ndjson', lines([reportOf(one, NEW), reportOf(two, NEW)])],
    [
      'reports/one-left-behind.ndjson',
      lines([reportOf(one, KNIGHT), reportOf(two, KNIGHT), reportOf(three, OLD)]),
    ],
    ['proofs/deploy-42.ndjson', lines(proofs)],
    [
      'proofs/one-replayed.ndjson',
      lines([
        ...proofs.slice(0, 2),
        reportOf(three, NEW, { challenge: { ...challenge, nonce: 'an-old-nonce' } }),
      ]),
    ],
    ['signed/keyring.json', json({ schema: 'haunted.keyring/v1', keys: trusted })],
    ['signed/41.json', signManifest(M41, '41.json', builder)],
    ['signed/42.json', signManifest(M42, '42.json', builder)],
    ['signed/proofs.ndjson', proofs.map((proof, at) => signReport(proof, nodes[at] ?? builder)).join('')],
  ]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, text] of exampleFiles()) {
    const file = path.join(EXAMPLES, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
