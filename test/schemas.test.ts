import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../src/adapters/yaml/parse.ts';
import { Replay } from '../src/model/replay.ts';
import { documents, jsonSchemaOf, schemaFiles, staleFiles } from '../tools/schemas.ts';
import { documentOf, nearMissOf } from './document-arbitrary.ts';

const INCIDENTS = path.join(import.meta.dirname, '..', 'incidents');

type Node = Readonly<Record<string, unknown>>;

const all = await documents();
// The rules of these documents across fields cannot be said in JSON Schema; it accepts more than zod does.
const WITH_OWN_RULES = ['flags'];
// Patches in these hold any JSON, so no random ones are made; every replay under incidents/ is held to the schema instead.
const HAND_WRITTEN = ['replay'];
const random = all.filter(({ noun }) => !HAND_WRITTEN.includes(noun));
const exact = random.filter(({ noun }) => !WITH_OWN_RULES.includes(noun));

const ajv = new Ajv2020({ allErrors: false, strict: true, allowUnionTypes: true });
addFormats.default(ajv);
const acceptByNoun = new Map(all.map((document) => [document.noun, ajv.compile(jsonSchemaOf(document))]));

function ajvAccepts(noun: string, value: unknown): boolean {
  return acceptByNoun.get(noun)?.(value) === true;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every schema inside a schema, with its place. */
function nodesOf(value: unknown, place: string): readonly (readonly [string, Node])[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => nodesOf(item, `${place}/${at}`));
  if (!isNode(value)) return [];
  return [
    [place, value] as const,
    ...Object.entries(value).flatMap(([key, inner]) =>
      key === 'const' || key === 'enum' || key === 'default' ? [] : nodesOf(inner, `${place}/${key}`),
    ),
  ];
}

function propertiesOf(schema: Node): readonly (readonly [string, Node])[] {
  return nodesOf(schema, '#').flatMap(([place, node]) =>
    isNode(node['properties'])
      ? Object.entries(node['properties']).map(([key, inner]) => [`${place}/${key}`, inner as Node] as const)
      : [],
  );
}

function descriptionOf(schema: Node, property: Node): unknown {
  const part = /^#\/\$defs\/(.+)$/.exec(String(property['$ref']))?.[1] ?? '';
  return (
    property['description'] ?? (schema['$defs'] as Record<string, Node> | undefined)?.[part]?.['description']
  );
}

describe('schemas/', () => {
  it('is there, with the documents people write and read', () => {
    expect(all.map(({ noun }) => noun)).toEqual(
      expect.arrayContaining([
        'collect-failure',
        'collected',
        'config',
        'keyring',
        'manifest',
        'node-report',
        'policy',
        'rollback-plan',
        'verdict',
      ]),
    );
  });

  it('is what the model generates (npm run schemas)', async () => {
    expect(staleFiles(await schemaFiles())).toEqual([]);
  });

  it.each(all)('$noun has its own address, title and description', (document) => {
    const schema = jsonSchemaOf(document);
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `https://haunted-server-detector.dev/schemas/${document.noun}.schema.json`,
      title: `haunted.${document.noun}/v1`,
      description: expect.stringMatching(/\.$/) as unknown,
    });
  });

  it.each(all)('$noun describes every property', (document) => {
    const schema = jsonSchemaOf(document);
    const properties = propertiesOf(schema);
    expect(properties.length).toBeGreaterThan(1);
    expect(
      properties
        .filter(([, property]) => typeof descriptionOf(schema, property) !== 'string')
        .map(([place]) => place),
    ).toEqual([]);
  });

  it.each(all)('$noun lets no object hold a field it does not know', (document) => {
    const open = nodesOf(jsonSchemaOf(document), '#').filter(
      ([, node]) =>
        node['type'] === 'object' &&
        node['additionalProperties'] !== false &&
        node['propertyNames'] === undefined,
    );
    expect(open.map(([place]) => place)).toEqual([]);
  });
});

