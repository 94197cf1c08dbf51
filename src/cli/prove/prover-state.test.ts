import { describe, expect, it } from 'vitest';
import {
  emptyState,
  firstSeen,
  loadedAfter,
  loadedBefore,
  nextSequence,
  readState,
  stateFileName,
  treeQuestion,
  writeState,
} from './prover-state.ts';
import type { ProcessLook } from '../../adapters/proc/process-look.ts';
import type { ProverState } from '../../model/prover-memory.ts';

const owner = { cluster: 'smars', hostname: 'smars-04', bootId: 'boot-1' };
const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const state: ProverState = {
  ...emptyState(owner),
  sequence: 17,
  first_seen: { [A]: '2012-08-01T09:30:00.000Z' },
  loaded: [{ tree: B, pid: 4711, start_ticks: 99, sha256: A, clock_offset_ms: 1_000.5 }],
  digests: [['1:2:3:4:5', B]],
};

describe('the prover’s memory', () => {
  it('comes back as it was', () => {
    expect(readState(writeState(state), owner)).toEqual({ state, problem: null });
  });

  it('keeps only first sightings over a reboot: pids, start ticks and device numbers are given out anew', () => {
    const read = readState(writeState(state), { ...owner, bootId: 'boot-2' });
    expect(read).toEqual({
      state: { ...emptyState({ ...owner, bootId: 'boot-2' }), first_seen: state.first_seen },
      problem: null,
    });
  });

  it('never grows without bound', () => {
    const many = Array.from({ length: 2_000 }, (_item, at) => at);
    const full: ProverState = {
      ...state,
      first_seen: Object.fromEntries(
        many.map((at) => [at.toString(16).padStart(64, 'f'), '2012-08-01T09:30:00Z']),
      ),
      loaded: many.map((at) => ({ tree: B, pid: at + 1, start_ticks: at, sha256: A, clock_offset_ms: 0 })),
    };
    const kept = readState(writeState(full), owner).state;
    expect(Object.keys(kept.first_seen)).toHaveLength(256);
    expect(kept.loaded).toHaveLength(512);
    expect(kept.loaded.at(-1)?.pid).toBe(2_000);
  });

  const text = writeState(state);
  it.each([
    ['nothing', '', 'damaged'],
    ['half of it', text.slice(0, text.length / 2), 'damaged'],
    ['other words', '{"body":1}', 'damaged'],
    ['another version', text.replace('state/v1', 'state/v2'), 'damaged'],
    ['one flipped digit', text.replace(B, `c${B.slice(1)}`), 'digest does not match'],
    ['one changed number', text.replace('"sequence":17', '"sequence":18'), 'digest does not match'],
  ])('is not believed when the file holds %s', (_what, damaged, problem) => {
    expect(readState(damaged, owner)).toEqual({
      state: emptyState(owner),
      problem: expect.stringContaining(problem),
    });
  });

  it.each([
    ['server', { ...owner, hostname: 'smars-05' }],
    ['cluster', { ...owner, cluster: 'other' }],
  ])('is not believed about another %s', (_what, other) => {
    expect(readState(text, other)).toEqual({
      state: emptyState(other),
      problem: 'it is about smars-04 of smars',
    });
  });

  it('has a file of its own for every server of every cluster', () => {
    const names = [
      stateFileName(owner),
      stateFileName({ ...owner, hostname: 'smars-05' }),
      stateFileName({ ...owner, cluster: '../../etc/passwd' }),
    ];
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^prove-[0-9a-f]{32}\.json$/);
  });

  it('numbers reports upwards, with and without a memory', () => {
    expect(nextSequence(emptyState(owner), 5_000)).toBe(5_000);
    expect(nextSequence({ ...state, sequence: 5_000 }, 5_000)).toBe(5_001);
    expect(nextSequence({ ...state, sequence: 9_000 }, 5_000)).toBe(9_001);
  });

  it('knows when a binary was first seen', () => {
    expect(firstSeen(state, A, '2026-01-01T00:00:00Z')).toBe('2012-08-01T09:30:00.000Z');
    expect(firstSeen(state, B, '2026-01-01T00:00:00Z')).toBe('2026-01-01T00:00:00Z');
  });

  it.each([
    ['itself', { pid: 4711, startTicks: 99, tree: B }, A],
    ['another start', { pid: 4711, startTicks: 100, tree: B }, undefined],
    ['another id', { pid: 4712, startTicks: 99, tree: B }, undefined],
    ['another tree', { pid: 4711, startTicks: 99, tree: A }, undefined],
  ])('knows a process by its id, its start and what was asked: %s', (_what, asked, expected) => {
    expect(loadedBefore(state, asked)?.sha256).toBe(expected);
  });

  it('takes the same paths in another order for the same question', () => {
    expect(treeQuestion('/app', ['a', 'b'])).toBe(treeQuestion('/app', ['b', 'a']));
    expect(treeQuestion('/app', ['a'])).not.toBe(treeQuestion('/app', []));
    expect(treeQuestion('/app', [])).not.toBe(treeQuestion('/other', []));
  });
});

function look(pid: number, method = 'tree_digest'): ProcessLook {
  return { method, sha256: A, process: { pid, startTicks: pid * 10 } } as ProcessLook;
}

describe('what is remembered of trees that processes had loaded', () => {
  const tree = treeQuestion('/srv/app', []);
  const before = emptyState(owner);

  it('keeps where the clock stood when a process was first seen, and those that were not looked at now', () => {
    const first = { ...before, loaded: loadedAfter(before, [look(1), look(2)], { tree, offset: 5 }) };
    const again = loadedAfter(first, [look(2), look(3), look(4, 'exe_digest')], { tree, offset: 9 });
    expect(again.map(({ pid, clock_offset_ms }) => [pid, clock_offset_ms])).toEqual([
      [1, 5],
      [2, 5],
      [3, 9],
    ]);
  });

  it('is bounded, however many processes come and go', () => {
    const looks = Array.from({ length: 600 }, (_, at) => look(at + 1));
    const kept = loadedAfter(before, looks, { tree, offset: 0 });
    expect([kept.length, kept[0]?.pid, kept.at(-1)?.pid]).toEqual([512, 89, 600]);
  });
});
