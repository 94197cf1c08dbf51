import { describe, expect, it } from 'vitest';
import { flag, manifest, POLICY, sha } from '../../test/world/documents.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Policy } from '../model/policy.ts';
import type { Binding } from './binding.ts';
import { judgeBinding, sitesOf } from './coherence.ts';
import { findingOf } from './seed.ts';

const site = { file: 'router/x.c', line: 3, symbol: 'read_x' };
const x = (more: Partial<FlagOwnership> = {}) => flag('x', { meaning: 'm:1', where: [site], ...more });

function binding(more: Partial<Binding> = {}): Binding {
  return { flag: 'x', meaning: 'm:1', via: 'host', source: 'env:X', introducedBy: null, ...more };
}

function judge(given: Binding, row: FlagOwnership | null, policy: Partial<Policy> = {}) {
  const owner = manifest({ generation: 1, binary_sha256: sha('a') });
  const table = { manifest: owner, byFlag: new Map(row === null ? [] : [[row.flag, row]]) };
  return judgeBinding(given, table, { ...POLICY, ...policy }, 'now').map((seed) => findingOf(seed, 'n1'));
}

function lines(...given: Parameters<typeof judge>): string[] {
  return judge(...given).map(({ code, effect }) => `${code} ${effect}`);
}

describe('where a flag lives', () => {
  it.each<[string, FlagOwnership | null | undefined, string[]]>([
    ['file, line and symbol', x(), ['router/x.c:3 read_x']],
    ['a file alone', x({ where: [{ file: 'x.c' }] }), ['x.c']],
    ['nothing known of line and symbol', x({ where: [{ file: 'x.c', line: null, symbol: null }] }), ['x.c']],
    ['two sites', x({ where: [site, { file: 'y.c', line: 1 }] }), ['router/x.c:3 read_x', 'y.c:1']],
    ['no site', x({ where: undefined }), []],
    ['no row', null, []],
    ['no row', undefined, []],
  ])('%s', (_, row, expected) => {
    expect(sitesOf(row)).toEqual(expected);
  });
});

describe('an owner', () => {
  it.each([
    [null, true],
    ['', true],
    ['  ', true],
    ['unknown', true],
    [' Unknown ', true],
    ['UNKNOWN', true],
    ['team-unknown', false],
    ['unknown-team', false],
    ['a', false],
  ])('%j is unknown: %s', (owner, expected) => {
    expect(lines(binding(), x({ owner }))).toEqual(expected ? ['flag_owner_unknown block'] : []);
  });
});

describe('a switch that reaches a server', () => {
  it.each<[string, Binding, FlagOwnership | null, Partial<Policy>, string[]]>([
    ['is its own', binding(), x(), {}, []],
    ['is nobody’s', binding(), null, {}, ['orphan_flag block']],
    ['is retired there', binding(), x({ state: 'retired' }), {}, ['orphan_flag block']],
    ['may be ignored', binding({ introducedBy: x({ unaware: 'ignore' }) }), null, {}, []],
    ['must be refused', binding({ introducedBy: x({ unaware: 'refuse' }) }), null, {}, ['orphan_flag block']],
    ['says nothing about ignoring', binding({ introducedBy: x() }), null, {}, ['orphan_flag block']],
    [
      'may be ignored by those that do not know it, not by those that retired it',
      binding({ introducedBy: x({ unaware: 'ignore' }) }),
      x({ state: 'retired' }),
      {},
      ['orphan_flag block'],
    ],
    ['means nothing that anybody said', binding({ meaning: null }), x(), {}, ['undeclared_flag_bound block']],
    [
      'means nothing that anybody said, and sleeps unowned and unverified',
      binding({ meaning: null }),
      x({ state: 'dormant', owner: null, verification: 'not_verified' }),
      {},
      [
        'undeclared_flag_bound block',
        'dormant_flag_bound block',
        'flag_owner_unknown block',
        'flag_unverified block',
      ],
    ],
    ['means something else there', binding({ meaning: 'm:2' }), x(), {}, ['flag_reused block']],
    [
      'means something else that sleeps there; who owns that is beside the point',
      binding({ meaning: 'm:2' }),
      x({ state: 'dormant', owner: null, verification: 'not_verified' }),
      {},
      ['flag_reused block', 'dormant_flag_bound block'],
    ],
    ['sleeps', binding(), x({ state: 'dormant' }), {}, ['dormant_flag_bound block']],
    [
      'counts as alive and is not',
      binding(),
      x({ state: 'dormant_but_bound' }),
      {},
      ['dormant_flag_bound block'],
    ],
    [
      'sleeps and is to be held',
      binding(),
      x({ state: 'dormant' }),
      { on_dormant_bound: 'hold' },
      ['dormant_flag_bound hold'],
    ],
    [
      'sleeps and is to be told',
      binding(),
      x({ state: 'dormant' }),
      { on_dormant_bound: 'warn' },
      ['dormant_flag_bound none'],
    ],
    [
      'is shackled, which no policy softens',
      binding(),
      x({ state: 'shackled' }),
      { on_dormant_bound: 'warn' },
      ['dormant_flag_bound block'],
    ],
    ['has no owner', binding(), x({ owner: 'unknown' }), {}, ['flag_owner_unknown block']],
    ['needs no owner', binding(), x({ owner: null }), { require_owner: false }, []],
    ['is not verified', binding(), x({ verification: 'not_verified' }), {}, ['flag_unverified block']],
    [
      'need not be verified',
      binding(),
      x({ verification: 'not_verified' }),
      { require_verification: false },
      [],
    ],
    [
      'has everything wrong',
      binding(),
      x({ state: 'dormant', owner: null, verification: 'not_verified' }),
      {},
      ['dormant_flag_bound block', 'flag_owner_unknown block', 'flag_unverified block'],
    ],
  ])('%s', (_, given, row, policy, expected) => {
    expect(lines(given, row, policy)).toEqual(expected);
  });

  it('is nobody’s on a binary that no manifest describes', () => {
    const [seed] = judgeBinding(binding({ introducedBy: x() }), null, POLICY, 'after_rollback');
    expect(seed).toMatchObject({
      code: 'orphan_flag',
      phase: 'after_rollback',
      flag: 'x',
      expected: 'owned by the running binary',
      actual: 'not in its flag ownership table',
      where: ['env:X', 'router/x.c:3 read_x'],
    });
  });
});

