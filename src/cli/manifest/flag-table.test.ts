import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flag, manifest, messageFlag, sha } from '../../../test/world/documents.ts';
import { birthMeaning } from '../../decide/continuity.ts';
import { FlagEntry } from '../../model/flag-file.ts';
import type { FlagFile } from '../../model/flag-file.ts';
import { FlagOwnership } from '../../model/flag.ts';
import type { Manifest } from '../../model/manifest.ts';
import { canonicalize } from '../../seal/canonical.ts';
import { sha256Hex } from '../../seal/digest.ts';
import { draftFlagTable, type FlagTableDraft } from './flag-table.ts';
import { flagsOfFile } from './listed-flags.ts';

function digest(value: unknown): string {
  return sha256Hex(canonicalize(value));
}

function entry(more: Record<string, unknown> = {}): FlagEntry {
  return FlagEntry.parse({
    owner: 'team-a',
    purpose: 'route orders',
    type: 'boolean',
    state: 'live',
    bound: true,
    where: [{ file: 'rlp.c', line: 88, symbol: 'route_rlp' }],
    ...more,
  });
}

function draft(flags: FlagFile['flags'], previous: Manifest | null = null): FlagTableDraft {
  return draftFlagTable(flagsOfFile({ schema: 'haunted.flags/v1', flags }), previous, digest);
}

/** The table when these names are re-opened, after a previous manifest and others of the cluster. */
function reopened(
  flags: FlagFile['flags'],
  names: readonly string[],
  previous: Manifest | null,
  history: readonly Manifest[] = [],
): FlagTableDraft {
  const past = { history, reopened: new Set(names) };
  return draftFlagTable(flagsOfFile({ schema: 'haunted.flags/v1', flags }), previous, digest, past);
}

/** The manifest in which a table would be, as the next one finds it. */
function after(table: FlagTableDraft): Manifest {
  return manifest({
    generation: 1,
    binary_sha256: sha('a'),
    flag_ownership_table: table.rows.map(({ row }) => row),
    bound_flags: [...table.bound],
  });
}

describe('the table of a flags.yaml', () => {
  it('is in the order of names, lists what is bound, and fits the schema', () => {
    const table = draft({ b: entry(), a: entry({ bound: false }), B: entry() });
    expect(table.rows.map(({ row }) => row.flag)).toEqual(['B', 'a', 'b']);
    expect(table.bound).toEqual(['B', 'b']);
    for (const { row } of table.rows) expect(FlagOwnership.parse(row)).toEqual(row);
  });

  it('writes a row with everything the entry says', () => {
    const full = entry({
      target: 'orders.rlp',
      verification: 'verified',
      verified_by: 'ada',
      verified_at: '2012-07-25T00:00:00Z',
      travels_in: ['message'],
      senders: ['order-gateway'],
      unaware: 'ignore',
      last_modified: '2012-07-20T00:00:00Z',
      last_modified_by: 'bob',
    });
    const [row] = draft({ rlp: full }).rows;
    expect(row?.row).toEqual({
      flag: 'rlp',
      owner: 'team-a',
      last_modified: '2012-07-20T00:00:00Z',
      last_modified_by: 'bob',
      state: 'live',
      verification: 'verified',
      meaning: birthMeaning({ flag: 'rlp', ...full }, digest),
      type: 'boolean',
      purpose: 'route orders',
      target: 'orders.rlp',
      where: [{ file: 'rlp.c', line: 88, symbol: 'route_rlp' }],
      travels_in: ['message'],
      senders: ['order-gateway'],
      unaware: 'ignore',
    });
  });

  it.each([
    ['before it was modified', '2012-07-19T23:59:59Z', 'not_verified', true],
    ['at the very time it was modified', '2012-07-20T00:00:00Z', 'verified', false],
    ['at that time in another zone', '2012-07-20T02:00:00+02:00', 'verified', false],
  ])('takes a check made %s for what it is', (_, verified_at, verification, outdated) => {
    const checked = { verification: 'verified', verified_by: 'ada', verified_at };
    const [row] = draft({ rlp: entry({ ...checked, last_modified: '2012-07-20T00:00:00Z' }) }).rows;
    expect(row).toMatchObject({ row: { verification }, outdatedCheck: outdated });
  });

  it('believes a check of a flag that says not when it was modified', () => {
    const checked = { verification: 'verified', verified_by: 'ada', verified_at: '2012-07-19T00:00:00Z' };
    const [row] = draft({ rlp: entry(checked) }).rows;
    expect(row).toMatchObject({ row: { verification: 'verified' }, outdatedCheck: false });
  });

  it('inherits the meaning of the flag before it, and takes a stated one as it is', () => {
    const before = after(draft({ a: entry(), b: entry() }));
    const next = draft(
      {
        a: entry({ owner: 'team-b', where: [{ file: 'moved.c', line: 1, symbol: 'route_rlp' }] }),
        b: entry({ meaning: 'm:mine' }),
      },
      before,
    );
    expect(next.rows.map(({ origin }) => origin.kind)).toEqual(['inherited', 'stated']);
    expect(next.rows.map(({ row }) => row.meaning)).toEqual([
      before.flag_ownership_table[0]?.meaning,
      'm:mine',
    ]);
  });

  it('keeps a flag that is gone as a tombstone, with its code sites and without senders', () => {
    const gone = messageFlag('gone', { where: [{ file: 'g.c', line: 1, symbol: 'g' }] });
    const previous = manifest({
      generation: 1,
      binary_sha256: sha('a'),
      flag_ownership_table: [gone],
      bound_flags: ['gone'],
    });
    const table = draft({ rlp: entry() }, previous);
    expect(table.bound).toEqual(['rlp']);
    expect(table.rows[0]).toEqual({
      row: { ...gone, state: 'retired', travels_in: [], senders: [] },
      before: gone,
      origin: { kind: 'tombstone' },
      holds: true,
      outdatedCheck: false,
    });
  });

  it('knows whether a stated meaning is what would have been worked out', () => {
    const before = flag('rlp', { purpose: 'route orders', where: [] });
    const previous = manifest({ generation: 1, binary_sha256: sha('a'), flag_ownership_table: [before] });
    const holds = (more: Record<string, unknown>): boolean | undefined =>
      draft({ rlp: entry({ meaning: 'm:rlp', ...more }) }, previous).rows[0]?.holds;
    expect(holds({})).toBe(true);
    expect(holds({ type: 'string' })).toBe(false);
  });
});

