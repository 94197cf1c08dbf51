import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../fault.ts';
import type { HostFacts, ProbedBinary } from './host-facts.ts';
import { hostReport, type HostReaders, type ReportRequest } from './host-report.ts';
import { FLAG_FILE_BYTES } from './probe-text.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const NOW = Date.parse('2012-08-01T09:30:00Z');

const READERS: HostReaders = {
  socketAddress: (row) => (row.includes(':') ? row : null),
  shownName: (name) => name,
  flagsInFile: (file, bytes) => [{ flag: Buffer.from(bytes).toString(), source: `file:${file}` }],
  flagsInEnvironment: (environ) =>
    environ
      .split('\0')
      .filter((item) => item !== '')
      .map((item) => ({ flag: item, source: 'env' })),
  flagsInArguments: (args) => args.map((arg) => ({ flag: arg, source: 'arg' })),
};

function binary(more: Partial<ProbedBinary> = {}): ProbedBinary {
  return { sha256: A, link: '/opt/smars', path: '/opt/smars', onDiskSha256: A, touchedAt: null, ...more };
}

function facts(more: Partial<HostFacts> = {}): HostFacts {
  return {
    processes: [{ pid: 7, parent: 1, startTicks: 4_200, runsAs: 7 }],
    mainPid: null,
    binaryByPid: new Map([[7, binary()]]),
    listening: [],
    established: 0,
    config: [],
    flagFiles: [],
    environment: '',
    commandLines: [],
    bootId: 'boot',
    pidSpace: null,
    uptimeMs: 100_000,
    now: NOW,
    pidFileWrittenAt: null,
    ...more,
  };
}

function request(service: ReportRequest['service'] = {}, ignored: readonly string[] = []): ReportRequest {
  return { cluster: 'smars', hostname: 'smars-04', challenge: null, service, ignored_executables: ignored };
}