describe('what is said of a switch', () => {
  it.each<[string, Partial<Binding>, FlagOwnership | null, object]>([
    [
      'an orphan on the host',
      {},
      null,
      { sentence: "Flag 'x' is set on n1 (env:X), and the binary there does not own it.", where: ['env:X'] },
    ],
    [
      'a retired one that was received',
      { via: 'received', source: 'gateway', introducedBy: x() },
      x({ state: 'retired' }),
      {
        actual: 'retired',
        where: ['router/x.c:3 read_x', 'gateway'],
        sentence:
          "Flag 'x' was received by n1 (gateway), and the binary there has retired it: the code is gone.",
      },
    ],
    [
      'one that nobody spoke for',
      { meaning: null },
      x(),
      {
        expected: 'declared by a manifest in force',
        actual: 'm:1',
        where: ['router/x.c:3 read_x', 'env:X'],
        sentence:
          "Flag 'x' is set on n1 (env:X), no manifest in force says what that means, and in the binary there it means m:1 (live).",
      },
    ],
    [
      'a reused one that is sent',
      { meaning: 'm:2', via: 'message', source: 'gateway' },
      x(),
      {
        expected: 'm:2',
        actual: 'm:1',
        where: ['router/x.c:3 read_x', 'gateway'],
        sentence:
          "Flag 'x' is sent to n1 (gateway) to mean m:2, but in the binary there it means m:1 (live).",
      },
    ],
    [
      'a sleeping one',
      {},
      x({ state: 'dormant' }),
      {
        expected: 'live',
        actual: 'dormant',
        where: ['router/x.c:3 read_x', 'env:X'],
        sentence: "Flag 'x' is set on n1 (env:X) and is bound to dormant code there.",
      },
    ],
    [
      'one without an owner',
      {},
      x({ owner: 'unknown' }),
      {
        expected: 'an owner',
        actual: 'unknown',
        sentence: "Flag 'x' is set on n1 (env:X) and nobody owns it there.",
      },
    ],
    [
      'one that nobody verified',
      {},
      x({ verification: 'not_verified' }),
      {
        expected: 'verified',
        actual: 'not_verified',
        sentence: "Flag 'x' is set on n1 (env:X) and nobody verified what the code there does with it.",
      },
    ],
  ])('%s', (_, more, row, expected) => {
    expect(judge(binding(more), row)).toMatchObject([{ flag: 'x', phase: 'now', ...expected }]);
  });

  it('keeps the moment of the simulation', () => {
    const rows = [x({ state: 'dormant', owner: null, verification: 'not_verified' }), x({ meaning: 'm:2' })];
    const owner = manifest({ generation: 1, binary_sha256: sha('a') });
    for (const row of rows) {
      for (const meaning of ['m:1', null]) {
        const table = { manifest: owner, byFlag: new Map([['x', row]]) };
        const phases = judgeBinding(binding({ meaning }), table, POLICY, 'after_rollback').map(
          (seed) => seed.phase,
        );
        expect(new Set(phases)).toEqual(new Set(['after_rollback']));
      }
    }
  });
});