describe('zod and JSON Schema', () => {
  it.each(exact)('accept the same right $noun', ({ noun, schema }) => {
    fc.assert(
      fc.property(documentOf(schema), (document) => {
        expect([schema.safeParse(document).success, ajvAccepts(noun, document)]).toEqual([true, true]);
      }),
    );
  });

  it.each(exact)('accept or refuse the same $noun with one thing changed', ({ noun, schema }) => {
    fc.assert(
      fc.property(nearMissOf(documentOf(schema)), (document) => {
        expect(ajvAccepts(noun, document)).toBe(schema.safeParse(document).success);
      }),
      { numRuns: 400 },
    );
  });

  it.each(globSync('*/replay/replay.yaml', { cwd: INCIDENTS }))('accept the replay %s', (file) => {
    const { value } = parseYaml(readFileSync(path.join(INCIDENTS, file), 'utf8'), file);
    expect([Replay.safeParse(value).success, ajvAccepts('replay', value)]).toEqual([true, true]);
  });

  it.each(random)('JSON Schema accepts every $noun that zod accepts', ({ noun, schema }) => {
    fc.assert(
      fc.property(nearMissOf(documentOf(schema)), (document) => {
        expect(!schema.safeParse(document).success || ajvAccepts(noun, document)).toBe(true);
      }),
    );
  });
});

const REPORT = {
  schema: 'haunted.node-report/v1',
  cluster: 'smars',
  hostname: 'smars-04',
  observed_at: '2012-08-01T10:00:00Z',
  sequence: 17,
  binary_sha256: 'a'.repeat(64),
  method: 'proc_exe',
  bound_flags: [{ flag: 'power_peg', source: 'file:/etc/smars/flags.json' }],
  taking_live_traffic: true,
};

describe('a node report', () => {
  it.each([
    ['as the prover writes it', {}, true],
    ['of the next version', { schema: 'haunted.node-report/v2' }, false],
    ['with a field nobody knows', { mood: 'fine' }, false],
    ['with a digest in capitals', { binary_sha256: 'A'.repeat(64) }, false],
    ['with a digest one short', { binary_sha256: 'a'.repeat(63) }, false],
    ['with a digest one too long', { binary_sha256: 'a'.repeat(65) }, false],
    ['with a digest and its prefix', { binary_sha256: `sha256:${'a'.repeat(64)}` }, false],
    ['with a host name of 253 characters', { hostname: 'a'.repeat(253) }, true],
    ['with a host name of 254 characters', { hostname: 'a'.repeat(254) }, false],
    ['with a space in the host name', { hostname: 'smars 04' }, false],
    ['with a host name that ends in a hyphen', { hostname: 'smars-' }, false],
    ['with a newline after the host name', { hostname: 'smars-04\n' }, false],
    ['with a name of 256 characters', { cluster: 'a'.repeat(256) }, true],
    ['with a name of 257 characters', { cluster: 'a'.repeat(257) }, false],
    ['with a name of 256 characters beyond the basic plane', { cluster: '😀'.repeat(256) }, true],
    ['with a name of 257 such characters', { cluster: '😀'.repeat(257) }, false],
    ['with a name that turns text around', { cluster: 'a\u202Eb' }, false],
    ['on the leap day', { observed_at: '2012-02-29T00:00:00Z' }, true],
    ['on a leap day that is none', { observed_at: '2011-02-29T00:00:00Z' }, false],
    ['in a leap second', { observed_at: '2016-12-31T23:59:60Z' }, false],
    ['without seconds', { observed_at: '2012-08-01T10:00Z' }, false],
    ['without an offset', { observed_at: '2012-08-01T10:00:00' }, false],
    ['with an offset', { observed_at: '2012-08-01T10:00:00.5+05:30' }, true],
    ['with the largest sequence', { sequence: Number.MAX_SAFE_INTEGER }, true],
    ['with a sequence beyond that', { sequence: 2 ** 53 }, false],
    ['with a negative sequence', { sequence: -1 }, false],
    ['with a sequence as text', { sequence: '17' }, false],
    ['with flags that are no list', { bound_flags: {} }, false],
  ])('%s: zod and JSON Schema agree', (_, change, isRight) => {
    const report = { ...REPORT, ...change };
    const schema = all.find(({ noun }) => noun === 'node-report')?.schema;
    expect([schema?.safeParse(report).success, ajvAccepts('node-report', report)]).toEqual([
      isRight,
      isRight,
    ]);
  });
});
