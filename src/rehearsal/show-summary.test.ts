import { describe, expect, it } from 'vitest';
import type { Flow } from './flow.ts';
import { FICTIONAL, FROM_THE_RECORD, hasExpectedExits, type Rehearsal } from './rehearsal.ts';
import { continued, showSummary } from './show-summary.ts';

const FLOW: Flow = {
  orders: 96,
  flags: ['power_peg'],
  filled_after_ms: 40,
  took_ms: 1_300,
  child_orders: 3_168,
  servers: [
    { hostname: 'smars-01', orders: 12, child_orders: 24, at_retail_venue: 24, ran_away: false },
    { hostname: 'smars-08', orders: 12, child_orders: 3_000, at_retail_venue: 0, ran_away: true },
  ],
  refusals: [],
};
const CHECK = {
  gate: 'rollback',
  exit: 2,
  verdict: 'BLOCK_ROLLBACK',
  servers_wrong_now: 1,
  servers_wrong_after: 8,
  file: 'verdicts/rollback.json',
  command:
    'haunted check rollback --to manifests/smars-old.json --plan plans/uninstall.json --current manifests/smars-rlp.json',
};
const REHEARSAL: Rehearsal = {
  schema: 'haunted.rehearsal/v1',
  scenario: 'knight-2012',
  folder: '/tmp/r',
  took_ms: 20_000,
  executables: [],
  safety_cap: 250,
  flows: [{ act: 2, name: 'forced_on', what: 'gate forced: seven new, one old', flow: FLOW }],
  checks: [CHECK],
  went_as_it_must: true,
  from_the_record: FROM_THE_RECORD,
  fictional: FICTIONAL,
};

describe('the summary', () => {
  it.each([80, 100])('fits a screen of %i columns', (columns) => {
    const lines = showSummary(REHEARSAL, { columns, isColoured: false }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  it('puts the counts of the market and what the gate foresaw side by side', () => {
    const text = showSummary(REHEARSAL, { columns: 100, isColoured: false });
    expect(text).toMatch(/act 2 gate forced: seven new, one old +96 +1 of 8 +3,168 +33\.0\n/);
    expect(text).toContain('servers_wrong_now: 1, servers_wrong_after: 8');
    expect(text).not.toContain('\u001b');
  });

  it('says what is from the record and what is not', () => {
    const text = showSummary(REHEARSAL, { columns: 100, isColoured: false }).replaceAll(/\s+/g, ' ');
    for (const line of [...FROM_THE_RECORD, ...FICTIONAL]) expect(text).toContain(line);
  });
});

describe('a long command', () => {
  it('goes on over several lines that a shell takes as one', () => {
    const lines = continued(CHECK.command, 60);
    expect(lines.length).toBe(3);
    expect(lines.map((line) => line.replace(/ \\$/, '').trim()).join(' ')).toBe(CHECK.command);
    expect(lines.map((line) => line.endsWith(' \\'))).toEqual([true, true, false]);
  });
});

describe('what the gates must say', () => {
  it.each([
    [[2, 2, 2, 0], true],
    [[2, 2, 2, 4], false],
    [[2, 2, 0, 0], false],
    [[2, 2, 2, null], false],
    [[2, 2, 2], false],
    [[], false],
  ])('%j: %s', (codes, expected) => {
    expect(hasExpectedExits(codes.map((exit) => ({ ...CHECK, exit })))).toBe(expected);
  });
});
