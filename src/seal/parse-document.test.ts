import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Fault } from '../fault.ts';
import { Manifest } from '../model/manifest.ts';
import { NodeReport } from '../model/node-report.ts';
import { Policy } from '../model/policy.ts';
import { checkValue, parseDocument, parseValue } from './parse-document.ts';
import { explainIssues } from '../model/explain-issue.ts';

const Shape = z.strictObject({
  schema: z.literal('haunted.shape/v1'),
  name: z.string().min(2).max(4),
  sides: z
    .array(z.strictObject({ length: z.number().min(1).max(9) }))
    .min(1)
    .max(2),
  colour: z.enum(['red', 'green']).optional(),
  is_open: z.boolean().optional(),
  corners: z.int().optional(),
  parts: z.record(z.string(), z.number()).optional(),
  nothing: z.null().optional(),
  value: z.union([z.boolean(), z.string(), z.number(), z.null()]).optional(),
  choice: z.union([z.strictObject({ a: z.string() }), z.literal(7)]).optional(),
  code: z.string().regex(/^x/, 'must begin with x').optional(),
  mail: z.email().optional(),
});

const SOUND = { schema: 'haunted.shape/v1', name: 'abc', sides: [{ length: 1 }] };

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function faultOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

function clause(more: object): string {
  const checked = checkValue(Shape, { ...SOUND, ...more });
  return checked.ok ? 'is sound' : checked.detail;
}

