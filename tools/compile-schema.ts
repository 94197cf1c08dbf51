import type { $ZodCheck, $ZodType, $ZodTypes } from 'zod/v4/core';

/** Raised when a schema uses something that is not compiled; the build then leaves that schema to zod alone. */
class NotCompiled extends Error {}

export type Compiled = {
  /** JavaScript declarations: one function for each distinct schema. */
  readonly source: string;
  /** The function's name in `source` for each export that could be compiled. */
  readonly functionByExport: ReadonlyMap<string, string>;
};

/**
 * Turns zod schemas into plain functions `value => output | undefined`, where undefined means "ask zod". A function may refuse
 * what zod accepts (only slower), and must never accept what zod refuses, nor give another output; test/compile-schema.test.ts
 * holds it to that. Building zod's own schemas costs 40 to 60 ms a start, evaluating these costs none that can be measured.
 */
export function compileSchemas(schemaByExport: ReadonlyMap<string, $ZodType>): Compiled {
  const writer = new Map<string, string>();
  const functionByExport = new Map<string, string>();
  for (const [name, schema] of schemaByExport) {
    try {
      functionByExport.set(name, compile(schema, writer));
    } catch (error) {
      if (!(error instanceof NotCompiled)) throw error;
    }
  }
  const source = [...writer].map(([body, name]) => `const ${name} = ${body};`).join('\n');
  return { source, functionByExport };
}

/** The name of the function for a schema. Equal bodies share one function, so the text of a type is written once. */
function compile(schema: $ZodType, writer: Writer): string {
  const body = bodyOf(schema as $ZodTypes, writer);
  const known = writer.get(body);
  if (known !== undefined) return known;
  const name = `accept${writer.size}`;
  writer.set(body, name);
  return name;
}

type Def = $ZodTypes['_zod']['def'];
type Writer = Map<string, string>;

const BODIES: { readonly [T in Def['type']]?: (def: Extract<Def, { type: T }>, writer: Writer) => string } = {
  string: (def) => arrow([`typeof v === 'string'`, ...formatOf(def), ...checksOf(def.checks, 'string')]),
  number: (def) => arrow([numberTest(def), ...checksOf(def.checks, 'number')]),
  boolean: (def) => arrow([`typeof v === 'boolean'`, ...checksOf(def.checks, 'boolean')]),
  null: () => arrow(['v === null']),
  literal: (def) => arrow([anyOf(def.values)]),
  enum: (def) => arrow([anyOf(Object.values(def.entries))]),
  nullable: (def, writer) => {
    noChecks(def.checks);
    return `(v) => v === null ? null : ${compile(def.innerType, writer)}(v)`;
  },
  union: (def, writer) => {
    noChecks(def.checks);
    // `??` skips null as well as undefined, so a null that is allowed is answered first.
    const isNullable = def.options.some((option) => (option as $ZodTypes)._zod.def.type === 'null');
    const tries = def.options.map((option) => `${compile(option, writer)}(v)`).join(' ?? ');
    return isNullable ? `(v) => v === null ? null : (${tries}) ?? undefined` : `(v) => ${tries}`;
  },
  array: (def, writer) => arrayBody(compile(def.element, writer), checksOf(def.checks, 'array')),
  record: (def, writer) => {
    noChecks(def.checks);
    return recordBody(compile(def.keyType, writer), compile(def.valueType, writer));
  },
  object: (def, writer) => {
    noChecks(def.checks);
    if ((def.catchall as $ZodTypes | undefined)?._zod.def.type !== 'never')
      throw new NotCompiled('an object that is not strict');
    return objectBody(Object.entries(def.shape), writer);
  },
};

function bodyOf(schema: $ZodTypes, writer: Writer): string {
  const def = schema._zod.def;
  const write = BODIES[def.type] as ((def: Def, writer: Writer) => string) | undefined;
  if (write === undefined) throw new NotCompiled(def.type);
  return write(def, writer);
}

function arrow(tests: readonly string[]): string {
  return `(v) => ${tests.join(' && ')} ? v : undefined`;
}

function anyOf(values: readonly unknown[]): string {
  if (values.some((value) => typeof value !== 'string' && typeof value !== 'number'))
    throw new NotCompiled('a literal that is neither text nor number');
  return `(${values.map((value) => `v === ${JSON.stringify(value)}`).join(' || ')})`;
}

