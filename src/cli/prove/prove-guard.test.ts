import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guardOf } from '../../../test/world/guards.ts';
import { proverWorld, sha256 } from '../../../test/world/prover.ts';
import { parseStat } from '../../adapters/proc/process-stat.ts';
import type { GuardReport } from '../../model/guard-report.ts';

const { a, b, now, prove, report, start, write } = proverWorld();

/** The report of a guard in a live process, as it would have written it just now. */
function guardReport(pid: number, more: Partial<GuardReport> = {}): GuardReport {
  return {
    ...guardOf([]).report(now),
    binary_sha256: sha256(a().file),
    process: {
      pid,
      start_ticks: parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.startTicks ?? null,
      boot_id: readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
    },
    ...more,
  };
}

function received(flag: string, secondsAgo: number): GuardReport['received_flags'][number] {
  const last_seen_at = new Date(now - secondsAgo * 1000).toISOString();
  return { flag, meaning: 'm:rlp', sender: 'order-gateway', last_seen_at };
}

function keep(name: string, document: object): string[] {
  write(name, JSON.stringify(document));
  return ['--guard-report', name];
}

const BOUND = [{ flag: 'peg', meaning: null, value: null, source: 'self_report:guard' }];

describe('what the guard wrote down', () => {
  it('is part of the report, beside what the host says', async () => {
    const { pid } = await start(a().file, a().words);
    write('flags.json', '{"rlp": true}');
    const words = keep(
      'guard.json',
      guardReport(pid, { bound_flags: BOUND, received_flags: [received('rlp', 9)] }),
    );
    const found = await report(['--pid', String(pid), '--flag-file', 'flags.json', ...words]);
    expect(found.bound_flags.map(({ flag, source }) => [flag, source.split(':')[0]])).toEqual([
      ['peg', 'self_report'],
      ['rlp', 'file'],
    ]);
    expect(found.received_flags).toEqual([received('rlp', 9)]);
  });

  it('of several processes is put together, with the last time of each', async () => {
    const one = await start(a().file, a().words);
    const other = await start(a().file, a().words);
    const words = [
      ...keep('1.json', guardReport(one.pid, { received_flags: [received('rlp', 9), received('x', 3)] })),
      ...keep('2.json', guardReport(other.pid, { received_flags: [received('rlp', 2)], bound_flags: BOUND })),
    ];
    const answer = await prove(['--command', a().file, '--all', ...words]);
    expect(answer.code).toBe(0);
    for (const each of answer.reports) {
      expect(each.received_flags).toEqual([received('rlp', 2), received('x', 3)]);
      expect(each.bound_flags).toEqual(BOUND);
    }
  });

  it('by a process that has ended is passed over with a note, while another speaks', async () => {
    const gone = await start(a().file, a().words);
    const left = guardReport(gone.pid, { bound_flags: BOUND });
    await gone.stop();
    const { pid } = await start(a().file, a().words);
    const answer = await prove([
      '--pid',
      String(pid),
      ...keep('left.json', left),
      ...keep('own.json', guardReport(pid)),
    ]);
    expect(answer.code).toBe(0);
    expect(answer.err).toContain(
      `left.json was left by process ${gone.pid}, which is no process of this service`,
    );
    expect(answer.reports[0]?.bound_flags).toEqual([]);
    const alone = await prove(['--pid', String(pid), ...keep('left.json', left)]);
    expect(alone).toMatchObject({ code: 1, out: '' });
    expect(alone.err).toContain('[NO_PROCESS]');
  });

  it('goes with a service’s own word, if it is about the same binary', async () => {
    const { pid } = await start(a().file, a().words);
    write('own.json', JSON.stringify({ binary_sha256: sha256(a().file) }));
    const words = keep('guard.json', guardReport(pid, { bound_flags: BOUND }));
    expect((await report(['--self-report', 'own.json', ...words])).bound_flags).toEqual(BOUND);
    write('own.json', JSON.stringify({ binary_sha256: sha256(b().file) }));
    expect((await prove(['--self-report', 'own.json', ...words])).err).toContain('[BAD_INPUT]');
  });

  it.each<[string, (pid: number) => object, string, string]>([
    [
      'another binary',
      (pid) => guardReport(pid, { binary_sha256: sha256(b().file) }),
      'BAD_INPUT',
      'give the guard the `artifact` that haunted looks at',
    ],
    [
      'another cluster',
      (pid) => guardReport(pid, { cluster: 'other' }),
      'BAD_INPUT',
      'is of cluster other, not smars',
    ],
    [
      'the past',
      (pid) => guardReport(pid, { written_at: new Date(now - 35_001).toISOString() }),
      'BAD_INPUT',
      'is 35 s old, and its guard writes one every 10 s',
    ],
    [
      'the future',
      (pid) => guardReport(pid, { written_at: new Date(now + 5_001).toISOString() }),
      'BAD_INPUT',
      'was written 5 s from now',
    ],
    [
      'a process of another service',
      () => guardReport(process.pid),
      'BAD_INPUT',
      'which runs and is not of this service',
    ],
    [
      'another start of the machine',
      (pid) => ({ ...guardReport(pid), process: { ...guardReport(pid).process, boot_id: 'x' } }),
      'NO_PROCESS',
      'each was left by one that has ended',
    ],
    [
      'a version to come',
      (pid) => ({ ...guardReport(pid), schema: 'haunted.guard-report/v2' }),
      'BAD_INPUT',
      'this version of haunted reads haunted.guard-report/v1',
    ],
    ['nobody', () => [], 'BAD_INPUT', 'The guard report'],
  ])('is refused when it is of %s', async (_what, document, code, sentence) => {
    const { pid } = await start(a().file, a().words);
    const answer = await prove(['--pid', String(pid), ...keep('guard.json', document(pid))]);
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err).toContain(`[${code}]`);
    expect(answer.err).toContain(sentence);
  });

  it.each([-35_000, 0, 5_000])('is fresh to the last moment: %d ms', async (offset) => {
    const { pid } = await start(a().file, a().words);
    const written_at = new Date(now + offset).toISOString();
    const answer = await prove([
      '--pid',
      String(pid),
      ...keep('guard.json', guardReport(pid, { written_at })),
    ]);
    expect(answer.code).toBe(0);
  });

  it('is missed when its file is not there', async () => {
    const { pid } = await start(a().file, a().words);
    const answer = await prove(['--pid', String(pid), '--guard-report', 'none.json']);
    expect(answer.err).toContain('[NOT_FOUND]');
  });
});
