import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../../src/cli/commands/collect.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { testIo } from '../fixtures/test-io.ts';
import { startSmallProgram, type SmallProgram } from '../world/small-program.ts';
import { startSshServers, whyNoSshd, type SshServers } from '../world/ssh-servers.ts';
import { processesIn } from './live-processes.ts';

const ROWS = [{ name: 'collect', summary: '', load: async () => collect }];
const MAIN = path.join(import.meta.dirname, '../../src/cli/main.ts');
const CROWD = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];

let servers: SshServers;
let runtime: string;
const programs: SmallProgram[] = [];
const skipped = whyNoSshd();

beforeAll(async () => {
  if (skipped !== null) return;
  // Long enough to overlap, whatever the machine does at the moment.
  const logged = {
    instead: 'echo in >> ../log; sleep 0.3; sh -c "$SSH_ORIGINAL_COMMAND"; echo out >> ../log',
  };
  servers = await startSshServers({
    a: {},
    b: {},
    ...Object.fromEntries(CROWD.map((name) => [name, logged])),
  });
  for (const name of ['a', 'b', ...CROWD])
    programs.push(await startSmallProgram(servers.home(name), 'installed'));
  writeFileSync(
    path.join(servers.folder, 'haunted.yaml'),
    [
      'cluster: smars',
      'inventory: { hosts: [a, b] }',
      'service: { pid_file: smars.pid }',
      'ssh: { config_file: ssh_config, control_persist_s: 0 }',
      '',
    ].join('\n'),
  );
});

beforeEach(() => {
  runtime = mkdtempSync(path.join(tmpdir(), 'h-run-'));
  return () => rmSync(runtime, { recursive: true });
});

afterAll(async () => {
  if (skipped !== null) return;
  await Promise.all(programs.map(async (program) => await program.stop()));
  await servers.stop();
});

type Answer = {
  readonly exit: number;
  readonly names: readonly string[];
  readonly stderr: string;
  readonly stdout: string;
};

async function run(...words: string[]): Promise<Answer> {
  const { io, stdout, stderr } = testIo({ cwd: servers.folder, env: { XDG_RUNTIME_DIR: runtime } });
  const exit = await runCommandLine(['collect', ...words], ROWS, '0', io);
  const names = stdout()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const value = JSON.parse(line) as { inventory_name?: string; hostname?: string };
      return value.inventory_name ?? `no ${value.hostname ?? ''}`;
    });
  return { exit, names, stderr: stderr(), stdout: stdout() };
}

