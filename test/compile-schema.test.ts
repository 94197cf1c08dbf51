import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { compileSchemas, IS_PLAIN } from '../tools/compile-schema.ts';
import { documents } from '../tools/schemas.ts';
import { documentOf, nearMissOf } from './document-arbitrary.ts';

type Accept = (value: unknown) => unknown;

function compiled(schema: z.ZodType): Accept | undefined {
  const { source, functionByExport } = compileSchemas(new Map([['it', schema]]));
  const name = functionByExport.get('it');
  if (name === undefined) return undefined;
  // The text is what the build bundles; evaluating it is the test.
  // oxlint-disable-next-line no-implied-eval typescript/no-implied-eval
  return new Function(`${IS_PLAIN}\n${source}\nreturn ${name};`)() as Accept;
}

/** What zod answers, with undefined for a refusal, as the compiled function has it. */
function asZod(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

const all = await documents();
// Rules across fields are functions and stay with zod.
const WITH_OWN_RULES = ['flags', 'replay'];

describe('the compiled schemas of the published build', () => {
  it.each(all.map(({ noun, schema }) => ({ noun, schema })))(
    '$noun is compiled unless it has rules of its own',
    ({ noun, schema }) => {
      expect(compiled(schema) === undefined).toBe(WITH_OWN_RULES.includes(noun));
    },
  );

  it.each(all.filter(({ noun }) => !WITH_OWN_RULES.includes(noun)))(
    'accept every right $noun, and give what zod gives, to the order of the fields',
    ({ schema }) => {
      const accept = compiled(schema);
      fc.assert(
        fc.property(documentOf(schema), (document) => {
          expect(JSON.stringify(accept?.(document))).toBe(JSON.stringify(schema.parse(document)));
        }),
      );
    },
  );

  it.each(all.filter(({ noun }) => !WITH_OWN_RULES.includes(noun)))(
    'never accept a $noun that zod refuses',
    ({ schema }) => {
      const accept = compiled(schema);
      fc.assert(
        fc.property(nearMissOf(documentOf(schema)), (document) => {
          expect(accept?.(document)).toEqual(asZod(schema, document));
        }),
        { numRuns: 400 },
      );
    },
  );

  it.each([
    ['a text pattern with memory', z.string().regex(/a/g)],
    ['a text transformed', z.string().trim()],
    ['an object that is not strict', z.object({ a: z.string() })],
    ['a rule on the whole object', z.strictObject({ a: z.string() }).refine(() => true)],
    ['another number format', z.int32()],
    ['another text format', z.email()],
    ['a kind nobody compiled', z.date()],
    ['a bigint literal', z.literal(1n)],
  ])('%s is left to zod', (_, schema) => {
    expect(compiled(schema)).toBeUndefined();
  });

  it.each([
    ['an undeclared __proto__', JSON.parse('{"a":"x","__proto__":{}}')],
    ['a field that is there but undefined', { a: 'x', b: undefined }],
    ['an inherited field', Object.create({ a: 'x' })],
    ['an array', ['x']],
  ])('%s goes to zod', (_, value) => {
    const accept = compiled(z.strictObject({ a: z.string(), b: z.string().optional() }));
    expect(accept?.(value)).toBeUndefined();
  });

  it('a default is made anew each time', () => {
    const accept = compiled(z.strictObject({ list: z.array(z.string()).default([]) }));
    const [one, two] = [accept?.({}), accept?.({})] as { list: unknown }[];
    expect([one, two]).toEqual([{ list: [] }, { list: [] }]);
    expect(one?.list).not.toBe(two?.list);
  });

  it('a union may hold null beside other kinds', () => {
    const accept = compiled(z.union([z.boolean(), z.null(), z.string()]));
    expect([null, false, 'x', 1].map((value) => accept?.(value))).toEqual([null, false, 'x', undefined]);
  });
});
