import * as fc from 'fast-check';
import type { $ZodType, $ZodTypes } from 'zod/v4/core';

/** Documents that a zod schema accepts, made from the schema itself, with values at the edges of its rules. */
export function documentOf(schema: $ZodType): fc.Arbitrary<unknown> {
  const def = (schema as $ZodTypes)._zod.def;
  const make = MAKERS[def.type] as ((def: Def) => fc.Arbitrary<unknown>) | undefined;
  if (make === undefined) throw new Error(`no documents are made for ${def.type}`);
  return make(def);
}

type Def = $ZodTypes['_zod']['def'];

const MAKERS: { readonly [T in Def['type']]?: (def: Extract<Def, { type: T }>) => fc.Arbitrary<unknown> } = {
  string: (def) => textOf(def),
  number: (def) => numberOf(def),
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
  literal: (def) => fc.constantFrom(...def.values),
  enum: (def) => fc.constantFrom(...Object.values(def.entries)),
  nullable: (def) => fc.option(documentOf(def.innerType), { nil: null }),
  optional: (def) => documentOf(def.innerType),
  default: (def) => documentOf(def.innerType),
  union: (def) => fc.oneof(...def.options.map((option) => documentOf(option))),
  array: (def) => {
    const rules = rulesOf(def);
    const minLength = boundOf(rules, 'min_length', 'minimum', 0);
    const maxLength = Math.min(boundOf(rules, 'max_length', 'maximum', 4), minLength + 4);
    return fc.array(documentOf(def.element), { minLength, maxLength });
  },
  record: (def) =>
    fc.dictionary(documentOf(def.keyType) as fc.Arbitrary<string>, documentOf(def.valueType), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  object: (def) => objectOf(def.shape),
};

type Rule = Readonly<Record<string, unknown>>;

function rulesOf(def: object): readonly Rule[] {
  const { checks = [] } = def as {
    readonly checks?: readonly { readonly _zod: { readonly def: unknown } }[];
  };
  return [def as Rule, ...checks.map((check) => check._zod.def as Rule)];
}

function boundOf(rules: readonly Rule[], check: string, key: string, fallback: number): number {
  return Number(rules.find((rule) => rule['check'] === check)?.[key] ?? fallback);
}

function objectOf(shape: Readonly<Record<string, $ZodType>>): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(Object.entries(shape).map(([key, field]) => [key, documentOf(field)]));
  const requiredKeys = Object.entries(shape)
    .filter(([, field]) => !['optional', 'default'].includes((field as $ZodTypes)._zod.def.type))
    .map(([key]) => key);
  return fc.record(model, { requiredKeys, noNullPrototype: true });
}

function textOf(def: object): fc.Arbitrary<string> {
  const rules = rulesOf(def);
  const patterns = rules
    .map((rule) => rule['pattern'])
    .filter((pattern): pattern is RegExp => pattern instanceof RegExp);
  const shortest = boundOf(rules, 'min_length', 'minimum', 0);
  const longest = boundOf(rules, 'max_length', 'maximum', 64);
  const fits = (text: string): boolean =>
    text.length >= shortest && text.length <= longest && patterns.every((pattern) => pattern.test(text));
  const made = patterns.map((pattern) => fc.stringMatching(pattern, { size: 'xsmall' }));
  const samples = ['', 'a', 'rlp', 'smars-04', 'é', '命', '😀', 'a'.repeat(longest), 'a'.repeat(shortest)];
  const edges = [...samples, '2012-08-01T10:00:00Z', '2012-02-29T23:59:59.999+14:00', 'f'.repeat(64)].filter(
    fits,
  );
  const unit = fc.string({ maxLength: 12, unit: 'grapheme' });
  const choices = [...made, unit].map((choice) => choice.filter(fits));
  return patterns.length === 0
    ? fc.oneof(unit.filter(fits), fc.constantFrom(...edges))
    : edges.length === 0
      ? fc.oneof(...choices.slice(0, -1))
      : fc.oneof(...choices.slice(0, -1), fc.constantFrom(...edges));
}

function numberOf(def: object): fc.Arbitrary<number> {
  const rules = rulesOf(def);
  if (!rules.some((rule) => rule['format'] === 'safeint'))
    return fc.double({ noNaN: true, noDefaultInfinity: true });
  const min = boundOf(rules, 'greater_than', 'value', Number.MIN_SAFE_INTEGER);
  const max = boundOf(rules, 'less_than', 'value', Number.MAX_SAFE_INTEGER);
  return fc.oneof(fc.integer({ min, max: Math.min(max, min + 1000) }), fc.constantFrom(min, max));
}

const INSTEAD: readonly unknown[] = [
  null,
  true,
  false,
  '',
  ' ',
  'x',
  'a b',
  'A'.repeat(64),
  'a'.repeat(63),
  'a'.repeat(65),
  `sha256:${'a'.repeat(64)}`,
  'a'.repeat(257),
  'a'.repeat(4097),
  'a\u0000',
  'a\n',
  'a\t',
  'a\u0085',
  'a\u202E',
  'Z',
  '2012-08-01',
  '2012-08-01T10:00Z',
  '2012-08-01T10:00:00',
  '2012-08-01T10:00:00z',
  '2012-08-01 10:00:00Z',
  '2012-02-30T10:00:00Z',
  '2011-02-29T10:00:00Z',
  '2012-08-01T24:00:00Z',
  '2016-12-31T23:59:60Z',
  '2012-08-01T10:00:00+0200',
  '2012-08-01T10:00:00.123456789012345678901234567890Z',
  '0000-01-01T00:00:00Z',
  -1,
  0,
  -0,
  1,
  0.5,
  1e21,
  2 ** 53,
  -(2 ** 53),
  [],
  [null],
  {},
  { x: 1 },
  'haunted.node-report/v2',
];

/** The same document with one thing changed somewhere: another value, a missing field, a field too many. Often just wrong. */
export function nearMissOf(document: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(
      document,
      fc.nat(),
      fc.constantFrom('replace', 'delete', 'add', 'repeat'),
      fc.constantFrom(...INSTEAD),
    )
    .map(([value, pick, change, instead]) => {
      const copy = structuredClone(value);
      const places = placesIn(copy);
      const place = places[pick % places.length];
      if (place === undefined) return instead;
      const { holder, key } = place;
      if (change === 'delete') Reflect.deleteProperty(holder, key);
      else if (change === 'add')
        Reflect.set(holder, Array.isArray(holder) ? holder.length : 'field_nobody_knows', instead);
      else if (change === 'repeat' && Array.isArray(holder)) holder.push(holder[Number(key)]);
      else Reflect.set(holder, key, instead);
      // Through JSON, because that is how documents come: no holes, no undefined, no -0 that text cannot carry.
      return JSON.parse(JSON.stringify(copy)) as unknown;
    });
}

type Place = { readonly holder: object; readonly key: string };

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    { holder: value, key },
    ...placesIn((value as Record<string, unknown>)[key]),
  ]);
}
