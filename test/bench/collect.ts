import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { startSmallProgram, type SmallProgram } from '../world/small-program.ts';
import { startSshServers, whyNoSshd, type SshServers } from '../world/ssh-servers.ts';

/** One line of the answer: ours against a peer in the same run, the median of interleaved rounds. */
type Row = {
  readonly row: string;
  readonly ours_ms: number;
  readonly peer_ms: number | null;
  /** Ours over the peer's: below 1 is faster. */
  readonly ratio: number | null;
  readonly goal: string;
};

const HOSTS = 50;
const PARALLEL = 32;
const ROUNDS = 7;
const ROOT = path.join(import.meta.dirname, '../..');
const run = promisify(execFile);

type World = { readonly servers: SshServers; readonly names: readonly string[]; readonly scratch: string };

/** Fifty names of one sshd on the loopback, each with a process of its own; whole commands, from start to end. */
async function measureCollecting(): Promise<Row[]> {
  const reason = whyNoSshd();
  if (reason !== null) throw new Error(reason);
  const names = Array.from({ length: HOSTS }, (_, at) => `h${String(at + 1).padStart(2, '0')}`);
  const servers = await startSshServers(Object.fromEntries(names.map((name) => [name, {}])));
  const scratch = mkdtempSync(path.join(tmpdir(), 'h-bench-'));
  const programs: SmallProgram[] = [];
  try {
    for (const name of names) programs.push(await startSmallProgram(servers.home(name), 'installed'));
    // As it is installed: where there is no source, bin/haunted.js runs the build.
    for (const part of ['bin', 'dist', 'package.json'])
      cpSync(path.join(ROOT, part), path.join(scratch, 'installed', part), { recursive: true });
    return await measure({ servers, names, scratch });
  } finally {
    await Promise.all(programs.map(async (program) => await program.stop()));
    await servers.stop();
    rmSync(scratch, { recursive: true });
  }
}

async function measure(world: World): Promise<Row[]> {
  const ours = async (persist: string): Promise<number> =>
    await timed(async () => await collect(world, persist));
  const shared = async (): Promise<number> =>
    await timed(async () => await sha256sums(world, sharing(world)));
  const cold = async (): Promise<number> => await timed(async () => await sha256sums(world, []));
  // The first round of each opens the connections that the others use.
  await ours('60');
  await shared();
  const warm = await rounds(ROUNDS, [async () => await ours('60'), shared]);
  await collect(world, '0');
  const fresh = await rounds(3, [async () => await ours('0'), cold]);
  const ansible = await besideAnsible(world, async () => await ours('60'));
  await collect(world, '0');
  await closeShared(world);
  return [
    rowOf(`${HOSTS} hosts, connections open, beside sha256sum over ControlMaster`, warm, '<= 1.2'),
    rowOf(`${HOSTS} hosts, new connections, beside sha256sum over plain ssh`, fresh, ''),
    ansible,
  ];
}

async function collect({ servers, names, scratch }: World, persist: string): Promise<void> {
  const words = ['--cluster=smars', '--pid-file=smars.pid', `--ssh-config=${servers.config}`];
  const { stdout } = await run(
    process.execPath,
    [
      path.join(scratch, 'installed/bin/haunted.js'),
      'collect',
      ...names.map((name) => `--host=${name}`),
      ...words,
      `--parallel=${PARALLEL}`,
      `--persist=${persist}`,
    ],
    { env: { ...process.env, XDG_RUNTIME_DIR: scratch, XDG_CACHE_HOME: scratch }, maxBuffer: 2 ** 24 },
  );
  if (stdout.split('"binary_sha256"').length !== HOSTS + 1) throw new Error('not all hosts gave a report');
}

function sharing({ scratch }: World): string[] {
  const folder = path.join(scratch, 'peer');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return ['-o', 'ControlMaster=auto', '-o', 'ControlPersist=60', '-o', `ControlPath=${folder}/%n`];
}

/** The least a person would do by hand: one ssh a host, as many at once. */
async function sha256sums({ servers, names }: World, options: readonly string[]): Promise<void> {
  const words = ['ssh', '-F', servers.config, '-o', 'BatchMode=yes', ...options, '{}', 'sha256sum smars'];
  const running = run('xargs', ['-P', String(PARALLEL), '-I', '{}', ...words]);
  running.child.stdin?.end(`${names.join('\n')}\n`);
  const { stdout } = await running;
  if (stdout.split('smars').length !== HOSTS + 1) throw new Error('not all hosts were hashed by the peer');
}

async function closeShared(world: World): Promise<void> {
  for (const name of world.names)
    await run('ssh', ['-F', world.servers.config, ...sharing(world), '-O', 'exit', name]).catch(() => null);
}

/** Ansible in its best form: connections kept, no files copied, as many forks. */
async function besideAnsible(world: World, ours: () => Promise<number>): Promise<Row> {
  const row = `${HOSTS} hosts, connections open, beside ansible -m stat`;
  const goal = '<= 0.05';
  if (!hasAnsible())
    return {
      row: `${row} (not available)`,
      ours_ms: rounded(await ours()),
      peer_ms: null,
      ratio: null,
      goal,
    };
  const inventory = path.join(world.scratch, 'hosts.ini');
  writeFileSync(
    inventory,
    `${world.names.join('\n')}\n[all:vars]\nansible_python_interpreter=/usr/bin/python3\n`,
  );
  const env = {
    ...process.env,
    ANSIBLE_PIPELINING: 'True',
    ANSIBLE_SSH_ARGS: `-F ${world.servers.config} ${sharing(world).join(' ')}`,
    ANSIBLE_LOCAL_TEMP: path.join(world.scratch, 'ansible'),
    ANSIBLE_HOME: path.join(world.scratch, 'ansible-home'),
  };
  const words = [
    'all',
    '-i',
    inventory,
    '-f',
    String(PARALLEL),
    '-m',
    'stat',
    '-a',
    'path=smars checksum_algorithm=sha256',
  ];
  const peer = async (): Promise<number> =>
    await timed(async () => {
      const { stdout } = await run('ansible', words, { env, maxBuffer: 2 ** 24 });
      if (stdout.split('SUCCESS').length !== HOSTS + 1) throw new Error('not all hosts answered ansible');
    });
  // Both find their connections open; Ansible's are those of the peer before.
  await ours();
  await sha256sums(world, sharing(world));
  return rowOf(row, await rounds(1, [ours, peer]), goal);
}

function hasAnsible(): boolean {
  try {
    execFileSync('ansible', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** One after the other, round by round, so that a busy moment of the machine meets both. */
async function rounds(
  count: number,
  [ours, peer]: readonly [() => Promise<number>, () => Promise<number>],
): Promise<{ ours: number; peer: number }> {
  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let round = 0; round < count; round += 1) {
    times.ours.push(await ours());
    times.peer.push(await peer());
  }
  return { ours: median(times.ours), peer: median(times.peer) };
}

function rowOf(
  row: string,
  { ours, peer }: { readonly ours: number; readonly peer: number },
  goal: string,
): Row {
  return {
    row,
    ours_ms: rounded(ours),
    peer_ms: rounded(peer),
    ratio: Math.round((ours / peer) * 1000) / 1000,
    goal,
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

if (process.argv[1] === import.meta.filename) {
  const rows = await measureCollecting();
  for (const row of rows) console.log(JSON.stringify(row));
  for (const { row, ours_ms, peer_ms, ratio, goal } of rows)
    console.error(`${row.padEnd(64)} ${ours_ms} ms ${peer_ms ?? '-'} ms ${ratio ?? '-'} ${goal}`);
}
