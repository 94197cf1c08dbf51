import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentOf } from '../../test/document-arbitrary.ts';
import { NOW, opened, verified } from '../../test/world/documents.ts';
import { Manifest } from '../model/manifest.ts';
import { NodeReport } from '../model/node-report.ts';
import type { Intent } from '../model/intent.ts';
import { RollbackPlan } from '../model/plan.ts';
import { Policy } from '../model/policy.ts';
import { Instant } from '../model/text.ts';
import { EXIT_BY_VERDICT, Verdict } from '../model/verdict.ts';
import type { Evidence, OpenedManifest, RefusalReason } from '../model/verified.ts';
import { decide } from './decide.ts';

/** Anything that the schemas let through, whatever else is odd about it, has an answer. */

// Things that meet only if they are often called the same.
const HOSTS = ['n1', 'n2', 'N1', 'n-1.example', 'x'.repeat(253)];
const FLAGS = ['x', '__proto__', 'constructor', '命', '😀', 'e\u0301', 'x y', 'a'.repeat(256)];
const MEANINGS = ['m:1', 'm:2', 'toString'];
const CLUSTERS = ['smars', 'other', 'smars '];
const DIGESTS = ['a', 'b', '0'].map((letter) => letter.repeat(64));
const INSTANTS = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-14:00',
  '2012-08-01T10:00:00Z',
  '2012-08-01T12:00:00.000000001+02:00',
];

const REASONS: RefusalReason[] = [
  'unsigned',
  'bad_signature',
  'digest_mismatch',
  'wrong_subject',
  'malformed',
];

/** Gives every field that names something one of few names, here and there, so that documents speak of the same things. */
function meeting(value: unknown, next: () => number, key = ''): unknown {
  const one = <T>(choices: readonly T[]): T | undefined => choices[next() % choices.length];
  if (Array.isArray(value)) return value.map((each) => meeting(each, next, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, meeting(each, next, name)]));
  }
  if (typeof value !== 'string' || next() % 5 === 0) return value;
  if (key === 'hostname' || key === 'cluster_inventory' || key === 'source_node') return one(HOSTS);
  if (key === 'flag' || key === 'bound_flags' || key === 'withdraw_flags') return one(FLAGS);
  if (key === 'meaning') return one(MEANINGS);
  if (key === 'cluster') return one(CLUSTERS);
  if (key.endsWith('sha256') && key !== 'manifest_sha256') return one(DIGESTS);
  if (key.endsWith('_at') || key === 'until') return one(INSTANTS);
  return value;
}

function made<T>(
  schema: { parse: (value: unknown) => T } & Parameters<typeof documentOf>[0],
): fc.Arbitrary<T> {
  return fc
    .tuple(documentOf(schema), fc.infiniteStream(fc.nat({ max: 9999 })))
    .map(([document, stream]) => schema.parse(meeting(document, () => Number(stream.next().value))));
}

const anyOpened: fc.Arbitrary<OpenedManifest> = fc.oneof(
  { weight: 6, arbitrary: made(Manifest).map(opened) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...REASONS).map((reason): OpenedManifest => ({
      ok: false,
      refused: { reason, detail: 'so it is', source: 'a\nb\u0000.json', claimed_hostname: null },
    })),
  },
);

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

const intents: fc.Arbitrary<Intent> = fc.oneof(
  fc.record({
    gate: fc.constant('deploy' as const),
    manifest: anyOpened,
    current: anyOpened,
    plan: maybe(made(RollbackPlan)),
  }),
  fc.record({ gate: fc.constant('activate' as const), manifest: anyOpened, current: maybe(anyOpened) }),
  fc.record({
    gate: fc.constant('rollback' as const),
    target: maybe(anyOpened),
    current: maybe(anyOpened),
    plan: maybe(made(RollbackPlan)),
  }),
  fc.record({
    gate: fc.constant('proof' as const),
    manifest: anyOpened,
    current: maybe(anyOpened),
    plan: maybe(made(RollbackPlan)),
    event_id: fc.constantFrom('e1', '😀'),
    nonce: fc.constantFrom('n', '__proto__'),
  }),
);

const evidences: fc.Arbitrary<Evidence> = fc.record({
  reports: fc.array(made(NodeReport).map(verified), { maxLength: 5 }),
  refused: fc.array(
    fc.record({
      reason: fc.constantFrom(...REASONS),
      detail: fc.string(),
      source: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('/'.repeat(5000))),
      claimed_hostname: fc.constantFrom(null, ...HOSTS),
    }),
    { maxLength: 3 },
  ),
  unreachable: fc.array(fc.record({ hostname: fc.constantFrom(...HOSTS), detail: fc.string() }), {
    maxLength: 3,
  }),
  history: fc.array(anyOpened, { maxLength: 4 }),
});

const times = fc.oneof(
  fc.constant(NOW),
  fc
    .constantFrom(...INSTANTS.filter((instant) => !instant.includes('-14:00')))
    .map((instant) => Date.parse(instant)),
);

describe('the judge', () => {
  it('answers whatever the schemas let through, with a verdict that its own schema lets through', () => {
    fc.assert(
      fc.property(evidences, intents, made(Policy), times, (evidence, intent, policy, now) => {
        const verdict = decide(evidence, intent, policy, now);
        expect(Verdict.safeParse(verdict).error?.issues).toBeUndefined();
        expect(EXIT_BY_VERDICT).toHaveProperty(verdict.verdict);
        expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
        expect(decide(evidence, intent, policy, now)).toEqual(verdict);
      }),
      { numRuns: 400, seed: 20_120_801 },
    );
  });

  it.each(INSTANTS)('can read the time %s wherever the schemas let it through', (instant) => {
    expect(Instant.safeParse(instant).success).toBe(true);
    expect(Date.parse(instant)).not.toBeNaN();
  });

  it('can read any instant that the schema lets through', () => {
    fc.assert(
      fc.property(documentOf(Instant), (instant) => {
        expect(Date.parse(String(instant))).not.toBeNaN();
      }),
      { numRuns: 2000, seed: 20_120_801 },
    );
  });
});
