import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollbackType } from '../model/incident-terms.ts';
import { Incident } from '../model/incident.ts';
import { VERDICT_WORDS } from '../model/verdict.ts';
import { assessIncident } from './assess.ts';
import { draftRecord } from './draft-record.ts';
import { redactStory, redaction } from './redact.ts';
import type { RollbackStory } from './rollback-story.ts';

const server = (
  hostname: string,
  ...codes: string[]
): { hostname: string; wrong: boolean; codes: string[] } => ({
  hostname,
  wrong: codes.length > 0,
  codes,
});

const STORY: RollbackStory = {
  ledger: 'l-1',
  entries: { first: 7, last: 19 },
  cluster: 'smars',
  change: 'rollback-1',
  pressed_by: 'dana',
  actor: 'operator',
  reason: 'orders look wrong',
  begun: '2024-03-12T10:00:00.000Z',
  ended: { time: '2024-03-12T10:01:00.000Z', outcome: 'done', exit_status: 0, signal: null, reason: null },
  from: { deployment_id: 'smars-42', generation: 42 },
  to: { deployment_id: 'smars-41', generation: 41 },
  before: {
    time: '2024-03-12T10:00:00.000Z',
    verdict: 'ALLOW_ROLLBACK',
    codes: [],
    servers: [server('n1'), server('n2', 'binary_mismatch', 'orphan_flag'), server('n3')],
    wrong_now: 1,
    wrong_after: 0,
  },
  after: {
    time: '2024-03-12T10:02:00.000Z',
    verdict: 'QUARANTINE',
    codes: ['not_proven'],
    servers: [server('n1'), server('n2', 'binary_mismatch')],
  },
  silent: ['n3'],
  quarantine: { opened: '2024-03-12T10:02:00.000Z', released: null },
  rollback_type: 'buried',
  facts: ['1 of 3 servers were wrong before'],
  is_corrected: false,
};
const NOW = Date.parse('2026-01-01T00:00:00Z');

const withBefore = (change: Partial<NonNullable<RollbackStory['before']>>): RollbackStory => ({
  ...STORY,
  before: STORY.before === null ? null : { ...STORY.before, ...change },
});

