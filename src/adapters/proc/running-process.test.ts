import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serviceCrew } from '../../../test/world/live-service.ts';
import { sha256 } from '../../../test/world/prover.ts';
import { buildService, HAS_COMPILER } from '../../../test/world/service-binary.ts';
import type { ServiceBinary } from '../../../test/world/service-binary.ts';
import { digestCache } from './digest-cache.ts';
import { readClock } from './kernel-clock.ts';
import { checkStillTheSame, lookAtProcess, runningBinaries } from './process-look.ts';
import { readStat } from './process-stat.ts';
import type { ProcessStat } from './process-stat.ts';
import { runningBinary } from './running-binary.ts';

const crew = serviceCrew();
let folder = '';
let a: ServiceBinary;
let b: ServiceBinary;
let digestA = '';
let digestB = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'running-process-'));
  a = buildService(folder, 'A');
  b = buildService(folder, 'B');
  digestA = sha256(a.file);
  digestB = sha256(b.file);
});
afterEach(crew.stopAll);
afterAll(() => rmSync(folder, { recursive: true }));

function hashed(pid: number): string {
  return runningBinary(pid, digestCache(), Date.now()).sha256;
}

function processOf(pid: number): ProcessStat {
  const stat = readStat(pid);
  if (stat === null) throw new Error(`process ${pid} is gone`);
  return stat;
}

const CAN_SEE_KERNEL_THREADS =
  process.geteuid?.() === 0 &&
  existsSync('/proc/2/stat') &&
  readFileSync('/proc/2/stat', 'latin1').includes('(kthreadd)');

describe('the process that is hashed', () => {
  it.skipIf(!HAS_COMPILER)(
    'is looked at again after it exec’d another binary under the same id',
    async () => {
      const { pid, child } = await crew.start(a.file);
      expect(hashed(pid)).toBe(digestA);
      child.stdin.write(`${b.file}\n`);
      await new Promise<void>((resolve) => void child.stdout.once('data', () => resolve()));
      expect(hashed(pid)).toBe(digestB);
    },
  );

  it.skipIf(!HAS_COMPILER)('is hashed again when it exec’d while it was hashed', async () => {
    const { pid, child } = await crew.start(a.file);
    const honest = digestCache();
    let looks = 0;
    const running = runningBinary(
      pid,
      {
        ...honest,
        digestOf: (fd, now) => {
          looks += 1;
          const before = readlinkSync(`/proc/${pid}/exe`);
          if (looks === 1) child.stdin.write(`${b.file}\n`);
          if (looks === 1) while (readlinkSync(`/proc/${pid}/exe`) === before) continue;
          return honest.digestOf(fd, now);
        },
      },
      Date.now(),
    );
    expect(running.sha256).toBe(digestB);
    expect(looks).toBe(2);
  });

  it.skipIf(!HAS_COMPILER)('must be the same from the first look to the last', async () => {
    const { pid, child } = await crew.start(a.file);
    const look = lookAtProcess(runningBinary(pid, digestCache(), Date.now()), {
      cache: digestCache(),
      clock: readClock(Date.now),
      comparePath: null,
      tree: null,
      rememberedOf: () => null,
    });
    expect(() => checkStillTheSame(look)).not.toThrow();
    child.stdin.write(`${b.file}\n`);
    await new Promise<void>((resolve) => void child.stdout.once('data', () => resolve()));
    expect(() => checkStillTheSame(look)).toThrow(expect.objectContaining({ code: 'AMBIGUOUS' }));
  });

  it('is not another one that was given its id', async () => {
    const { pid } = await crew.start(a.file, a.words);
    const found = processOf(pid);
    expect(runningBinaries([found], digestCache(), Date.now())).toHaveLength(1);
    expect(
      runningBinaries([{ ...found, startTicks: found.startTicks - 1 }], digestCache(), Date.now()),
    ).toEqual([]);
  });

  it('must be there', async () => {
    const { pid, stop } = await crew.start(a.file, a.words);
    await stop();
    expect(() => hashed(pid)).toThrow(expect.objectContaining({ code: 'NO_PROCESS' }));
  });

  it.skipIf(!CAN_SEE_KERNEL_THREADS)(
    'must be a program and not a thread of the kernel (only root sees those, and not in a container)',
    () => {
      expect(() => hashed(2)).toThrow(
        expect.objectContaining({
          code: 'NO_PROCESS',
          message: expect.stringContaining('thread of the kernel'),
        }),
      );
    },
  );
});
