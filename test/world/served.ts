import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Manifest } from '../../src/model/manifest.ts';
import { manifestDigest } from '../../src/seal/digest.ts';
import { trustedKey } from '../../src/seal/keys.ts';
import { signManifest } from '../../src/seal/sign.ts';
import { manifest } from './documents.ts';
import { ALWAYS, BUILDER } from './trust.ts';
import { joinAs } from './wire-agent.ts';
import type { WireAgent } from './wire-agent.ts';

const MAIN = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

type Said = { readonly code: number | null; readonly out: string; readonly err: string };

/** A running `haunted serve`. */
export type Serve = {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it wrote to its journal. */
  readonly journal: () => string;
  readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>;
};

/** A folder of a team, with a control plane as a process and agents that speak to it. */
export type Served = {
  readonly folder: string;
  readonly serve: (words?: readonly string[], shell?: string) => Promise<Serve>;
  readonly haunted: (...words: string[]) => Promise<Said>;
  /** Starts it and does not wait. */
  readonly start: (...words: string[]) => { readonly child: ChildProcess; readonly said: Promise<Said> };
  /** Makes a token on the command line, joins and connects. */
  readonly join: (serve: Serve, hostname: string, binary: string) => Promise<WireAgent>;
  readonly write: (name: string, text: string) => string;
  readonly exists: (name: string) => boolean;
  readonly close: () => Promise<void>;
};

/** A signed manifest of today. */
export function manifestFile(
  generation: number,
  binary_sha256: string,
  more: Partial<Manifest> = {},
): {
  readonly text: string;
  readonly sha256: string;
} {
  const created_at = new Date(Date.now() - 60_000).toISOString();
  const draft = { ...manifest({ generation, binary_sha256, config_sha256: null, ...more }), created_at };
  const sealed = { ...draft, manifest_sha256: manifestDigest(draft) };
  return { text: signManifest(sealed, 'The manifest', BUILDER), sha256: sealed.manifest_sha256 };
}

export function servedTeam(): Served {
  const folder = mkdtempSync(path.join(tmpdir(), 'served-'));
  const running = new Set<ChildProcess>();
  const agents: WireAgent[] = [];
  const write = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
    return path.join(folder, name);
  };
  write(
    'keyring.json',
    JSON.stringify({ schema: 'haunted.keyring/v1', keys: [trustedKey(BUILDER, ALWAYS)] }),
  );
  write('haunted.yaml', 'cluster: smars\nkeyring: keyring.json\nledger: ledger.db\n');
  const started = (argv: readonly [string, ...string[]]): ChildProcess => {
    const [program, ...words] = argv;
    const child = spawn(program, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };
  const start: Served['start'] = (...words) => {
    const child = started([process.execPath, MAIN, ...words]);
    const heard = { out: '', err: '' };
    child.stdout?.on('data', (data: Buffer) => (heard.out += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (heard.err += data.toString()));
    const said = new Promise<Said>((resolve) => {
      child.once('close', (code) => resolve({ code, ...heard }));
    });
    return { child, said };
  };
  const haunted: Served['haunted'] = async (...words) => await start(...words).said;
  return {
    folder,
    write,
    start,
    haunted,
    exists: (name) => existsSync(path.join(folder, name)),
    serve: async (words = [], shell = '') => {
      const argv = [process.execPath, MAIN, 'serve', '--listen', '127.0.0.1:0', ...words];
      const child = started(
        shell === '' ? (argv as [string]) : ['sh', '-c', `${shell}; exec "$@"`, 'sh', ...argv],
      );
      let journal = '';
      const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) => {
        child.once('exit', (code, signal) => resolve([code, signal]));
      });
      const url = await new Promise<string>((resolve, reject) => {
        child.stderr?.on('data', (data: Buffer) => {
          journal += data.toString();
          const found = /"url":"([^"]+)"/.exec(journal)?.[1];
          if (found !== undefined) resolve(found);
        });
        child.once('close', (code) => reject(new Error(`haunted serve ended with ${code}: ${journal}`)));
      });
      return { url, child, journal: () => journal, ended };
    },
    join: async ({ url }, hostname, binary) => {
      const { out, err } = await haunted('agent', 'token', '--hostname', hostname, '--state', 'serve');
      const { joined, agent } = await joinAs({ url, cluster: 'smars', hostname }, out.trim(), binary);
      if (joined.status !== 201) throw new Error(`${JSON.stringify(joined)} ${err}`);
      agent.clock = Date.now;
      agents.push(agent);
      await agent.connect();
      return agent;
    },
    close: async () => {
      for (const agent of agents) agent.disconnect();
      await Promise.all(
        Array.from(running, async (child) => {
          const gone = new Promise((resolve) => void child.once('exit', resolve));
          child.kill('SIGKILL');
          await gone;
        }),
      );
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
