import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serviceCrew } from '../../../test/world/live-service.ts';
import { buildService } from '../../../test/world/service-binary.ts';
import type { ServiceBinary } from '../../../test/world/service-binary.ts';
import type { ProcessStat } from './process-stat.ts';
import {
  listProcesses,
  parseStat,
  readArguments,
  readStat,
  withAncestors,
  withDescendants,
} from './process-stat.ts';

const TAIL = 'S 7 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 834190 9 9';

describe('a line of /proc/PID/stat', () => {
  it.each([
    ['an ordinary name', `42 (smars) ${TAIL}`, 'smars'],
    ['a name with a space', `42 (my server) ${TAIL}`, 'my server'],
    ['a name that looks like the rest', `42 (a) R 1 (b) ${TAIL}`, 'a) R 1 (b'],
    ['a name of a parenthesis', `42 ()) ${TAIL}`, ')'],
    ['no name', `42 () ${TAIL}`, ''],
  ])('is read with %s', (_what, line, comm) => {
    expect(parseStat(line)).toEqual({ pid: 42, parent: 7, comm, state: 'S', startTicks: 834190 });
  });

  it('is read whatever the process calls itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (comm) => {
        expect(parseStat(`42 (${comm}) ${TAIL}`)).toMatchObject({ comm, parent: 7, startTicks: 834190 });
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no parentheses', `42 smars ${TAIL}`],
    ['too few fields', '42 (smars) S 7 1'],
    ['words for numbers', `x (smars) ${TAIL}`],
  ])('is none when it holds %s', (_what, line) => {
    expect(parseStat(line)).toBeNull();
  });
});

const stat = (pid: number, parent: number): ProcessStat => ({
  pid,
  parent,
  comm: '',
  state: 'S',
  startTicks: pid,
});

describe('a family of processes', () => {
  // 1 ─ 10 ─ 20 ─ 30, listed so that children come before parents.
  const all = [stat(30, 20), stat(20, 10), stat(11, 1), stat(10, 1), stat(1, 0)];

  it('holds all that a process started, however far down', () => {
    expect(withDescendants(new Set([10]), all)).toEqual(new Set([10, 20, 30]));
  });

  it('knows who stands above a process', () => {
    expect([...withAncestors(30, all)]).toEqual([30, 20, 10, 1]);
  });

  it('does not run in circles', () => {
    expect([...withAncestors(5, [stat(5, 6), stat(6, 5)])]).toEqual([5, 6]);
  });
});

describe('a live process', () => {
  const crew = serviceCrew();
  let folder = '';
  let service: ServiceBinary;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'process-stat-'));
    service = buildService(folder, 'A');
  });
  afterEach(crew.stopAll);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('cannot hide its parent behind its name', async () => {
    const { pid } = await crew.start(service.file, [...service.words, 'name', 'a) R 1 (b']);
    expect(readStat(pid)).toMatchObject({ pid, parent: process.pid, comm: 'a) R 1 (b' });
    expect(listProcesses().map((stat) => stat.pid)).toContain(pid);
  });

  it('shows its arguments one by one', async () => {
    const { pid } = await crew.start(service.file, [...service.words, 'two words', '', 'last']);
    expect(readArguments(pid).slice(-3)).toEqual(['two words', '', 'last']);
  });

  it('is gone after its end', async () => {
    const { pid, stop } = await crew.start(service.file, service.words);
    await stop();
    expect(readStat(pid)).toBeNull();
    expect(readArguments(pid)).toEqual([]);
  });
});
