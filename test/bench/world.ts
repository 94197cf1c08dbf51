import { mkdtempSync, openSync, closeSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Manifest } from '../../src/model/manifest.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import { manifestDigest } from '../../src/seal/digest.ts';
import { holderOf, newPrivateKey, signingKey, trustedKey } from '../../src/seal/keys.ts';
import { signReport } from '../../src/seal/sign.ts';

/** The moment all of it is judged at. */
export const NOW = '2012-08-01T10:00:00Z';
const AT = Date.parse(NOW);

/** One server in so many still runs the old binary. */
const HAUNTED_EVERY = 1009;
const NEW = 'a'.repeat(64);
const OLD = 'b'.repeat(64);
const CONFIG = 'c'.repeat(64);

export type FleetSize = { readonly nodes: number; readonly flags: number };

export function flagName(index: number): string {
  return `router.flag_${String(index).padStart(3, '0')}`;
}

function hostname(index: number): string {
  return `smars-${String(index + 1).padStart(6, '0')}.dc1.example.com`;
}

function timeBefore(seconds: number): string {
  return new Date(AT - seconds * 1000).toISOString();
}

/** The last digits of a number in hexadecimal. */
function hex(value: number, digits: number): string {
  return (value >>> 0).toString(16).padStart(8, '0').slice(-digits);
}

/** What server number `index` says, as `haunted prove` writes it; the values differ as those of real servers do. */
export function reportOf(index: number, flags: number): NodeReport {
  const binary = index % HAUNTED_EVERY === 7 ? OLD : NEW;
  const boot = `${hex(index * 7919, 8)}-${hex(index, 4)}-4${hex(index * 3, 3)}-8${hex(index * 5, 3)}-${hex(index * 7, 8)}${hex(index, 4)}`;
  return {
    schema: 'haunted.node-report/v1',
    cluster: 'smars',
    hostname: hostname(index),
    observed_at: timeBefore(10 + ((index * 37) % 110_000) / 1000),
    sequence: index % 5000,
    boot_id: boot,
    challenge: null,
    binary_sha256: binary,
    binary_on_disk_sha256: binary,
    binary_path: '/opt/smars/bin/smars',
    method: 'proc_exe',
    process: {
      pid: 1000 + (index % 30_000),
      started_at: timeBefore(50_000 + ((index * 101) % 7_200_000) / 1000),
    },
    config_sha256: CONFIG,
    bound_flags: Array.from({ length: flags }, (_, at) => ({
      flag: flagName(at),
      value: at % 2 === 0,
      source: 'file:/etc/smars/flags.json',
    })),
    received_flags: [],
    taking_live_traffic: true,
    traffic: { listening: ['0.0.0.0:9000'], established: index % 97, leased: null },
    first_seen_on_this_binary: timeBefore(49_000 + ((index * 101) % 7_200_000) / 1000),
    last_deploy_touched: timeBefore(60_000 + ((index * 101) % 7_200_000) / 1000),
  };
}

/** The manifest of the fleet: every flag owned, live and verified. */
export function manifestOf({ nodes, flags }: FleetSize): Manifest {
  const draft: Manifest = {
    schema: 'haunted.manifest/v1',
    deployment_id: 'smars_2012_08_01',
    cluster: 'smars',
    generation: 42,
    created_at: timeBefore(86_400),
    expires_at: null,
    previous_manifest_sha256: null,
    manifest_sha256: NEW,
    binary_sha256: NEW,
    config_sha256: CONFIG,
    cluster_inventory: Array.from({ length: nodes }, (_, index) => hostname(index)),
    bound_flags: Array.from({ length: flags }, (_, at) => flagName(at)),
    flag_ownership_table: Array.from({ length: flags }, (_, at) => ({
      flag: flagName(at),
      owner: 'team-router',
      last_modified: timeBefore(1_000_000),
      state: 'live' as const,
      verification: 'verified' as const,
      meaning: `m:${at}`,
      type: 'boolean' as const,
      where: [{ file: 'router/flags.c', line: at + 1, symbol: 'route' }],
      travels_in: ['config' as const],
    })),
  };
  return { ...draft, manifest_sha256: manifestDigest(draft) };
}

export type Fleet = { readonly folder: string; readonly manifest: string; readonly reports: string };

/** The fleet's documents in a folder of their own, which whoever asks for it removes. */
export function writeFleet(size: FleetSize): Fleet {
  const folder = mkdtempSync(path.join(tmpdir(), 'haunted-bench-'));
  const manifest = path.join(folder, 'manifest.json');
  const reports = path.join(folder, 'reports.ndjson');
  writeFileSync(manifest, JSON.stringify(manifestOf(size)));
  writeLines(reports, size.nodes, (index) => JSON.stringify(reportOf(index, size.flags)));
  return { folder, manifest, reports };
}

export type SignedFleet = Fleet & { readonly keyring: string };

/** As writeFleet, with a key for each server; the reports are signed. */
export function writeSignedFleet(size: FleetSize): SignedFleet {
  const folder = mkdtempSync(path.join(tmpdir(), 'haunted-bench-'));
  const [manifest, reports, keyring] = ['manifest.json', 'proofs.ndjson', 'keyring.json'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  const keys = Array.from({ length: size.nodes }, (_, index) => {
    const holder = holderOf({ role: 'node', name: hostname(index), hostname: hostname(index) });
    return signingKey(newPrivateKey(holder, AT), 'The key');
  });
  const trusted = keys.map((key) => trustedKey(key, { from: null, until: null }));
  writeFileSync(manifest, JSON.stringify(manifestOf(size)));
  writeFileSync(keyring, JSON.stringify({ schema: 'haunted.keyring/v1', keys: trusted }));
  writeLines(reports, size.nodes, (index) => {
    const key = keys[index];
    if (key === undefined) throw new Error('every server has a key');
    return signReport(reportOf(index, size.flags), key).trim();
  });
  return { folder, manifest, reports, keyring };
}

function writeLines(file: string, count: number, line: (index: number) => string): void {
  const fd = openSync(file, 'w');
  for (let index = 0; index < count; index += 100) {
    const lines = Array.from({ length: Math.min(100, count - index) }, (_, at) => `${line(index + at)}\n`);
    writeSync(fd, lines.join(''));
  }
  closeSync(fd);
}

export function removeFleet({ folder }: Fleet): void {
  rmSync(folder, { recursive: true });
}