describe('what is wrong with a value', () => {
  it.each([
    ['nothing', {}, 'is sound'],
    ['an object that is no object', null, 'must be an object'],
    [
      'a newer version',
      { schema: 'haunted.shape/v2' },
      'is haunted.shape/v2; this version of haunted reads haunted.shape/v1',
    ],
    [
      'a schema that would disturb a terminal',
      { schema: 'a\u001b[2J' },
      String.raw`is "a\u001b[2J"; this version of haunted reads haunted.shape/v1`,
    ],
    [
      'a very long schema',
      { schema: 'x'.repeat(81) },
      `is "${'x'.repeat(80)}…"; this version of haunted reads haunted.shape/v1`,
    ],
    [
      'no schema',
      { schema: undefined },
      'does not say which `schema` it has; this version of haunted reads haunted.shape/v1',
    ],
    [
      'a schema that is no text',
      { schema: 1 },
      'does not say which `schema` it has; this version of haunted reads haunted.shape/v1',
    ],
    ['a missing field', { name: undefined }, 'is wrong at name: it is missing'],
    ['a text that is none', { name: 7 }, 'is wrong at name: it must be a text'],
    ['a text that is null', { name: null }, 'is wrong at name: it must be a text'],
    ['a short text', { name: 'a' }, 'is wrong at name: it must have at least 2 characters'],
    ['a long text', { name: 'abcde' }, 'is wrong at name: it must have at most 4 characters'],
    ['a list that is none', { sides: {} }, 'is wrong at sides: it must be a list'],
    ['a short list', { sides: [] }, 'is wrong at sides: it must have at least 1 items'],
    [
      'a long list',
      { sides: [1, 1, 1].map((length) => ({ length })) },
      'is wrong at sides: it must have at most 2 items',
    ],
    ['a small number', { sides: [{ length: 0 }] }, 'is wrong at sides[0].length: it must be at least 1'],
    [
      'a great number',
      { sides: [{ length: 1 }, { length: 10 }] },
      'is wrong at sides[1].length: it must be at most 9',
    ],
    [
      'a number that is none',
      { sides: [{ length: 'x' }] },
      'is wrong at sides[0].length: it must be a number',
    ],
    ['a missing field deep inside', { sides: [{}] }, 'is wrong at sides[0].length: it is missing'],
    ['an object inside that is none', { sides: [1] }, 'is wrong at sides[0]: it must be an object'],
    ['an object inside that is null', { sides: [null] }, 'is wrong at sides[0]: it must be an object'],
    ['a word that is not of the set', { colour: 'blue' }, 'is wrong at colour: it must be red or green'],
    ['a switch that is none', { is_open: 1 }, 'is wrong at is_open: it must be true or false'],
    ['a whole number that is none', { corners: 1.5 }, 'is wrong at corners: it must be a whole number'],
    ['a record that is none', { parts: [] }, 'is wrong at parts: it must be an object'],
    ['a record’s wrong entry', { parts: { 'a b': 'x' } }, 'is wrong at parts."a b": it must be a number'],
    ['a null that is none', { nothing: 1 }, 'is wrong at nothing: it must be null'],
    [
      'none of several kinds',
      { value: {} },
      'is wrong at value: it must be true or false or a text or a number or null',
    ],
    [
      'none of several shapes',
      { choice: { a: 1 } },
      'is wrong at choice: it must be one of the shapes its schema lists',
    ],
    ['a rule with its own words', { code: 'y' }, 'is wrong at code: it must begin with x'],
    [
      'a rule with words of zod',
      { mail: 'y' },
      'is wrong at mail: it is not accepted: Invalid email address',
    ],
    [
      'an unknown field',
      { speed: 1 },
      'is wrong at speed: it is a field that this version of haunted does not know',
    ],
    [
      'an unknown field inside',
      { sides: [{ length: 1, x: 1 }] },
      'is wrong at sides[0].x: it is a field that this version of haunted does not know',
    ],
    [
      'an unknown field with an odd name',
      { 'a\n': 1 },
      String.raw`is wrong at "a\n": it is a field that this version of haunted does not know`,
    ],
    [
      'two unknown fields',
      { x: 1, y: 2 },
      'is wrong at x: it is a field that this version of haunted does not know (one more field is wrong)',
    ],
    [
      'two wrong fields',
      { name: 7, colour: 1 },
      'is wrong at name: it must be a text (one more field is wrong)',
    ],
    [
      'three wrong fields',
      { name: 7, colour: 1, is_open: 1 },
      'is wrong at name: it must be a text (2 more fields are wrong)',
    ],
  ])('%s', (_what, more, expected) => {
    expect(more === null ? checkValue(Shape, null) : { detail: clause(more) }).toMatchObject({
      detail: expected,
    });
  });

  it('counts a field once however many rules it breaks', () => {
    const Two = z.strictObject({ a: z.string().min(2).regex(/^x/, 'must begin with x') });
    expect(checkValue(Two, { a: '' })).toEqual({
      ok: false,
      detail: 'is wrong at a: it must have at least 2 characters',
    });
  });

  it('takes a literal number as it is', () => {
    expect(checkValue(z.literal([1, 2]), 3)).toEqual({ ok: false, detail: 'must be 1 or 2' });
  });

  it('says something about an issue of which nothing is known', () => {
    expect(explainIssues([{ path: [], message: 'Odd', code: 'custom' }], 1)).toBe('is not accepted: Odd');
    expect(explainIssues([{ path: [], message: 'Odd' }], 1)).toBe('is not accepted: Odd');
    expect(
      explainIssues([{ path: ['a'], message: 'Odd', code: 'invalid_type', expected: 'date' }], { a: 1 }),
    ).toBe('is wrong at a: it must be date');
    expect(explainIssues([{ path: [], message: '', code: 'invalid_union' }], 1)).toBe(
      'must be one of the shapes its schema lists',
    );
    expect(explainIssues([{ path: [], message: '', code: 'invalid_value' }], 1)).toBe('must be ');
    expect(explainIssues([{ path: [], message: '', code: 'unrecognized_keys' }], 1)).toBe(
      'is a field that this version of haunted does not know',
    );
    expect(explainIssues([], 1)).toBe('is not accepted');
  });

  it.each([
    [
      Manifest,
      { schema: 'haunted.manifest/v2' },
      'is haunted.manifest/v2; this version of haunted reads haunted.manifest/v1',
    ],
    [
      NodeReport,
      { schema: 'haunted.manifest/v1' },
      'is haunted.manifest/v1; this version of haunted reads haunted.node-report/v1',
    ],
    [
      Policy,
      { schema: 'haunted.policy/v9' },
      'is haunted.policy/v9; this version of haunted reads haunted.policy/v1',
    ],
  ])('tells another version in every document', (schema, value, detail) => {
    expect(checkValue<unknown>(schema, value)).toEqual({ ok: false, detail });
  });

  it.each([
    [
      'a list at the top',
      z.array(z.strictObject({ a: z.string() })),
      [{ a: 1 }],
      'is wrong at [0].a: it must be a text',
    ],
    ['a list in a list', z.array(z.array(z.string())), [[], [1]], 'is wrong at [1][0]: it must be a text'],
    ['nothing where a text should be', z.string(), undefined, 'is missing'],
    [
      'a schema of something inside',
      z.strictObject({ x: z.strictObject({ schema: z.literal('a') }) }),
      { x: { schema: 'b' } },
      'is wrong at x.schema: it must be a',
    ],
    [
      'a field named schema that is no word',
      z.strictObject({ schema: z.number() }),
      { schema: 'b' },
      'is wrong at schema: it must be a number',
    ],
    [
      'a field that every object seems to have',
      z.strictObject({ toString: z.number() }),
      {},
      'is wrong at toString: it is missing',
    ],
    [
      'something inside a field named schema',
      z.strictObject({ schema: z.strictObject({ v: z.literal(1) }) }),
      { schema: { v: 2 } },
      'is wrong at schema.v: it must be 1',
    ],
    ['words with spaces', z.enum(['a b', 'c']), 'x', 'must be "a b" or c'],
    ['a word or null', z.literal(['a', null]), 'x', 'must be a or null'],
    ['an odd word inside a word', z.enum(['ab\n']), 'x', String.raw`must be "ab\n"`],
    ['an odd word at its start', z.enum(['\nab']), 'x', String.raw`must be "\nab"`],
  ])('speaks of %s', (_what, schema, value, detail) => {
    expect(checkValue<unknown>(schema, value)).toEqual({ ok: false, detail });
  });

  it('finds __proto__ an unknown field like any other', () => {
    const value: unknown = JSON.parse(
      '{"schema":"haunted.shape/v1","name":"abc","sides":[{"length":1}],"__proto__":{}}',
    );
    expect(checkValue(Shape, value)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('at __proto__: it is a field'),
    });
  });
});

