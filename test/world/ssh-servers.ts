import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SSHD = '/usr/sbin/sshd';

/**
 * Why there can be no ssh server here; null when there can be one. In CI that is no reason to skip: a suite that is silently left out
 * says nothing.
 */
export function whyNoSshd(): string | null {
  if (existsSync(SSHD)) return null;
  if (process.env['CI'] === undefined) return `${SSHD} is missing; install openssh-server`;
  throw new Error(`${SSHD} is missing in CI; install openssh-server`);
}

/** What one "server" does with the command it is sent. */
export type Behaviour = {
  /** Shell text run before the command, in the server's own folder. */
  readonly before?: string;
  /** Shell text run instead of the command. */
  readonly instead?: string;
};

/** Many names of ssh_config that lead to one sshd on the loopback, each with a folder of its own to be logged in to. */
export type SshServers = {
  readonly folder: string;
  readonly config: string;
  readonly port: number;
  /** Where the server of this name logs us in. */
  readonly home: (name: string) => string;
  /** Adds a name to ssh_config, with its own lines. */
  readonly add: (name: string, lines: readonly string[]) => void;
  /** How many logins there were so far. */
  readonly logins: () => number;
  readonly stop: () => Promise<void>;
};

/** Starts sshd for these names and waits until it listens. Keys and everything else are made in a temporary folder. */
export async function startSshServers(behaviours: Readonly<Record<string, Behaviour>>): Promise<SshServers> {
  const folder = mkdtempSync(path.join(tmpdir(), 'haunted-sshd-'));
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  const names = Object.keys(behaviours);
  mkdirSync(at('empty-home'));
  mkdirSync(at('keys'));
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  await Promise.all(
    ['host', ...names].map(
      async (name) =>
        await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', at('keys', name)]),
    ),
  );
  const authorized = names.map((name) => {
    mkdirSync(at('homes', name), { recursive: true });
    const { before = ':', instead = 'exec sh -c "$SSH_ORIGINAL_COMMAND"' } = behaviours[name] ?? {};
    const command = `cd ${at('homes', name)} && { ${before}; } && { ${instead}; }`;
    return `restrict,command="${command.replaceAll('"', '\\"')}" ${readFileSync(at('keys', `${name}.pub`), 'utf8')}`;
  });
  writeFileSync(at('authorized_keys'), authorized.join(''));
  const { sshd, port, said } = await startSshd(folder);
  const hostKey = readFileSync(at('keys', 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(at('known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);
  const sections: string[] = [];
  const add = (name: string, lines: readonly string[]): void => {
    sections.push(`Host ${name}\n${lines.map((line) => `  ${line}\n`).join('')}`);
    writeFileSync(at('ssh_config'), `${sections.join('')}${commonLines(folder, port)}`);
  };
  for (const name of names) add(name, [`IdentityFile ${at('keys', name)}`]);
  return {
    folder,
    config: at('ssh_config'),
    port,
    home: (name) => at('homes', name),
    add,
    logins: () => said().split('Accepted publickey').length - 1,
    stop: async () => {
      const ended = once(sshd, 'exit');
      sshd.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

function commonLines(folder: string, port: number): string {
  return [
    'Host *',
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${userInfo().username}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${path.join(folder, 'known_hosts')}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '',
  ].join('\n');
}

type Sshd = { readonly sshd: ChildProcess; readonly port: number; readonly said: () => string };

async function startSshd(folder: string): Promise<Sshd> {
  for (let tries = 0; tries < 5; tries += 1) {
    const port = await freePort();
    const config = path.join(folder, 'sshd_config');
    writeFileSync(
      config,
      [
        `ListenAddress 127.0.0.1:${port}`,
        `HostKey ${path.join(folder, 'keys', 'host')}`,
        `AuthorizedKeysFile ${path.join(folder, 'authorized_keys')}`,
        'PidFile none',
        'UsePAM no',
        'StrictModes no',
        'PermitRootLogin prohibit-password',
        'PasswordAuthentication no',
        'MaxStartups 1000',
        // Whatever the login shell of this machine's user does at its start is not of these tests.
        `SetEnv HOME=${path.join(folder, 'empty-home')}`,
        '',
      ].join('\n'),
    );
    const sshd = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    sshd.stderr.on('data', (piece: Buffer) => (text += piece.toString()));
    const said = (): string => text;
    if (await isListening(sshd, said)) return { sshd, port, said };
  }
  throw new Error('sshd does not start');
}

async function isListening(sshd: ChildProcess, said: () => string): Promise<boolean> {
  return await new Promise((resolve) => {
    sshd.once('exit', () => resolve(false));
    sshd.stderr?.on('data', () => {
      if (said().includes('Server listening on')) resolve(true);
    });
  });
}

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
