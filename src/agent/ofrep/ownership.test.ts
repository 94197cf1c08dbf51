import { describe, expect, it } from 'vitest';
import { NOW, at, flag, sha } from '../../../test/world/documents.ts';
import { RUNS_A, viewOf } from '../../../test/world/ofrep-world.ts';
import type { FlagType } from '../../model/flag.ts';
import { isRow, meaningProblem, rowOrRefusal, standingProblem, typeProblem } from './ownership.ts';
import type { RunningLook } from './running-binary.ts';

const OTHER: RunningLook = { ...RUNS_A, sha256: sha('b'), onDiskSha256: sha('b') };

describe('may this node be given flags', () => {
  it.each<[string, RunningLook, string | null, string | null]>([
    ['the manifest’s binary runs', RUNS_A, null, null],
    ['it runs, and another file lies on disk', { ...RUNS_A, onDiskSha256: sha('b') }, null, null],
    ['it runs, and its file is gone', { ...RUNS_A, onDiskSha256: null }, null, null],
    ['another runs', OTHER, null, 'binary_mismatch'],
    [
      'another runs, and the manifest’s lies on disk',
      { ...OTHER, onDiskSha256: sha('a') },
      null,
      'stale_process',
    ],
    ['nobody can tell', { ok: false, code: 'NO_PROCESS', detail: 'none' }, null, 'binary_unproven'],
    ['the manifest is in force for one more millisecond', RUNS_A, at(0.001), null],
    ['the manifest has ended at this millisecond', RUNS_A, at(0), 'manifest_expired'],
    ['another runs and the manifest has ended', OTHER, at(-5), 'binary_mismatch'],
  ])('%s', (_, look, expires, code) => {
    const found = standingProblem(viewOf([], { expires_at: expires }), look, NOW);
    expect(found?.code ?? null).toBe(code);
    expect(found?.detail ?? '.').toMatch(/\.$/);
  });
});

describe('whose switch is it', () => {
  const view = viewOf([
    flag('live'),
    flag('dormant', { state: 'dormant' }),
    flag('bound', { state: 'dormant_but_bound' }),
    flag('shackled', { state: 'shackled' }),
    flag('retired', { state: 'retired' }),
  ]);
  it.each([
    ['live', null],
    ['bound', null],
    ['dormant', 'flag_dormant'],
    ['shackled', 'flag_shackled'],
    ['retired', 'flag_retired'],
    ['Live', 'flag_not_owned'],
    ['liv', 'flag_not_owned'],
    ['__proto__', 'flag_not_owned'],
    ['', 'flag_not_owned'],
  ])('%s', (name, code) => {
    const found = rowOrRefusal(view, name);
    expect(isRow(found) ? null : found.code).toBe(code);
  });
  it('lists the flags that may be answered', () => {
    expect(view.liveFlags).toEqual(['live', 'bound']);
  });
});

describe('is the value of the table’s type', () => {
  it.each<[FlagType, unknown, boolean]>([
    ['boolean', false, true],
    ['boolean', 0, false],
    ['boolean', 'false', false],
    ['string', '', true],
    ['string', 1, false],
    ['number', 1.5, true],
    ['number', '1', false],
    ['float', 2, true],
    ['float', true, false],
    ['integer', 2, true],
    ['integer', -0, true],
    ['integer', 2.5, false],
    ['object', {}, true],
    ['object', [], false],
    ['object', null, false],
    ['object', 'x', false],
  ])('%s takes %j: %s', (type, value, isRight) => {
    expect(typeProblem(flag('f', { type }), value)?.code).toBe(isRight ? undefined : 'flag_type_changed');
  });
  it('takes anything when the table names no type', () => {
    const { type: _, ...row } = flag('f');
    expect(typeProblem(row, 'anything')).toBeNull();
  });
});

describe('does the definition mean what the binary means', () => {
  it.each([
    ['nothing said', {}, null],
    ['the same', { 'haunted.meaning': 'm:f' }, null],
    ['another', { 'haunted.meaning': 'm:g' }, 'flag_reused'],
    ['no text', { 'haunted.meaning': 7 }, 'flag_reused'],
    ['another, as the prover reads it', { meaning: 'm:g' }, 'flag_reused'],
    ['the same, as the prover reads it', { meaning: 'm:f' }, null],
    ['somebody’s own words', { meaning: 'turns the button green' }, null],
    ['ours before the other', { 'haunted.meaning': 'm:f', meaning: 'm:g' }, null],
  ])('%s', (_, metadata, code) => {
    expect(meaningProblem(flag('f'), metadata)?.code ?? null).toBe(code);
  });
});
