import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { openMembers } from '../../src/adapters/sqlite/members.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { PrivateKey } from '../../src/model/private-key.ts';
import { manifestDigest } from '../../src/seal/digest.ts';
import { newPrivateKey, signingKey, trustedKey } from '../../src/seal/keys.ts';
import { signManifest } from '../../src/seal/sign.ts';
import { manifestOf } from './world.ts';

/** What one simulated server needs to speak for itself. */
export type BenchAgent = { readonly hostname: string; readonly key: PrivateKey; readonly session: string };

/** A published `haunted serve` in a process of its own, with servers that have joined. */
export type Serving = {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly token: string;
  readonly agents: readonly BenchAgent[];
  readonly manifest: Manifest;
  /** The signed manifest. */
  readonly envelope: string;
  /** What it used of the processors so far, in milliseconds. */
  readonly cpuMs: () => number;
  readonly stop: () => Promise<void>;
};

const ALWAYS = { from: null, until: null };
const TOKEN = 'ho_a-token-for-this-measurement';

export async function serving(command: string, nodes: number, leaseS = 86_400): Promise<Serving> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-serve-'));
  const now = Date.now();
  const builder = signingKey(newPrivateKey({ role: 'builder', name: 'ci', hostname: null }, now), 'The key');
  const draft = {
    ...manifestOf({ nodes, flags: 3 }),
    created_at: new Date(now - 60_000).toISOString(),
    bound_flags: [],
    flag_ownership_table: [],
    manifest_sha256: '',
  };
  const manifest = { ...draft, manifest_sha256: manifestDigest(draft) };
  const keyring = { schema: 'haunted.keyring/v1', keys: [trustedKey(builder, ALWAYS)] };
  writeFileSync(path.join(folder, 'keyring.json'), JSON.stringify(keyring));
  writeFileSync(
    path.join(folder, 'haunted.yaml'),
    `cluster: smars\nkeyring: keyring.json\nledger: ledger.db\ntraffic: { lease_s: ${leaseS} }\n`,
  );
  mkdirSync(path.join(folder, 'serve'), { mode: 0o700 });
  writeFileSync(path.join(folder, 'serve', 'operators.token'), `${TOKEN}\n`, { mode: 0o600 });
  const agents = await joined(path.join(folder, 'serve', 'members.db'), manifest, now);
  const child = spawn(process.execPath, [command, 'serve', '--listen', '127.0.0.1:0'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = await urlOf(child);
  return {
    url,
    port: Number(new URL(url).port),
    folder,
    token: TOKEN,
    agents,
    manifest,
    envelope: signManifest(manifest, 'The manifest', builder),
    cpuMs: () => cpuMsOf(child.pid ?? 0),
    stop: async () => {
      const ended = new Promise((resolve) => void child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** In steps of ten milliseconds, as the kernel counts. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function joined(
  file: string,
  { cluster, cluster_inventory }: Manifest,
  now: number,
): Promise<BenchAgent[]> {
  const members = openMembers(file);
  const agents: BenchAgent[] = [];
  for (const hostname of cluster_inventory) {
    const key = newPrivateKey({ role: 'node', name: hostname, hostname }, now);
    const session = `session-of-${hostname}`;
    const { keyid, public_key } = trustedKey(signingKey(key, 'The key'), ALWAYS);
    const token_sha256 = sha256(hostname);
    const place = { token_sha256, cluster, hostname };
    await members.invite({ ...place, expires_at: now + 60_000 }, now);
    await members.join({ ...place, keyid, public_key, session_sha256: sha256(session) }, now);
    agents.push({ hostname, key, session });
  }
  members.close();
  return agents;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function urlOf(child: ChildProcess): Promise<string> {
  let said = '';
  return await new Promise((resolve, reject) => {
    child.stderr?.on('data', (piece: Buffer) => {
      said += piece.toString();
      const url = /"url":"([^"]+)"/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
      if (/"event":"bug"/.test(said)) process.stderr.write(said);
    });
    child.once('exit', (code) => reject(new Error(`haunted serve ended with ${code}: ${said}`)));
  });
}
