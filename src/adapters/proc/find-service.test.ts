import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, rmdirSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serviceCrew } from '../../../test/world/live-service.ts';
import { buildService } from '../../../test/world/service-binary.ts';
import type { ServiceBinary } from '../../../test/world/service-binary.ts';
import type { ServiceSelector } from '../../model/config.ts';
import { findService } from './find-service.ts';

const crew = serviceCrew();
let folder = '';
let smars: ServiceBinary;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'find-service-'));
  smars = buildService(folder, 'A');
});
afterEach(crew.stopAll);
afterAll(() => rmSync(folder, { recursive: true }));

async function pidsFoundBy(selector: ServiceSelector, systemctl = 'systemctl'): Promise<number[]> {
  const service = await findService(selector, { now: Date.now(), systemctl });
  return service.processes.map((stat) => stat.pid);
}

function fault(code: string, text: string): unknown {
  return expect.objectContaining({ code, message: expect.stringContaining(text) });
}

describe('a service is found', () => {
  it('by process id, and then it is that one process', async () => {
    const { pid } = await crew.start(smars.file, [...smars.words, 'workers', '2']);
    expect(await pidsFoundBy({ pid })).toEqual([pid]);
  });

  it('by port, with its workers, the one that started them first', async () => {
    const { pid, port } = await crew.start(smars.file, [...smars.words, 'workers', '3', 'listen', '0']);
    const pids = await pidsFoundBy({ port });
    expect(pids).toHaveLength(4);
    expect(pids[0]).toBe(pid);
  });

  it('by a port of IPv6, and that is this very test, which is not the service', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '::', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(pidsFoundBy({ port })).rejects.toEqual(fault('NO_PROCESS', `TCP port ${port}`));
    await new Promise((resolve) => void server.close(resolve));
  });

  it('by pid file', async () => {
    const { pid } = await crew.start(smars.file, [...smars.words, 'workers', '1']);
    const file = path.join(folder, 'smars.pid');
    writeFileSync(file, `${pid}\n`);
    const pids = await pidsFoundBy({ pid_file: file });
    expect(pids).toHaveLength(2);
    expect(pids[0]).toBe(pid);
  });

  it('by command line', async () => {
    const first = await crew.start(smars.file, [
      ...smars.words,
      'name',
      `router-of-this-test-${process.pid}`,
    ]);
    const second = await crew.start(smars.file, [
      ...smars.words,
      'name',
      `router-of-this-test-${process.pid}`,
    ]);
    const other = await crew.start(smars.file, [...smars.words, 'name', 'another']);
    const pids = await pidsFoundBy({ command: `router-of-this-test-${process.pid}` });
    expect(new Set(pids)).toEqual(new Set([first.pid, second.pid]));
    expect(pids).not.toContain(other.pid);
  });

  it('by command line, and never a prover that looks for it', async () => {
    const { pid } = await crew.start(smars.file, [...smars.words, 'name', `sought-by-two-${process.pid}`]);
    await crew.start(smars.file, [...smars.words, '--command', `sought-by-two-${process.pid}`]);
    await crew.start(smars.file, [...smars.words, `--command=sought-by-two-${process.pid}`, 'x']);
    expect(await pidsFoundBy({ command: `sought-by-two-${process.pid}` })).toEqual([pid]);
  });

  it('never as the process that asks or one above it', async () => {
    const script = `import { findService } from ${JSON.stringify(path.join(import.meta.dirname, 'find-service.ts'))};
      await findService({ command: 'only-in-our-own-words' }, { now: Date.now() }).then(() => console.log('found'), (error) => console.log(error.code));`;
    const said = execFileSync(
      '/bin/sh',
      ['-c', `"$1" --input-type=module -e "$2" ; : only-in-our-own-words`, 'sh', process.execPath, script],
      { encoding: 'utf8' },
    );
    expect(said.trim()).toBe('NO_PROCESS');
  });
});

const CGROUPS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'].find((mount) => {
  try {
    mkdirSync(path.join(mount, `haunted-probe-${process.pid}`));
    const isReal = existsSync(path.join(mount, `haunted-probe-${process.pid}/cgroup.procs`));
    rmdirSync(path.join(mount, `haunted-probe-${process.pid}`));
    return isReal;
  } catch {
    return false;
  }
});

/** A control group with one inside it, and a service in each. Needs a kernel that lets this user make groups. */
async function groupWithTwo(
  name: string,
): Promise<{ group: string; outer: number; inner: number; remove: () => Promise<void> }> {
  const group = path.join(CGROUPS ?? '', name);
  const below = path.join(group, 'workers');
  mkdirSync(below, { recursive: true });
  const outer = await crew.start(smars.file, smars.words);
  const inner = await crew.start(smars.file, smars.words);
  writeFileSync(path.join(group, 'cgroup.procs'), String(outer.pid));
  writeFileSync(path.join(below, 'cgroup.procs'), String(inner.pid));
  return {
    group,
    outer: outer.pid,
    inner: inner.pid,
    remove: async () => {
      await crew.stopAll();
      for (const each of [below, group]) rmdirSync(each);
    },
  };
}

