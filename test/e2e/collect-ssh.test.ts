import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../src/cli/commands/collect.ts';
import { prove } from '../../src/cli/commands/prove.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { CollectFailure, Collected } from '../../src/model/collected.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import { testIo } from '../fixtures/test-io.ts';
import { startSmallProgram, type SmallProgram } from '../world/small-program.ts';
import { freePort, startSshServers, whyNoSshd, type SshServers } from '../world/ssh-servers.ts';

const ROWS = [
  { name: 'collect', summary: '', load: async () => collect },
  { name: 'prove', summary: '', load: async () => prove },
];
const NOISE = `printf 'Welcome\\\\r\\\\n\\\\033[31m** maintenance at 5 **\\\\n\\\\000\\\\377'; echo haunted-0123 begin`;

let servers: SshServers;
let runtime: string;
let silent: Server;
const programs: SmallProgram[] = [];
const skipped = whyNoSshd();

beforeAll(async () => {
  if (skipped !== null) return;
  runtime = mkdtempSync(path.join(tmpdir(), 'h-run-'));
  servers = await startSshServers({
    plain: {},
    replaced: {},
    deleted: {},
    noisy: { before: NOISE },
    empty: {},
    talker: { instead: 'echo hello; exit 3' },
    endless: { instead: 'exec yes' },
    sleeper: { instead: 'exec sleep 30' },
    sudoer: { before: 'PATH=$PWD:$PATH' },
    half: { instead: 'head -c 600 | sh; exit 0' },
    stranger: {},
  });
  for (const name of ['plain', 'noisy', 'sudoer'])
    programs.push(
      await startSmallProgram(servers.home(name), 'installed', { SMARS_RLP: 'true', SECRET: 'x' }),
    );
  programs.push(await startSmallProgram(servers.home('replaced'), 'replaced'));
  programs.push(await startSmallProgram(servers.home('deleted'), 'deleted'));
  writeFileSync(path.join(servers.home('plain'), 'flags.json'), '{"power_peg": true}');
  // A stand-in for sudo that says how it was called: the real one may not be here.
  const sudo = '#!/bin/sh\n[ "$*" = "-n sh -s" ] && echo "$*" >sudo.log && shift && exec "$@"\n';
  writeFileSync(path.join(servers.home('sudoer'), 'sudo'), sudo, { mode: 0o755 });
  writeFileSync(
    path.join(servers.folder, 'empty-home/.bashrc'),
    `echo from the rc file; ${NOISE.replaceAll('\\\\', '\\')}\n`,
  );
  writeFileSync(path.join(servers.home('plain'), 'smars.conf'), 'venue=XNYS\n');

  silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  servers.add('hanging', [`Port ${(silent.address() as AddressInfo).port}`]);
  servers.add('dead', [`Port ${await freePort()}`]);
  servers.add('nowhere', ['HostName nowhere.invalid']);
  servers.add('locked', ['IdentityFile /dev/null']);
  writeFileSync(path.join(servers.folder, 'nobody_known'), '');
  servers.add('unknown', [`UserKnownHostsFile ${path.join(servers.folder, 'nobody_known')}`]);
  const wrongKey = readFileSync(path.join(servers.folder, 'keys', 'stranger.pub'), 'utf8');
  writeFileSync(
    path.join(servers.folder, 'wrong_known'),
    `[127.0.0.1]:${servers.port} ${wrongKey.split(' ').slice(0, 2).join(' ')}\n`,
  );
  servers.add('imposter', [`UserKnownHostsFile ${path.join(servers.folder, 'wrong_known')}`]);
});

afterAll(async () => {
  if (skipped !== null) return;
  await Promise.all(programs.map(async (program) => await program.stop()));
  silent.close();
  await servers.stop();
  rmSync(runtime, { recursive: true });
});

type Line = Collected | CollectFailure;
type Answer = { readonly exit: number; readonly lines: readonly Line[]; readonly stderr: string };

async function collectFrom(hosts: readonly string[], more: readonly string[] = []): Promise<Answer> {
  const { io, stdout, stderr } = testIo({
    now: 1_353_607_000_000,
    env: { XDG_RUNTIME_DIR: runtime },
    cwd: servers.folder,
  });
  const words = [
    'collect',
    ...hosts.flatMap((host) => ['--host', host]),
    '--cluster=smars',
    `--ssh-config=${servers.config}`,
    '--pid-file=smars.pid',
    '--persist=0',
    ...more,
  ];
  const exit = await runCommandLine(words, ROWS, '0', io);
  const lines = stdout()
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => {
      const value = JSON.parse(line) as { schema: string };
      return value.schema === 'haunted.collected/v1' ? Collected.parse(value) : CollectFailure.parse(value);
    });
  return { exit, lines, stderr: stderr() };
}