const name = fc.constantFrom('a', 'b', 'c', 'd');
const anyEntry = fc.record({
  purpose: fc.constantFrom('one', 'two', 'three'),
  type: fc.constantFrom('boolean', 'string'),
  state: fc.constantFrom('live', 'dormant', 'retired'),
  bound: fc.boolean(),
  symbol: fc.constantFrom('f', 'g', 'h'),
});
const anyFlags = fc
  .dictionary(name, anyEntry)
  .map((flags) =>
    Object.fromEntries(
      Object.entries(flags).map(([key, { symbol, ...rest }]) => [
        key,
        entry({ ...rest, where: [{ file: 'x.c', symbol }] }),
      ]),
    ),
  );

describe('properties of a chain of tables', () => {
  it('a name never vanishes', () => {
    fc.assert(
      fc.property(fc.array(anyFlags, { minLength: 1, maxLength: 6 }), (chain) => {
        let previous: Manifest | null = null;
        const seen = new Set<string>();
        for (const flags of chain) {
          const table = draft(flags, previous);
          for (const key of Object.keys(flags)) seen.add(key);
          expect(table.rows.map(({ row }) => row.flag)).toEqual([...seen].sort());
          previous = after(table);
        }
      }),
    );
  });

  it('writing the same flags again changes no meaning, and a tombstone keeps its own', () => {
    fc.assert(
      fc.property(anyFlags, anyFlags, (first, second) => {
        const one = after(draft(first));
        const two = draft(second, one);
        const again = draft(second, after(two));
        expect(again.rows.map(({ row }) => row.meaning)).toEqual(two.rows.map(({ row }) => row.meaning));
        const tombstones = two.rows.filter(({ origin }) => origin.kind === 'tombstone');
        for (const { row, before } of tombstones) expect(row.meaning).toBe(before?.meaning);
      }),
    );
  });

  it('binds nothing that is not listed', () => {
    fc.assert(
      fc.property(anyFlags, anyFlags, (first, second) => {
        const table = draft(second, after(draft(first)));
        expect(table.bound.filter((key) => !Object.hasOwn(second, key))).toEqual([]);
      }),
    );
  });
});

describe('a re-opened name', () => {
  const first = after(draft({ rlp: entry() }));
  const [born = ''] = first.flag_ownership_table.map(({ meaning }) => meaning);

  it('gets a meaning it never had, although everything said of it is as it was', () => {
    const [row] = reopened({ rlp: entry() }, ['rlp'], first).rows;
    expect(row?.origin).toEqual({ kind: 'reopened', before: born });
    expect(row?.row.meaning).toMatch(/^m:[0-9a-f]{32}$/);
    expect(row?.row.meaning).not.toBe(born);
  });

  it('is known from the history, too, and the manifests after it inherit the new meaning', () => {
    const [row] = reopened({ rlp: entry() }, ['rlp'], null, [first]).rows;
    expect(row?.origin).toEqual({ kind: 'reopened', before: born });
    const second = after(reopened({ rlp: entry() }, ['rlp'], first));
    const [third] = draft({ rlp: entry() }, second).rows;
    expect(third?.row.meaning).toBe(second.flag_ownership_table[0]?.meaning);
  });

  it('may have a meaning that its entry states, if it is new', () => {
    const fresh = { rlp: entry({ meaning: 'm:rlp-2026' }) };
    const old = { rlp: entry({ meaning: born }) };
    expect(reopened(fresh, ['rlp'], first).rows[0]?.row.meaning).toBe('m:rlp-2026');
    expect(() => reopened(old, ['rlp'], first)).toThrow(
      /is re-opened and its entry states m:\S+, which it had before/,
    );
  });

  it.each<[string, string, FlagFile['flags']]>([
    ['the flag file does not list it', 'rlp', {}],
    ['no manifest given ever used it', 'peg', { peg: entry() }],
    ['no manifest given ever used it', 'peg', {}],
  ])('is refused when %s', (why, name, flags) => {
    expect(() => reopened(flags, [name], first)).toThrow(
      `--reopen "${name}" re-opens nothing, because ${why}`,
    );
  });

  it('is compared with what was last said of it, however long ago', () => {
    const silent = { ...first.flag_ownership_table[0], purpose: null, where: [] };
    const quiet = { ...first, generation: 2, flag_ownership_table: [FlagOwnership.parse(silent)] };
    const next = { rlp: entry({ purpose: 'something else', where: [{ file: 'a.c', symbol: 'peg' }] }) };
    expect(reopened(next, [], quiet, []).rows[0]?.origin.kind).toBe('inherited');
    expect(reopened(next, [], quiet, [first]).rows[0]?.origin.kind).toBe('reborn');
  });
});
