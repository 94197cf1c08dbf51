import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSmallProgram, type SmallProgram } from '../../../test/world/small-program.ts';
import type { ServiceSelector } from '../../model/config.ts';
import { readProbeAnswer, type HostFacts, type ProbeAnswer } from './host-facts.ts';
import { FLAG_FILE_BYTES, probeText } from './probe-text.ts';

const SLEEP = createHash('sha256').update(readFileSync('/bin/sleep')).digest('hex');
const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find((file) => existsSync(file));
const SHELLS: readonly (readonly [string, readonly string[]])[] = [
  ['sh', ['/bin/sh']],
  ['dash', ['/bin/dash']],
  ['bash', ['/bin/bash', '--norc']],
  ['bash as sh', ['/bin/bash', '--posix']],
  ['busybox', BUSYBOX === undefined ? ['/nowhere'] : [BUSYBOX, 'sh']],
];

let folder: string;
let program: SmallProgram;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "haunted probe's "));
  program = await startSmallProgram(folder, 'installed', { SMARS_A: '1\n2', SMARS_B: '', SECRET: 'no' });
});
afterAll(async () => {
  await program.stop();
  rmSync(folder, { recursive: true });
});

type Given = {
  readonly shell?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly compare?: string;
};

function ask(
  service: ServiceSelector,
  { shell = ['/bin/sh'], env = process.env, compare }: Given = {},
): ProbeAnswer {
  const [file = '', ...words] = shell;
  const input = probeText({ service, compare_path: compare ?? null }, 'M');
  const { stdout, stderr } = spawnSync(file, [...words, '-s'], {
    input,
    env,
    cwd: folder,
    maxBuffer: 2 ** 26,
  });
  expect(stderr.toString()).toBe('');
  return readProbeAnswer(stdout, 'M');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function factsOf(service: ServiceSelector, given: Given = {}): HostFacts {
  const answer = ask(service, given);
  if (answer.kind !== 'facts') throw new Error(`these are no facts: ${JSON.stringify(answer)}`);
  return answer.facts;
}

describe.each(SHELLS.filter(([, [file = '']]) => existsSync(file)))('the probe in %s', (_name, shell) => {
  it('tells what runs, by a relative path with a blank and a quote', () => {
    const facts = factsOf({ pid_file: 'smars.pid' }, { shell });
    expect(facts.processes).toMatchObject([{ pid: program.pid, parent: process.pid }]);
    expect(facts.binaryByPid.get(program.pid)).toMatchObject({
      sha256: SLEEP,
      onDiskSha256: SLEEP,
      link: path.join(folder, 'smars'),
      path: path.join(folder, 'smars'),
    });
    expect(facts.binaryByPid.get(program.pid)?.touchedAt).not.toBeNull();
    expect(facts.pidFileWrittenAt).not.toBeNull();
    expect(facts.bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  });

  it('finds the same process by its command line and by its id', () => {
    const wanted = [{ pid: program.pid }];
    expect(factsOf({ command: `${folder}/smars 1000` }, { shell }).processes).toMatchObject(wanted);
    expect(factsOf({ pid: program.pid }, { shell }).processes).toMatchObject(wanted);
  });

  it('hands over files, variables and digests, and no other variable', () => {
    writeFileSync(path.join(folder, "it's.env"), Buffer.from([0, 255, 10, 39]));
    const service = {
      pid_file: 'smars.pid',
      flag_files: ["it's.env", '/nowhere.json', '/'],
      config_files: ['/bin/sleep', '/nowhere'],
      flag_env_prefix: ['SMARS_', 'OTHER='],
    };
    expect(factsOf(service, { shell })).toMatchObject({
      flagFiles: [
        { state: 'there', bytes: Buffer.from([0, 255, 10, 39]) },
        { state: 'missing', bytes: null },
        { state: 'not_a_file', bytes: null },
      ],
      config: [SLEEP, 'missing'],
      environment: 'SMARS_A=1\n2\0SMARS_B=\0',
    });
  });

  it('hands over no more of a file than it may', () => {
    writeFileSync(path.join(folder, 'large.json'), Buffer.alloc(FLAG_FILE_BYTES + 5_000, 0x20));
    const { flagFiles } = factsOf({ pid_file: 'smars.pid', flag_files: ['large.json'] }, { shell });
    expect(flagFiles[0]?.bytes).toHaveLength(FLAG_FILE_BYTES + 1);
  });

  it('tells the sockets a process listens on, and who is connected', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const facts = factsOf({ pid: process.pid }, { shell });
    server.close();
    const row = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    expect(facts.listening.filter((line) => line.includes(row))).toHaveLength(1);
  });

  it.each<[string, ServiceSelector, string]>([
    ['no pid file', { pid_file: '/nowhere.pid' }, 'no_pid_file'],
    ['a folder for a pid file', { pid_file: '/' }, 'unreadable_pid_file'],
    ['a pid file with words', { pid_file: 'words.pid' }, 'bad_pid_file'],
    ['a pid file of a process that ended', { pid_file: 'ended.pid' }, 'no_process'],
    ['a command line nobody has', { command: "no such'thing $(x) `y`" }, 'no_process'],
    ['a port nobody listens on', { port: 1 }, 'no_process'],
    ['a control group that is not there', { cgroup: 'haunted.slice/none' }, 'no_cgroup'],
  ])('stops at %s', (_title, service, code) => {
    writeFileSync(path.join(folder, 'words.pid'), 'seven\n');
    writeFileSync(path.join(folder, 'ended.pid'), String(spawnSync('true').pid));
    expect(ask(service, { shell })).toMatchObject({ kind: 'stopped', code });
  });
});

describe('the probe', () => {
  it('compares the running binary with the path it is told', () => {
    writeFileSync(path.join(folder, 'next'), 'another build');
    symlinkSync('next', path.join(folder, 'current'));
    const current = path.join(folder, 'current');
    expect(
      factsOf({ pid_file: 'smars.pid' }, { compare: current }).binaryByPid.get(program.pid),
    ).toMatchObject({
      path: current,
      onDiskSha256: createHash('sha256').update('another build').digest('hex'),
    });
  });

  it.each([
    ['openssl', ['openssl']],
    ['shasum', ['shasum']],
  ])('hashes with %s where there is no sha256sum', (_name, tools) => {
    const bin = path.join(folder, `bin-${tools.join('-')}`);
    mkdirSync(bin);
    for (const tool of ['ls', 'awk', 'head', 'tr', 'readlink', 'stat', 'od', 'perl', ...tools])
      symlinkSync(
        execFileSync('sh', ['-c', `command -v ${tool} || echo /nowhere`])
          .toString()
          .trim(),
        path.join(bin, tool),
      );
    // Without the usual folders in PATH there is nothing but these.
    const text = probeText({ service: { pid_file: 'smars.pid' }, compare_path: null }, 'M');
    const input = text.replace(/^PATH=.*$/m, `PATH=${quoted(bin)}`);
    const { stdout } = spawnSync('/bin/sh', ['-s'], { input, cwd: folder });
    const answer = readProbeAnswer(stdout, 'M');
    const facts = answer.kind === 'facts' ? answer.facts : null;
    expect(facts?.binaryByPid.get(program.pid)?.sha256).toBe(SLEEP);
  });

  it.skipIf(BUSYBOX === undefined)('needs nothing but busybox', () => {
    const bin = path.join(folder, 'bin-busybox');
    mkdirSync(bin);
    execFileSync(BUSYBOX ?? '', ['--install', '-s', bin]);
    const service = { command: `${folder}/smars`, flag_env_prefix: ['SMARS_A'], flag_files: ['smars.pid'] };
    const input = probeText({ service, compare_path: null }, 'M').replace(
      /^PATH=.*$/m,
      `PATH=${quoted(bin)}`,
    );
    const answer = readProbeAnswer(
      spawnSync(path.join(bin, 'sh'), ['-s'], { input, cwd: folder }).stdout,
      'M',
    );
    expect(answer).toMatchObject({
      kind: 'facts',
      facts: {
        processes: [{ pid: program.pid }],
        binaryByPid: new Map([
          [program.pid, expect.objectContaining({ sha256: SLEEP, onDiskSha256: SLEEP })],
        ]),
        environment: 'SMARS_A=1\n2\0',
        flagFiles: [{ state: 'there', bytes: Buffer.from(`${program.pid}\n`) }],
      },
    });
  });

  it('says so when nothing can hash, and when a tool is missing', () => {
    const bin = path.join(folder, 'bin-none');
    mkdirSync(bin);
    const text = probeText({ service: { pid_file: 'smars.pid' }, compare_path: null }, 'M');
    const input = text.replace(/^PATH=.*$/m, `PATH=${quoted(bin)}`);
    const look = (): ProbeAnswer =>
      readProbeAnswer(spawnSync('/bin/dash', ['-s'], { input, cwd: folder }).stdout, 'M');
    expect(look()).toEqual({ kind: 'stopped', code: 'no_tool', word: 'ls' });
    for (const tool of ['ls', 'awk', 'head', 'tr', 'readlink'])
      symlinkSync(`/usr/bin/${tool}`, path.join(bin, tool));
    expect(look()).toEqual({ kind: 'stopped', code: 'no_sha256', word: '' });
  });

  it.skipIf(process.getuid?.() !== 0)('says so when it may not look, and then makes no report', () => {
    const NOBODY = 65_534;
    const asNobody = (service: ServiceSelector): ProbeAnswer => {
      const input = probeText({ service, compare_path: null }, 'M');
      return readProbeAnswer(spawnSync('/bin/sh', ['-s'], { input, uid: NOBODY, cwd: '/' }).stdout, 'M');
    };
    expect(asNobody({ pid: program.pid })).toEqual({
      kind: 'stopped',
      code: 'unreadable',
      word: String(program.pid),
    });
    chmodSync(folder, 0o700);
    expect(asNobody({ pid_file: path.join(folder, 'smars.pid') })).toMatchObject({ kind: 'stopped' });
  });

  it('does not find itself, nor the shell above it, by the text it looks for', () => {
    const input = probeText({ service: { command: 'haunted-of-this-test' }, compare_path: null }, 'M');
    const words = ['-c', 'sh -s; : haunted-of-this-test'];
    expect(readProbeAnswer(spawnSync('/bin/sh', words, { input }).stdout, 'M')).toMatchObject({
      code: 'no_process',
    });
  });

  it('runs nothing at all when half of it arrives', () => {
    const text = probeText({ service: { pid_file: 'smars.pid' }, compare_path: null }, 'M');
    for (const part of [0.1, 0.5, 0.9])
      expect(
        spawnSync('/bin/sh', ['-s'], { input: text.slice(0, text.length * part) }).stdout.toString(),
      ).toBe('');
  });
});