describe('parseDocument and parseValue', () => {
  it('give the document', () => {
    expect(parseDocument(Shape, bytes(JSON.stringify(SOUND)), 'shape s.json')).toEqual(SOUND);
    expect(parseValue(Policy, {}, 'policy p').max_proof_age_s).toBe(300);
  });

  it.each([
    [
      '{"a":1,"a":2}',
      'shape s.json is not strict JSON at line 1, column 8: the key "a" is there twice.',
      'duplicate_key',
    ],
    [
      '{} {}',
      'shape s.json is not strict JSON at line 1, column 4: "{" follows the end of the value.',
      'trailing_bytes',
    ],
  ])('say what is wrong with %s in one sentence', (text, message, reason) => {
    const fault = faultOf(() => parseDocument(Shape, bytes(text), 'shape s.json'));
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ code: 'BAD_INPUT', message, detail: { source: 'shape s.json', reason } });
  });

  it('say what is wrong with a value in one sentence', () => {
    const fault = faultOf(() => parseDocument(Shape, bytes('{"schema":"haunted.shape/v1"}'), 'shape s.json'));
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({
      code: 'BAD_INPUT',
      message: 'shape s.json is wrong at name: it is missing (one more field is wrong).',
      detail: { source: 'shape s.json' },
    });
  });
});