/** A stand-in that prints what `systemctl show` of systemd 252 prints: there is no systemd where tests run. */
function systemctlSaying(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n[ "$1" = show ] || exit 9\ncat <<'END'\n${text}\nEND\n`, { mode: 0o755 });
  return file;
}

describe.skipIf(CGROUPS === undefined)('a service is found by control group', () => {
  it('with the groups below it', async () => {
    const { group, outer, inner, remove } = await groupWithTwo(`haunted-test-a-${process.pid}`);
    expect(new Set(await pidsFoundBy({ cgroup: group }))).toEqual(new Set([outer, inner]));
    expect(new Set(await pidsFoundBy({ cgroup: `/haunted-test-a-${process.pid}` }))).toEqual(
      new Set([outer, inner]),
    );
    expect(await pidsFoundBy({ cgroup: `haunted-test-a-${process.pid}/workers` })).toEqual([inner]);
    await remove();
    await expect(pidsFoundBy({ cgroup: group })).rejects.toEqual(
      fault('NO_PROCESS', `haunted-test-a-${process.pid}`),
    );
  });

  it('that systemd names, and its main process comes first', async () => {
    const { outer, inner, remove } = await groupWithTwo(`haunted-test-b-${process.pid}`);
    const systemctl = systemctlSaying(
      'running',
      `LoadState=loaded\nActiveState=active\nMainPID=${inner}\nControlGroup=/haunted-test-b-${process.pid}`,
    );
    expect(await pidsFoundBy({ unit: 'smars.service' }, systemctl)).toEqual([inner, outer]);
    await remove();
  });

  it('and an empty group is no service', async () => {
    mkdirSync(path.join(CGROUPS ?? '', `haunted-test-c-${process.pid}`));
    await expect(pidsFoundBy({ cgroup: `haunted-test-c-${process.pid}` })).rejects.toEqual(
      fault('NO_PROCESS', `haunted-test-c-${process.pid}`),
    );
    rmdirSync(path.join(CGROUPS ?? '', `haunted-test-c-${process.pid}`));
  });
});

describe('a service is not found', () => {
  it.each<[string, ServiceSelector, string, string]>([
    ['by a process id that nobody has', { pid: 2 ** 22 - 3 }, 'NO_PROCESS', 'process 4194301'],
    ['by a port nobody listens on', { port: 1 }, 'NO_PROCESS', 'TCP port 1'],
    ['by words nobody was started with', { command: 'no such words' }, 'NO_PROCESS', '"no such words"'],
    ['by a missing pid file', { pid_file: '/nonexistent/smars.pid' }, 'NO_PROCESS', '/nonexistent/smars.pid'],
    ['by a folder for a pid file', { pid_file: '/' }, 'BAD_INPUT', 'is not a pid file'],
    ['by a control group that leaves its place', { cgroup: '../../etc' }, 'BAD_USAGE', '".."'],
    ['by a control group nobody made', { cgroup: 'nobody-made-this' }, 'NO_PROCESS', 'nobody-made-this'],
    ['by a pattern of units', { unit: 'smars@*' }, 'BAD_USAGE', 'pattern'],
    ['by nothing at all', {}, 'BAD_USAGE', '--unit'],
  ])('%s', async (_what, selector, code, text) => {
    await expect(pidsFoundBy(selector)).rejects.toEqual(fault(code, text));
  });

  it.each([
    ['words', 'smars', 'does not hold a process id'],
    ['nothing', '', 'does not hold a process id'],
    ['zero', '0\n', 'does not hold a process id'],
    ['two numbers', '12 13', 'does not hold a process id'],
    ['a novel', 'x'.repeat(65), 'is not a pid file'],
  ])('by a pid file that holds %s', async (_what, text, sentence) => {
    const file = path.join(folder, 'odd.pid');
    writeFileSync(file, text);
    await expect(pidsFoundBy({ pid_file: file })).rejects.toEqual(fault('BAD_INPUT', sentence));
  });

  it('by a pid file that is older than the process it names', async () => {
    const { pid } = await crew.start(smars.file, smars.words);
    const file = path.join(folder, 'stale.pid');
    writeFileSync(file, String(pid));
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(file, longAgo, longAgo);
    await expect(pidsFoundBy({ pid_file: file })).rejects.toEqual(
      fault('NO_PROCESS', 'left by an earlier process'),
    );
  });

  it.each([
    [
      'does not exist',
      'LoadState=not-found\nActiveState=inactive\nMainPID=0\nControlGroup=',
      'NO_PROCESS',
      'knows no unit',
    ],
    [
      'is stopped',
      'LoadState=loaded\nActiveState=inactive\nMainPID=0\nControlGroup=',
      'NO_PROCESS',
      'is inactive',
    ],
    ['failed', 'LoadState=loaded\nActiveState=failed\nMainPID=0\nControlGroup=', 'NO_PROCESS', 'is failed'],
    [
      'has a group that is not there',
      'LoadState=loaded\nActiveState=active\nMainPID=1\nControlGroup=/gone',
      'NO_PROCESS',
      '"/gone"',
    ],
  ])('by a unit that %s', async (_what, text, code, sentence) => {
    const systemctl = systemctlSaying('odd', text);
    await expect(pidsFoundBy({ unit: 'smars.service' }, systemctl)).rejects.toEqual(fault(code, sentence));
  });

  it('by a unit where there is no systemd', async () => {
    await expect(pidsFoundBy({ unit: 'smars' }, '/nonexistent/systemctl')).rejects.toEqual(
      fault('UNSUPPORTED', 'no systemctl on this machine'),
    );
    const silent = path.join(folder, 'no-bus');
    writeFileSync(silent, '#!/bin/sh\necho "Failed to connect to bus: Host is down" >&2\nexit 1\n', {
      mode: 0o755,
    });
    await expect(pidsFoundBy({ unit: 'smars' }, silent)).rejects.toEqual(
      fault('UNSUPPORTED', 'Failed to connect to bus: Host is down'),
    );
  });

  it('once it has ended', async () => {
    const { pid, stop } = await crew.start(smars.file, smars.words);
    await stop();
    await expect(pidsFoundBy({ pid })).rejects.toEqual(fault('NO_PROCESS', `process ${pid}`));
  });
});
