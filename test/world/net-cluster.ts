import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { clientLoop } from './client-loop.ts';
import type { ClientLoop } from './client-loop.ts';
import { HTTP_PORT, startHaproxy } from './haproxy.ts';
import type { Haproxy } from './haproxy.ts';
import { BIN, partOf, runHaunted, spawnHaunted } from './haunted-parts.ts';
import type { Part, Said } from './haunted-parts.ts';
import { netHosts } from './net-hosts.ts';
import type { NetHosts } from './net-hosts.ts';
import { NAMES, SERVE_PORT, SETTINGS, writeTeam } from './net-team.ts';

/** Three hosts with an address, a service and an agent each, a control plane, a real HAProxy, and clients that count. */
export type NetCluster = {
  readonly folder: string;
  readonly hosts: NetHosts;
  readonly haproxy: Haproxy;
  readonly loops: readonly ClientLoop[];
  /** Runs `haunted` as an operator does, through the control plane. */
  readonly haunted: (...words: string[]) => Promise<Said>;
  readonly start: (...words: string[]) => ChildProcess;
  /** Puts a version on hosts as most tools do: a new file, renamed over, and a restart. */
  readonly go: (version: string, ...names: string[]) => Promise<void>;
  readonly serve: Part;
  readonly agents: ReadonlyMap<string, Part>;
  /** The pid of the service of a host. */
  readonly pidOf: (name: string) => number;
  readonly client: (options?: { readonly isKept?: boolean; readonly cookie?: string }) => ClientLoop;
  readonly close: () => Promise<void>;
};

const execute = promisify(execFile);

const [LIBRARY] = globSync('/usr/lib/*/faketime/libfaketime.so.1');

/** A clock that a file can set for one process, its monotonic one left alone; where libfaketime is installed. */
export const faketime = {
  isThere: LIBRARY !== undefined,
  env: (file: string): Readonly<Record<string, string>> => ({
    LD_PRELOAD: LIBRARY ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }),
};

export async function netCluster(): Promise<NetCluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'net-cluster-'));
  const hosts = netHosts(NAMES);
  const parts: Part[] = [];
  const loops: ClientLoop[] = [];
  let haproxy: Haproxy | null = null;
  const pidOf = (name: string): number => Number(readFileSync(path.join(folder, name, 'pid'), 'utf8'));
  const close = async (): Promise<void> => {
    await Promise.all(loops.map(async (loop) => await loop.stop()));
    await haproxy?.stop();
    await Promise.all(parts.map(async (part) => await part.kill()));
    for (const name of NAMES) {
      try {
        process.kill(pidOf(name), 'SIGKILL');
      } catch {
        // It has ended already.
      }
    }
    hosts.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const haunted = async (...words: string[]): Promise<Said> => await runHaunted(words, folder);
    const must = async (...words: string[]): Promise<string> => {
      const { code, out, err } = await haunted(...words);
      if (code !== 0) throw new Error(`haunted ${words.join(' ')}: ${out}${err}`);
      return out;
    };
    const part = (words: readonly string[], ready: RegExp): Part => {
      const made = partOf(words, folder, ready);
      parts.push(made);
      return made;
    };
    const url = `https://${hosts.gateway}:${SERVE_PORT}`;
    await writeTeam(folder, hosts, must);
    const go = async (version: string, ...names: string[]): Promise<void> => {
      const child = spawn(path.join(folder, 'go.sh'), [version, ...names], { cwd: folder, stdio: 'ignore' });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`go.sh ended with ${String(code)}`);
    };
    await go('1', ...NAMES);

    const serve = part(
      [
        'serve',
        '--listen',
        `${hosts.gateway}:${SERVE_PORT}`,
        '--state',
        'serve',
        // A busy machine may take long to look.
        '--challenge-timeout',
        '15',
        '--tls-cert',
        'tls.crt',
        '--tls-key',
        'tls.key',
        '--token-file',
        'operators.token',
      ],
      /listen/i,
    );
    await serve.start();
    writeFileSync(
      path.join(folder, 'haunted.yaml'),
      `${SETTINGS}server: { url: "${url}", token_file: operators.token, ca_file: tls.crt }\n`,
    );
    const agents = new Map<string, Part>();
    for (const name of NAMES) {
      const token = (await must('agent', 'token', '--cluster', 'smars', '--hostname', name)).trim();
      writeFileSync(path.join(folder, name, 'token'), token, { mode: 0o600 });
      const on = hosts.on(name);
      const join = [
        'agent',
        'join',
        '--server',
        url,
        '--ca-file',
        'tls.crt',
        '--cluster',
        'smars',
        '--hostname',
        name,
        '--token-file',
        `${name}/token`,
        '--state',
        `${name}/state`,
      ];
      await execute(on[0] ?? '', [...on.slice(1), process.execPath, BIN, ...join], { cwd: folder });
      const agent = part([...on, process.execPath, BIN, 'agent', '--config', `${name}/agent.yaml`], /./);
      agents.set(name, agent);
    }
    await Promise.all([...agents.values()].map(async (agent) => await agent.start()));
    await must('adopt', '--manifest', 'm1.json');

    const front = await startHaproxy(hosts.net, withoutTcp);
    haproxy = front;
    for (const name of NAMES) await front.reaches('smars', name, /^UP$/);
    return {
      folder,
      hosts,
      haproxy: front,
      loops,
      haunted,
      start: (...words) => spawnHaunted(words, folder),
      go,
      serve,
      agents,
      pidOf,
      client: ({ isKept = false, cookie } = {}) => {
        const headers: Record<string, string> = cookie === undefined ? {} : { Cookie: cookie };
        const loop = clientLoop({ host: front.host, port: HTTP_PORT, isKept, headers });
        loops.push(loop);
        return loop;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The service speaks HTTP only. */
function withoutTcp(config: string): string {
  const [http = ''] = config.split(/^frontend smars_tcp$/m);
  return http;
}