function formatOf(def: object): string[] {
  if (!('format' in def)) return [];
  if (def.format !== 'datetime' || !('pattern' in def) || !(def.pattern instanceof RegExp))
    throw new NotCompiled(`format ${String(def.format)}`);
  return [regexTest(def.pattern)];
}

function numberTest(def: object): string {
  if (!('format' in def)) return 'Number.isFinite(v)';
  if (def.format !== 'safeint') throw new NotCompiled(`format ${String(def.format)}`);
  return 'Number.isSafeInteger(v)';
}

function checksOf(checks: readonly $ZodCheck[] | undefined, kind: string): string[] {
  return (checks ?? []).map((check) => testOf(check._zod.def as unknown as Record<string, unknown>, kind));
}

function testOf(def: Readonly<Record<string, unknown>>, kind: string): string {
  switch (def['check']) {
    case 'min_length': {
      // zod counts characters, of which one may be two units. One unit is a character for sure; so are half of many.
      const least = Number(def['minimum']);
      return `v.length >= ${kind === 'string' && least > 1 ? 2 * least : least}`;
    }
    case 'max_length':
      return `v.length <= ${Number(def['maximum'])}`;
    case 'greater_than':
      return `v ${def['inclusive'] === true ? '>=' : '>'} ${Number(def['value'])}`;
    case 'less_than':
      return `v ${def['inclusive'] === true ? '<=' : '<'} ${Number(def['value'])}`;
    case 'string_format':
      if (def['format'] === 'regex' && def['pattern'] instanceof RegExp) return regexTest(def['pattern']);
      throw new NotCompiled(`format ${String(def['format'])}`);
    default:
      throw new NotCompiled(`check ${String(def['check'])}`);
  }
}

function regexTest(pattern: RegExp): string {
  if (pattern.global || pattern.sticky) throw new NotCompiled('a pattern that remembers');
  return `${String(pattern)}.test(v)`;
}

function noChecks(checks: readonly unknown[] | undefined): void {
  if (checks !== undefined && checks.length > 0) throw new NotCompiled('a check on the whole');
}

function arrayBody(item: string, tests: readonly string[]): string {
  return `(v) => {
  if (!(${['Array.isArray(v)', ...tests].join(' && ')})) return undefined;
  const out = [];
  for (const item of v) { const x = ${item}(item); if (x === undefined) return undefined; out.push(x); }
  return out;
}`;
}

function recordBody(key: string, value: string): string {
  return `(v) => {
  if (!isPlain(v)) return undefined;
  const out = {};
  for (const k in v) {
    if (k === '__proto__' || ${key}(k) === undefined) return undefined;
    const x = ${value}(v[k]); if (x === undefined) return undefined; out[k] = x;
  }
  return out;
}`;
}

function objectBody(shape: readonly (readonly [string, $ZodType])[], writer: Writer): string {
  const lines = shape.map(([key, schema]) => propertyBody(key, schema as $ZodTypes, writer));
  return `(v) => {
  if (!isPlain(v)) return undefined;
  const out = {}; let n = 0, x;
${lines.join('\n')}
  for (const k in v) n--;
  return n === 0 ? out : undefined;
}`;
}

/** Keys found are counted up here and down in the loop over all keys, so a key nobody declared leaves the count below zero. */
function propertyBody(key: string, schema: $ZodTypes, writer: Writer): string {
  const name = JSON.stringify(key);
  const def = schema._zod.def;
  const inner = def.type === 'optional' || def.type === 'default' ? def.innerType : schema;
  if (def.type === 'optional' || def.type === 'default') noChecks(def.checks);
  const absent =
    def.type === 'optional'
      ? ''
      : def.type === 'default'
        ? ` else out[${name}] = ${JSON.stringify(def.defaultValue)};`
        : ' else return undefined;';
  return `  x = v[${name}]; if (x !== undefined) { n++; x = ${compile(inner, writer)}(x); if (x === undefined) return undefined; out[${name}] = x; }${absent}`;
}

/** Declared once beside the compiled functions. Only what JSON and YAML readers make is taken; the rest goes to zod. */
export const IS_PLAIN = `const isPlain = (v) => typeof v === 'object' && v !== null && Object.getPrototypeOf(v) === Object.prototype;`;