async function reportOf(host: string, more: readonly string[] = []): Promise<NodeReport> {
  const { exit, lines, stderr } = await collectFrom([host], more);
  expect([exit, stderr]).toEqual([0, 'haunted collect: 1 of 1 server gave a report.\n']);
  const [line] = lines;
  if (line === undefined || !('report' in line)) throw new Error('there is no report');
  return line.report;
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

describe.skipIf(skipped !== null)('haunted collect over ssh', () => {
  it('tells what runs on a server, vouched for by the transport', async () => {
    const { exit, lines } = await collectFrom(['plain'], ['--event', 'e-1', '--nonce', 'n-1']);
    expect(exit).toBe(0);
    expect(lines).toMatchObject([
      {
        schema: 'haunted.collected/v1',
        via: 'ssh',
        inventory_name: 'plain',
        collected_at: '2012-11-22T17:56:40.000Z',
        report: {
          hostname: 'plain',
          cluster: 'smars',
          method: 'proc_exe',
          binary_sha256: sha256('/bin/sleep'),
          binary_on_disk_sha256: sha256('/bin/sleep'),
          binary_path: path.join(servers.home('plain'), 'smars'),
          process: { pid: programs[0]?.pid },
          challenge: { event_id: 'e-1', nonce: 'n-1' },
          taking_live_traffic: true,
          traffic: { listening: [], established: 0, leased: null },
        },
      },
    ]);
  });

  it('hashes what runs and not what lies on disk', async () => {
    expect(await reportOf('replaced')).toMatchObject({
      binary_sha256: sha256('/bin/sleep'),
      binary_on_disk_sha256: sha256(path.join(servers.home('replaced'), 'smars')),
      binary_path: path.join(servers.home('replaced'), 'smars'),
    });
  });

  it('hashes what runs when there is nothing left on disk', async () => {
    expect(await reportOf('deleted')).toMatchObject({
      binary_sha256: sha256('/bin/sleep'),
      binary_on_disk_sha256: null,
      binary_path: `${path.join(servers.home('deleted'), 'smars')} (deleted)`,
    });
  });

  it('looks as root when it is told to', async () => {
    expect((await reportOf('sudoer', ['--sudo'])).binary_sha256).toBe(sha256('/bin/sleep'));
    expect(readFileSync(path.join(servers.home('sudoer'), 'sudo.log'), 'utf8')).toBe('-n sh -s\n');
  });

  it('is not put off by what a login prints', async () => {
    expect((await reportOf('noisy')).binary_sha256).toBe(sha256('/bin/sleep'));
  });

  it('says the same as haunted prove on the server itself', async () => {
    const words = ['--flag-file', 'flags.json', '--config-file', 'smars.conf'];
    const switches = ['--flag-env-prefix', 'SMARS_=', '--traffic-port', '9000'];
    const collected = await reportOf('plain', [...words, ...switches]);
    const { io, stdout } = testIo({ cwd: servers.home('plain'), now: Date.parse(collected.observed_at) });
    const state = [
      '--state',
      path.join(servers.folder, 'state'),
      '--hostname',
      'plain',
      '--cluster',
      'smars',
    ];
    expect(
      await runCommandLine(
        ['prove', '--pid-file', 'smars.pid', ...words, ...switches, ...state],
        ROWS,
        '0',
        io,
      ),
    ).toBe(0);
    const proven = JSON.parse(stdout()) as NodeReport;
    // What only a prover with a memory knows, times that are right to some milliseconds, and paths as they were typed.
    const steady = ({ bound_flags: flags, ...report }: NodeReport): object => ({
      ...report,
      sequence: 0,
      observed_at: '',
      first_seen_on_this_binary: null,
      process: report.process?.pid,
      flags: flags.map((flag) => ({ ...flag, source: flag.source.replace(`${servers.home('plain')}/`, '') })),
    });
    expect(steady(collected)).toEqual(steady(proven));
    expect(collected.bound_flags).toHaveLength(2);
    expect(collected.taking_live_traffic).toBe(false);
    const apart =
      Date.parse(proven.process?.started_at ?? '') - Date.parse(collected.process?.started_at ?? '');
    expect(Math.abs(apart)).toBeLessThan(60_000);
  });

  it.each<[string, string, readonly string[], RegExp]>([
    ['with a dead port', 'dead', [], /^nothing listens on its ssh port/],
    ['with the key of another machine', 'imposter', [], /^its host key is not the one in known_hosts/],
    ['whose key nobody knows', 'unknown', [], /^its host key is not known here/],
    ['that does not let us in', 'locked', [], /^it did not let us in \(permission denied\)/],
    [
      'that takes the connection and says nothing',
      'hanging',
      ['--connect-timeout', '1'],
      /^it did not answer in time/,
    ],
    [
      'that lets us in and says nothing',
      'sleeper',
      ['--host-timeout', '2'],
      /^it did not answer in time \(2 s\)/,
    ],
    ['that never stops talking', 'endless', [], /^it sent more than it was asked for, and was cut off/],
    [
      'that talks of something else',
      'talker',
      [],
      /^it let us in but did not run the probe \(exit status 3\)/,
    ],
    ['that reads half of the probe', 'half', [], /^it let us in but did not run the probe/],
    ['where nothing like that runs', 'empty', [], /^the pid file does not exist there/],
    ['with a name nobody knows', 'nowhere', [], /^its name cannot be resolved/],
  ])('gives a reason for a server %s, and the others all the same', async (_title, name, more, reason) => {
    const { exit, lines, stderr } = await collectFrom([name, 'plain'], more);
    expect(exit).toBe(1);
    expect(lines).toMatchObject([
      {
        schema: 'haunted.collect-failure/v1',
        via: 'ssh',
        hostname: name,
        detail: expect.stringMatching(reason),
      },
      { schema: 'haunted.collected/v1', inventory_name: 'plain' },
    ]);
    expect(stderr).toContain(`haunted collect: ${name}: `);
    expect(stderr).toContain('1 of 2 servers gave a report.');
  });
});