describe('draftRecord', () => {
  it.each([
    [
      'before',
      STORY,
      'By the gate’s count 2 of 3 servers were well with smars-42 in force: n1, n3. Wrong: n2 (binary_mismatch, orphan_flag).',
    ],
    [
      'before',
      { ...STORY, from: null },
      'By the gate’s count 2 of 3 servers were well: n1, n3. Wrong: n2 (binary_mismatch, orphan_flag).',
    ],
    [
      'before',
      withBefore({ servers: [server('n1')] }),
      'By the gate’s count 1 of 1 server was well with smars-42 in force: n1. None was wrong.',
    ],
    [
      'before',
      withBefore({ servers: [server('n1', 'x')] }),
      'By the gate’s count 0 of 1 server were well with smars-42 in force. Wrong: n1 (x).',
    ],
    ['before', withBefore({ servers: null }), 'By the gate’s count 1 server of the cluster was wrong.'],
    ['before', withBefore({ servers: null, wrong_now: null }), null],
    ['before', { ...STORY, before: null }, null],
    ['after', STORY, '1 of 3 servers proved smars-41: n1. Wrong: n2 (binary_mismatch). Without a proof: n3.'],
    [
      'after',
      { ...STORY, to: null, silent: [] },
      '1 of 2 servers proved what they had to run: n1. Wrong: n2 (binary_mismatch).',
    ],
    ['after', { ...STORY, after: null }, null],
  ] as const)('%s: what was counted, and null for what nobody counted', (when, story, words) => {
    expect(draftRecord(story).healthy_nodes[when]).toBe(words);
  });

  it.each([
    [{ outcome: 'failed', exit_status: 7 }, 'its command failed (exit status 7) at'],
    [{ outcome: 'failed', exit_status: null, signal: 'SIGKILL' }, 'its command failed (SIGKILL) at'],
    [
      { outcome: 'abandoned', exit_status: null, reason: 'the laptop died' },
      'was given up, and nobody knows how it ended: the laptop died at',
    ],
    [{ outcome: 'interrupted' }, 'its command was interrupted at'],
  ] as const)('says how the command ended: %j', (ended, words) => {
    expect(draftRecord({ ...STORY, ended: { ...STORY.ended, ...ended } }).safety_action).toContain(words);
  });

  it.each([
    [STORY, 1],
    [{ ...STORY, rollback_type: 'clean' } as const, 0],
    [{ ...STORY, rollback_type: 'killed' } as const, 0],
    [withBefore({ codes: ['bypass_active'] }), 0],
    [withBefore({ verdict: 'HOLD' }), 0],
    [{ ...STORY, before: null }, 0],
  ])('judges the simulation only where it was asked, believed, and harm followed', (story, count) => {
    expect(draftRecord(story).checks).toHaveLength(count);
  });

  it.each([
    [null, /said QUARANTINE \(not_proven\) at 2024-03-12 10:02 UTC\.$/],
    [STORY.quarantine, /The quarantine of 2024-03-12 10:02 UTC is open\.$/],
    [
      { opened: '2024-03-12T10:02:00Z', released: { time: '2024-03-12T11:00:00Z', by: 'proof' } },
      /ended at 2024-03-12 11:00 UTC, by proof\.$/,
    ],
    [
      { opened: '2024-03-12T10:02:00Z', released: { time: '2024-03-12T11:00:00+02:00', by: 'operator' } },
      /ended at 2024-03-12 11:00\+02:00, by an operator’s word and not by proof\.$/,
    ],
  ] as const)('says what became of the quarantine', (quarantine, words) => {
    expect(draftRecord({ ...STORY, quarantine }).notes).toMatch(words);
  });

  it('lacks exactly what a ledger cannot know', () => {
    expect(assessIncident(draftRecord(STORY), NOW).map(({ field }) => field)).toEqual([
      'id',
      'title',
      'vendor',
      'systems',
      'trigger',
      'sources',
    ]);
    const promoted = draftRecord({ ...STORY, rollback_type: 'promoted_wrong_state' });
    expect(assessIncident(promoted, NOW).map(({ field }) => field)).toContain('kind');
  });

  // Texts as a ledger may hold them: any script, direction marks, the greatest length.
  const text = fc.oneof(
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 40 })
      .map((units) => String.fromCharCode(...units)),
    fc.constant('x'.repeat(4_096)),
    fc.constant('\u202eevil\u2066'),
  );
  const servers = fc.array(
    fc.record({ hostname: text, wrong: fc.boolean(), codes: fc.array(text, { maxLength: 3 }) }),
    { maxLength: 8 },
  );
  const said = {
    time: fc.constant('2024-03-12T10:00:00Z'),
    verdict: fc.constantFrom(...VERDICT_WORDS),
    codes: fc.array(text, { maxLength: 3 }),
    servers: fc.option(servers),
  };
  const story: fc.Arbitrary<RollbackStory> = fc.record({
    ...(Object.fromEntries(Object.entries(STORY).map(([key, value]) => [key, fc.constant(value)])) as {
      [K in keyof RollbackStory]: fc.Arbitrary<RollbackStory[K]>;
    }),
    cluster: text,
    pressed_by: text,
    reason: fc.option(text),
    before: fc.option(
      fc.record({ ...said, wrong_now: fc.option(fc.nat()), wrong_after: fc.option(fc.nat()) }),
    ),
    after: fc.option(fc.record(said)),
    silent: fc.array(text, { maxLength: 5 }),
    facts: fc.array(text, { maxLength: 5 }),
    rollback_type: fc.constantFrom(...RollbackType.options),
  });

  it('passes the schema of a record whatever a ledger holds, redacted or not', () => {
    fc.assert(
      fc.property(story, (each) => {
        const secrets = { hosts: each.silent, people: [each.pressed_by] };
        expect(Incident.safeParse(draftRecord(each)).error?.issues).toBeUndefined();
        expect(
          Incident.safeParse(draftRecord(redactStory(each, redaction(secrets)))).error?.issues,
        ).toBeUndefined();
      }),
    );
  });
});