function codeOf(found: HostFacts, asked: ReportRequest = request()): string {
  try {
    hostReport(found, asked, READERS);
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return 'no fault';
}

describe('the report of a server asked over ssh', () => {
  it('dates everything by the server’s own clock', () => {
    expect(
      hostReport(facts({ binaryByPid: new Map([[7, binary({ touchedAt: NOW - 1 })]]) }), request(), READERS),
    ).toMatchObject({
      hostname: 'smars-04',
      observed_at: '2012-08-01T09:30:00.000Z',
      sequence: 100_000,
      process: { pid: 7, started_at: '2012-08-01T09:29:02.000Z' },
      last_deploy_touched: '2012-08-01T09:29:59.999Z',
      first_seen_on_this_binary: null,
    });
  });

  const worker = { pid: 8, parent: 7, startTicks: 4_300, runsAs: 8 };
  const two = (second: ProbedBinary): Partial<HostFacts> => ({
    processes: [worker, ...facts().processes],
    binaryByPid: new Map([
      [7, binary()],
      [8, second],
    ]),
  });

  it('speaks for the process that started the others', () => {
    expect(hostReport(facts(two(binary())), request(), READERS).process?.pid).toBe(7);
    expect(hostReport(facts({ ...two(binary()), mainPid: 8 }), request(), READERS).process?.pid).toBe(8);
  });

  it('speaks for the oldest when several were started by others', () => {
    const found = facts({ ...two(binary()), processes: [{ ...worker, parent: 1 }, ...facts().processes] });
    expect(hostReport(found, request(), READERS).process?.pid).toBe(7);
  });

  it('shows the process whose file was replaced, when all run the same', () => {
    const found = facts(two(binary({ onDiskSha256: B })));
    expect(hostReport(found, request(), READERS)).toMatchObject({
      process: { pid: 8 },
      binary_on_disk_sha256: B,
    });
  });

  it('is none when the processes differ, unless the other is a helper', () => {
    const found = facts(two(binary({ sha256: B, link: '/bin/sh' })));
    expect(codeOf(found)).toBe('AMBIGUOUS');
    expect(hostReport(found, request({}, ['/bin/sh']), READERS).binary_sha256).toBe(A);
    expect(codeOf(found, request({}, ['/bin/sh', '/opt/smars']))).toBe('NO_PROCESS');
  });

  // The process of `facts` started at 09:29:02 by the server's clock.
  it.each([
    ['long after the start', '2012-08-01T09:29:30Z', 'no fault'],
    ['a moment before the start', '2012-08-01T09:29:00Z', 'no fault'],
    ['too long before the start', '2012-08-01T09:28:59.980Z', 'NO_PROCESS'],
  ])('believes a pid file written %s, or not', (_title, written, code) => {
    expect(codeOf(facts({ pidFileWrittenAt: Date.parse(written) }))).toBe(code);
  });

  it.each<[string, readonly number[] | undefined, Partial<HostFacts>, boolean]>([
    ['no ports are declared', undefined, {}, true],
    ['a declared port is open', [9000], { listening: ['0.0.0.0:9000'] }, true],
    ['another port is open', [9000], { listening: ['0.0.0.0:9001', '[::]:90000'] }, false],
    ['a connection still stands', [9000], { established: 1 }, true],
    ['nothing is open', [9000], {}, false],
  ])('says whether it takes live traffic when %s', (_title, ports, found, isLive) => {
    const service = ports === undefined ? {} : { traffic_ports: [...ports] };
    expect(hostReport(facts(found), request(service), READERS).taking_live_traffic).toBe(isLive);
  });

  it('lists each socket once, in order, and leaves out what is none', () => {
    const listening = ['[::1]:9000', '0.0.0.0:9000', 'garbage', '0.0.0.0:9000'];
    expect(hostReport(facts({ listening }), request(), READERS).traffic?.listening).toEqual([
      '0.0.0.0:9000',
      '[::1]:9000',
    ]);
  });

  it('takes the digest of its config as haunted does everywhere', () => {
    const one = hostReport(facts({ config: [A] }), request({ config_files: ['/etc/a'] }), READERS);
    expect(one.config_sha256).toBe(A);
    const both = hostReport(
      facts({ config: [B, A] }),
      request({ config_files: ['/etc/b', '/etc/a'] }),
      READERS,
    );
    const lines = `${A}  /etc/a\n${B}  /etc/b\n`;
    expect(both.config_sha256).toBe(createHash('sha256').update(lines).digest('hex'));
  });

  it('lists the switches of files, environment and arguments, each once, in order', () => {
    const found = facts({
      flagFiles: [{ state: 'there', bytes: Buffer.from('zeta') }],
      environment: 'beta\0beta\0',
      commandLines: [['alpha'], ['alpha']],
    });
    const service = { flag_files: ['/etc/f.json'], flag_env_prefix: ['B'], flag_args: ['x'] };
    expect(hostReport(found, request(service), READERS).bound_flags.map(({ flag }) => flag)).toEqual([
      'alpha',
      'beta',
      'zeta',
    ]);
  });

  it.each<[string, Partial<HostFacts>, ReportRequest['service'], string]>([
    ['a config file is missing', { config: ['missing'] }, { config_files: ['/a'] }, 'NOT_FOUND'],
    ['a config file was not told', {}, { config_files: ['/a'] }, 'NOT_FOUND'],
    [
      'a flag file may not be read',
      { flagFiles: [{ state: 'unreadable', bytes: null }] },
      { flag_files: ['/a'] },
      'NOT_FOUND',
    ],
    [
      'a flag file is too large',
      { flagFiles: [{ state: 'there', bytes: Buffer.alloc(FLAG_FILE_BYTES + 1) }] },
      { flag_files: ['/a.json'] },
      'TOO_LARGE',
    ],
    ['the boot id is no text', { bootId: 'a\u0001' }, {}, 'BAD_INPUT'],
  ])('is none when %s', (_title, found, service, code) => {
    expect(codeOf(facts(found), request(service))).toBe(code);
  });
});
