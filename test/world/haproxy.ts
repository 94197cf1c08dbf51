import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

const HAPROXY = '/usr/sbin/haproxy';
const SHIPPED = path.join(import.meta.dirname, '..', '..', 'packaging', 'haproxy', 'haunted.cfg');

/** Where the tests have the binds of the shipped configuration: a port that needs no root, and the one it names. */
export const HTTP_PORT = 8000;
export const TCP_PORT = 9000;

/** Null where HAProxy is installed, else why the tests with it are skipped. */
export const noHaproxy = existsSync(HAPROXY) ? null : `${HAPROXY} is not installed`;

/** A real HAProxy, master and worker, with the configuration that is shipped. */
export type Haproxy = {
  readonly host: string;
  /** What the runtime socket answers to a command. */
  readonly command: (line: string) => Promise<string>;
  /** The status column of `show stat` for a server, such as `UP` or `DOWN (agent)`. */
  readonly status: (backend: string, server: string) => Promise<string>;
  /** Waits until that column is this. */
  readonly reaches: (backend: string, server: string, status: RegExp) => Promise<void>;
  /**
   * Reloads as `systemctl reload haproxy` does with haproxy-reload.conf, and waits until the new worker has the socket. Not `isSaved`: without
   * what that file adds.
   */
  readonly reload: (isSaved?: boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Three addresses of this machine's own network in place of 10.0.0.1 to 3, and the HAProxy on a fourth. */
export function loopbackNet(): string {
  return `127.${randomInt(16, 240)}.${randomInt(0, 256)}`;
}

/** Runs the shipped configuration on `net`; `change` may alter its text, to try another one. */
export async function startHaproxy(
  net: string,
  change: (config: string, folder: string) => string = (config) => config,
): Promise<Haproxy> {
  const folder = mkdtempSync(path.join(tmpdir(), 'haunted-haproxy-'));
  const socket = path.join(folder, 'admin.sock');
  const master = path.join(folder, 'master.sock');
  const state = path.join(folder, 'haunted.state');
  const host = `${net}.10`;
  const config = readFileSync(SHIPPED, 'utf8')
    .replaceAll(' 10.0.0.', ` ${net}.`)
    .replaceAll('/run/haproxy/admin.sock', socket)
    .replaceAll('/var/lib/haproxy/haunted.state', state)
    .replaceAll('bind :80', `bind ${host}:${HTTP_PORT}`)
    .replaceAll('bind :9000', `bind ${host}:${TCP_PORT}`);
  const file = path.join(folder, 'haproxy.cfg');
  writeFileSync(file, change(config, folder));
  const child = spawn(HAPROXY, ['-W', '-db', '-S', master, '-f', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaints += chunk));

  const command = async (line: string, at = socket): Promise<string> => {
    const asking = connect(at);
    // A worker that is being replaced may take a connection and not answer any more.
    asking.setTimeout(500, () => asking.destroy(new Error('the runtime socket does not answer')));
    asking.end(`${line}\n`);
    return await text(asking);
  };
  const worker = async (): Promise<string> =>
    /^Pid: (\d+)$/m.exec(await command('show info').catch(() => ''))?.[1] ?? '';
  const workerOtherThan = async (old: string): Promise<void> => {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`haproxy ended: ${complaints}`);
      const now = await worker();
      if (now !== '' && now !== old) return;
      await pause(2);
    }
  };
  const status = async (backend: string, server: string): Promise<string> =>
    columnOf(await command('show stat'), backend, server);

  const untilMasterAnswers = async (): Promise<void> => {
    while (!(await command('show proc', master).catch(() => '')).includes('worker')) await pause(2);
  };

  await workerOtherThan('');
  return {
    host,
    command: async (line) => await command(line),
    status,
    reaches: async (backend, server, wanted) => {
      while (!wanted.test(await status(backend, server))) await pause(10);
    },
    reload: async (isSaved = true) => {
      if (isSaved) writeFileSync(state, await command('show servers state'));
      const old = await worker();
      // A master that has just started is deaf to signals while its worker serves already.
      await untilMasterAnswers();
      child.kill('SIGUSR2');
      await workerOtherThan(old);
    },
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true });
    },
  };
}

function columnOf(stat: string, backend: string, server: string): string {
  const [head = '', ...lines] = stat.split('\n');
  const at = head.replace('# ', '').split(',').indexOf('status');
  const line = lines.map((text) => text.split(',')).find(([bk, sv]) => bk === backend && sv === server);
  return line?.[at] ?? '';
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