describe.skipIf(skipped !== null)('a collection', () => {
  it('asks whom haunted.yaml names, in its order, and leaves nothing behind', async () => {
    expect(await run()).toMatchObject({ exit: 0, names: ['a', 'b'] });
    expect(readdirSync(runtime)).toEqual([]);
    expect(processesIn(runtime)).toEqual([]);
  });

  it('asks whom an Ansible inventory names', async () => {
    writeFileSync(
      path.join(servers.folder, 'hosts.ini'),
      'x\n[web]\nsmars-[01:02]\n[web:vars]\nansible_port=1\n',
    );
    const { exit, names } = await run('--inventory', 'hosts.ini', '--group', 'web', '--connect-timeout', '1');
    expect([exit, names]).toEqual([1, ['no smars-01', 'no smars-02']]);
  });

  it('reaches a server under another name than its own', async () => {
    writeFileSync(
      path.join(servers.folder, 'hosts.ini'),
      '[web]\nsmars-01 ansible_host=a\nsmars-02 ansible_host=b\n',
    );
    const { exit, names } = await run('--inventory', 'hosts.ini');
    expect([exit, names]).toEqual([0, ['smars-01', 'smars-02']]);
  });

  it('counts two names of one machine as two servers of which nobody knows which was asked', async () => {
    writeFileSync(
      path.join(servers.folder, 'hosts.ini'),
      'b\nsmars-07 ansible_host=a\nsmars-08 ansible_host=a\n',
    );
    const { exit, names, stderr } = await run('--inventory', 'hosts.ini');
    expect([exit, names]).toEqual([1, ['b', 'no smars-07', 'no smars-08']]);
    expect(stderr).toMatch(/smars-08: it answers with the same process \d+ as smars-07: /);
  });

  it('asks as many servers at once as it may, and no more', async () => {
    const log = path.join(servers.folder, 'homes', 'log');
    rmSync(log, { force: true });
    const hosts = CROWD.flatMap((name) => ['--host', name]);
    expect((await run(...hosts, '--parallel', '3')).names).toEqual(CROWD);
    let now = 0;
    let most = 0;
    for (const word of readFileSync(log, 'utf8').trim().split('\n')) {
      now += word === 'in' ? 1 : -1;
      most = Math.max(most, now);
    }
    expect(most).toBe(3);
  });

  it('keeps a connection for the next run, in a folder nobody else can enter', async () => {
    const before = servers.logins();
    expect((await run('--host', 'a', '--persist', '60')).exit).toBe(0);
    const folder = path.join(runtime, 'haunted-ssh');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toHaveLength(1);
    expect((await run('--host', 'a', '--persist', '60')).exit).toBe(0);
    expect(servers.logins()).toBe(before + 1);
    // The last one closes the door.
    expect((await run('--host', 'a', '--persist', '0')).exit).toBe(0);
    expect(servers.logins()).toBe(before + 1);
    expect(readdirSync(runtime)).toEqual([]);
  });

  it('opens a new connection when the one that was kept has died', async () => {
    expect((await run('--host', 'a', '--persist', '60')).exit).toBe(0);
    const [master = ''] = processesIn(runtime);
    process.kill(Number(master.split(' ')[0]), 'SIGKILL');
    expect((await run('--host', 'a', '--persist', '0')).exit).toBe(0);
    expect(processesIn(runtime)).toEqual([]);
  });

  it('refuses a folder for its connections that others could reach into', async () => {
    mkdirSync(path.join(runtime, 'haunted-ssh'), { mode: 0o755 });
    const { exit, stderr } = await run();
    expect([exit, stderr]).toEqual([1, expect.stringContaining('[KEY_UNSAFE]')]);
  });

  it('writes a file whole, and a folder with one file for each server', async () => {
    mkdirSync(path.join(runtime, 'reports'));
    expect(await run('--out', path.join(runtime, 'all.ndjson'))).toMatchObject({ exit: 0, stdout: '' });
    expect(readFileSync(path.join(runtime, 'all.ndjson'), 'utf8').split('\n')).toHaveLength(3);
    expect((await run('--out', path.join(runtime, 'reports'))).exit).toBe(0);
    expect(readdirSync(path.join(runtime, 'reports')).sort()).toEqual(['a.json', 'b.json']);
  });

  it('ends every ssh and closes every connection when it is interrupted', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    servers.add('hanging', [`Port ${(silent.address() as AddressInfo).port}`]);
    const child = spawn(
      process.execPath,
      [MAIN, 'collect', '--host', 'a', '--host', 'hanging', '--persist', '60', '--parallel', '1'],
      {
        cwd: servers.folder,
        env: { ...process.env, XDG_RUNTIME_DIR: runtime },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    child.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
    const [socket] = (await once(silent, 'connection')) as [NodeJS.EventEmitter];
    socket.on('error', () => undefined);
    child.kill('SIGINT');
    const [status] = (await once(child, 'close')) as [number];
    expect([status, said]).toEqual([130, '']);
    expect(processesIn(runtime)).toEqual([]);
    expect(readdirSync(runtime)).toEqual([]);
    silent.close();
  });

  it('shows on a terminal how far it is and who is missing', async () => {
    const { io, stderr } = testIo({ cwd: servers.folder, env: { XDG_RUNTIME_DIR: runtime } });
    await runCommandLine(['collect', '--parallel', '1'], ROWS, '0', { ...io, isStderrTty: true });
    const shown = stderr()
      .split('\r\u001b[K')
      .filter((line) => line !== '');
    expect(shown).toEqual([
      '0/2 answered; waiting for a, b',
      '1/2 answered; waiting for b',
      '2/2 answered',
      'haunted collect: 2 of 2 servers gave a report.\n',
    ]);
  });
});
