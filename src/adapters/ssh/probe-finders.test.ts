import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serviceCrew } from '../../../test/world/live-service.ts';
import { buildService, type ServiceBinary } from '../../../test/world/service-binary.ts';
import type { ServiceSelector } from '../../model/config.ts';
import { findService } from '../proc/find-service.ts';
import { liveTraffic, shownSocket } from '../proc/live-traffic.ts';
import { parseSocket } from '../proc/socket-table.ts';
import { readProbeAnswer, type HostFacts, type ProbeAnswer } from './host-facts.ts';
import { probeText } from './probe-text.ts';

/** The probe and `haunted prove` look at the same services and must see the same. */
const crew = serviceCrew();
let folder: string;
let smars: ServiceBinary;
let other: ServiceBinary;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'haunted-finders-'));
  smars = buildService(folder, 'A');
  other = buildService(folder, 'B');
});
afterEach(crew.stopAll);
afterAll(() => rmSync(folder, { recursive: true }));

function ask(service: ServiceSelector, env: NodeJS.ProcessEnv = process.env): ProbeAnswer {
  const input = probeText({ service, compare_path: null }, 'M');
  return readProbeAnswer(spawnSync('/bin/sh', ['-s'], { input, env }).stdout, 'M');
}

function factsOf(service: ServiceSelector, env: NodeJS.ProcessEnv = process.env): HostFacts {
  const answer = ask(service, env);
  if (answer.kind !== 'facts') throw new Error(`these are no facts: ${JSON.stringify(answer)}`);
  return answer.facts;
}

async function expectSame(service: ServiceSelector): Promise<HostFacts> {
  const facts = factsOf(service);
  const proven = await findService(service, { now: Date.now() });
  const pids = proven.processes.map(({ pid }) => pid);
  expect(new Set(facts.processes.map(({ pid }) => pid))).toEqual(new Set(pids));
  expect(new Map(facts.processes.map((each) => [each.pid, each.startTicks]))).toEqual(
    new Map(proven.processes.map((each) => [each.pid, each.startTicks])),
  );
  const traffic = liveTraffic(pids, service.traffic_ports ?? null);
  const listening = facts.listening.map((row) => {
    const socket = parseSocket(row);
    return socket === null ? row : shownSocket(socket);
  });
  expect(listening.sort()).toEqual(traffic.listening);
  expect(facts.established).toBe(traffic.established);
  return facts;
}

describe('the probe sees what haunted prove sees', () => {
  it('by port, with its workers, hashed once', async () => {
    const { pid, port } = await crew.start(smars.file, [...smars.words, 'workers', '3', 'listen', '0']);
    const facts = await expectSame({ port });
    expect(facts.processes).toHaveLength(4);
    expect(facts.processes.some((each) => each.pid === pid)).toBe(true);
    expect(facts.binaryByPid.size).toBe(1);
  });

  it('by pid file, with who waits at its door', async () => {
    const { pid, port } = await crew.start(smars.file, [...smars.words, 'listen', '0']);
    const file = path.join(folder, 'smars.pid');
    writeFileSync(file, `${pid}\n`);
    const guests: Socket[] = [];
    for (let guest = 0; guest < 2; guest += 1) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      guests.push(socket);
    }
    expect((await expectSame({ pid_file: file })).established).toBe(2);
    expect((await expectSame({ pid_file: file, traffic_ports: [port] })).established).toBe(2);
    expect((await expectSame({ pid_file: file, traffic_ports: [1] })).established).toBe(0);
    for (const guest of guests) guest.destroy();
  });

  it('by command line, two services of one text, and no prover that looks for it', async () => {
    const text = `sought-by-probe-${process.pid}`;
    await crew.start(smars.file, [...smars.words, 'name', text]);
    await crew.start(smars.file, [...smars.words, 'name', text, 'workers', '1']);
    await crew.start(smars.file, [...smars.words, '--command', text]);
    expect((await expectSame({ command: text })).processes).toHaveLength(3);
  });

  it('one process by its id, and not its workers', async () => {
    const { pid } = await crew.start(smars.file, [...smars.words, 'workers', '2']);
    expect((await expectSame({ pid })).processes).toHaveLength(1);
  });

  it('a worker that runs another binary', async () => {
    const { pid } = await crew.start(smars.file, [...smars.words, 'worker-of', other.file]);
    const file = path.join(folder, 'two.pid');
    writeFileSync(file, String(pid));
    const facts = await expectSame({ pid_file: file });
    expect(new Set([...facts.binaryByPid.values()].map(({ sha256 }) => sha256)).size).toBe(2);
  });

  it('a name with parentheses, blanks and a line break', async () => {
    const { pid } = await crew.start(smars.file, [...smars.words, 'name', 'a) R 1 (b\nc']);
    expect((await expectSame({ pid })).processes[0]?.parent).toBe(process.pid);
  });
});

const CGROUPS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'].find((mount) => {
  const probe = path.join(mount, `haunted-look-${process.pid}`);
  try {
    mkdirSync(probe);
    const isReal = existsSync(path.join(probe, 'cgroup.procs'));
    rmdirSync(probe);
    return isReal;
  } catch {
    return false;
  }
});

describe.skipIf(CGROUPS === undefined)('the probe sees a control group', () => {
  it('with the groups below it, by its name and by the unit that has it', async () => {
    const name = `haunted-finders-${process.pid}`;
    const group = path.join(CGROUPS ?? '', name);
    mkdirSync(path.join(group, 'workers'), { recursive: true });
    const outer = await crew.start(smars.file, smars.words);
    const inner = await crew.start(smars.file, smars.words);
    writeFileSync(path.join(group, 'cgroup.procs'), String(outer.pid));
    writeFileSync(path.join(group, 'workers/cgroup.procs'), String(inner.pid));
    expect((await expectSame({ cgroup: name })).processes).toHaveLength(2);
    const env = systemctlSaying(
      `LoadState=loaded\nActiveState=active\nMainPID=${inner.pid}\nControlGroup=/${name}`,
    );
    const facts = factsOf({ unit: 'smars.service' }, env);
    expect([facts.mainPid, facts.processes.length]).toEqual([inner.pid, 2]);
    await crew.stopAll();
    expect(ask({ cgroup: name })).toEqual({ kind: 'stopped', code: 'no_process', word: '' });
    for (const each of [path.join(group, 'workers'), group]) rmdirSync(each);
  });
});

describe('the probe asks systemd', () => {
  it.each([
    ['a unit nobody knows', 'LoadState=not-found\nActiveState=inactive\nControlGroup=', 'no_unit', ''],
    [
      'a unit that does not run',
      'LoadState=loaded\nActiveState=failed\nMainPID=0\nControlGroup=',
      'dead_unit',
      'failed',
    ],
    [
      'a unit whose group is gone',
      'LoadState=loaded\nActiveState=active\nControlGroup=/no/such',
      'no_cgroup',
      '',
    ],
  ])('%s', (_title, said, code, word) => {
    expect(ask({ unit: 'smars.service' }, systemctlSaying(said))).toEqual({ kind: 'stopped', code, word });
  });
});

/** A stand-in for systemctl that prints what the real one would: there is no systemd where tests run. */
function systemctlSaying(text: string): NodeJS.ProcessEnv {
  const bin = mkdtempSync(path.join(folder, 'bin-'));
  writeFileSync(path.join(bin, 'systemctl'), `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`, { mode: 0o755 });
  return { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
}
