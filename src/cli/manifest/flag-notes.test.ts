import { describe, expect, it } from 'vitest';
import { flag, manifest, messageFlag, sha } from '../../../test/world/documents.ts';
import { FlagEntry } from '../../model/flag-file.ts';
import type { FlagOwnership } from '../../model/flag.ts';
import type { Manifest } from '../../model/manifest.ts';
import { canonicalize } from '../../seal/canonical.ts';
import { sha256Hex } from '../../seal/digest.ts';
import { notesOn } from './flag-notes.ts';
import { draftFlagTable } from './flag-table.ts';
import { flagsOfFile } from './listed-flags.ts';

const RLP = {
  owner: 'team-a',
  purpose: 'route orders',
  type: 'boolean',
  state: 'live',
  bound: true,
} as const;
const SITE = [{ file: 'rlp.c', line: 88, symbol: 'route_rlp' }];
const BEFORE: Partial<FlagOwnership> = { purpose: 'route orders', where: SITE };

/** The notes as `loud: text` or `quiet: text`. */
function notes(
  entry: Record<string, unknown> | null,
  before: Partial<FlagOwnership> | null,
  history: readonly Manifest[] = [],
): string[] {
  const rows = before === null ? [] : [flag('rlp', before)];
  const previous = manifest({ generation: 1, binary_sha256: sha('a'), flag_ownership_table: rows });
  const flags = entry === null ? {} : { rlp: FlagEntry.parse({ ...RLP, where: SITE, ...entry }) };
  const table = draftFlagTable(flagsOfFile({ schema: 'haunted.flags/v1', flags }), previous, (value) =>
    sha256Hex(canonicalize(value)),
  );
  return notesOn(table, history).map(({ loud, text }) => `${loud ? 'loud' : 'quiet'}: ${text}`);
}

function life(id: string, meaning: string): Manifest {
  return manifest({
    generation: 1,
    binary_sha256: sha('a'),
    deployment_id: id,
    flag_ownership_table: [messageFlag('rlp', { meaning }), flag('other')],
  });
}

describe('the notes on flags', () => {
  it.each<[string, Record<string, unknown> | null, Partial<FlagOwnership> | null]>([
    ['a new flag', {}, null],
    ['a flag that stayed as it was', {}, BEFORE],
    ['a moved line and a new owner', { owner: 'team-b', where: [{ ...SITE[0], line: 90 }] }, BEFORE],
    ['a purpose that stayed where no function was known', { where: [] }, { ...BEFORE, where: [] }],
    ['a function that stayed where no purpose was said before', {}, { ...BEFORE, purpose: null }],
    ['a tombstone that was one before', null, { ...BEFORE, state: 'retired' }],
    [
      'a tombstone written out in the file',
      { state: 'retired', bound: false },
      { ...BEFORE, state: 'retired' },
    ],
    ['a stated meaning that would have been inherited', { meaning: 'm:rlp' }, BEFORE],
    ['a stated meaning of a new flag', { meaning: 'm:mine' }, null],
  ])('are none for %s', (_, entry, before) => {
    expect(notes(entry, before)).toEqual([]);
  });

  it.each<[string, Record<string, unknown> | null, Partial<FlagOwnership>, RegExp]>([
    [
      'another function behind the name',
      { purpose: 'peg', where: [{ file: 'p.c', symbol: 'peg' }] },
      BEFORE,
      /^loud: 'rlp' now has two meanings: m:rlp before, m:[0-9a-f]{32} now \(neither its purpose nor any function that reads it is the same\)\. The deploy gate will block this.*`meaning: m:rlp`/,
    ],
    ['another type', { type: 'string' }, BEFORE, /^loud: .* \(its type was boolean and is string\)/],
    [
      'another target',
      { target: 'b' },
      { ...BEFORE, target: 'a' },
      /^loud: .* \(it was bound to a and is bound to b\)/,
    ],
    [
      'another meaning that somebody stated',
      { meaning: 'm:mine' },
      BEFORE,
      /^loud: 'rlp' now has two meanings: m:rlp before, m:mine now, as its entry says\. The deploy gate/,
    ],
    [
      'a meaning that only its entry keeps',
      { meaning: 'm:rlp', type: 'string' },
      BEFORE,
      /^quiet: 'rlp' keeps m:rlp because its entry says so/,
    ],
    [
      'a purpose worded anew',
      { purpose: 'retail orders' },
      BEFORE,
      /^quiet: 'rlp' keeps m:rlp although its purpose is worded anew: route_rlp still reads it/,
    ],
    [
      'functions that are all others',
      { where: [{ file: 'rlp.c', symbol: 'other' }] },
      BEFORE,
      /^quiet: 'rlp' keeps m:rlp because its purpose is the same; none of the functions/,
    ],
    [
      'a function that is like the one before, where no purpose was said',
      { where: [{ file: 'rlp.c', symbol: 'route_retail' }] },
      { ...BEFORE, purpose: null },
      /^quiet: 'rlp' keeps m:rlp because route_retail, which reads it now, looks like route_rlp, which read it before\. If/,
    ],
    [
      'a live flag that is gone',
      null,
      BEFORE,
      /^loud: 'rlp' is no longer .* kept as retired.* It was live before/,
    ],
    [
      'a bound corpse that is gone',
      null,
      { ...BEFORE, state: 'dormant_but_bound' },
      /^loud: .* It was dormant_but_bound before/,
    ],
    [
      'a sleeping flag that is gone',
      null,
      { ...BEFORE, state: 'dormant' },
      /^quiet: 'rlp' is no longer .* kept as retired, so that its name stays taken\.$/,
    ],
    [
      'a tombstone that is back',
      {},
      { ...BEFORE, state: 'retired' },
      /^loud: 'rlp' was retired and is back \(live\)/,
    ],
  ])('are one for %s', (_, entry, before, text) => {
    const [note, ...others] = notes(entry, before);
    expect(note).toMatch(text);
    expect(others).toEqual([]);
  });

  it('tells of a check that is older than the code', () => {
    const checked = {
      verification: 'verified',
      verified_by: 'ada',
      verified_at: '2012-07-01T00:00:00Z',
      last_modified: '2012-07-02T00:00:00Z',
    };
    expect(notes(checked, null)).toEqual([
      "loud: 'rlp' was modified after it was verified, so it is written down as not_verified: check it again.",
    ]);
  });

  it('finds a name that is taken anywhere in the history, and says it once', () => {
    const history = [life('smars_2011', 'm:rlp'), life('smars_2003', 'm:peg'), life('smars_2002', 'm:peg')];
    expect(notes({}, BEFORE, history)).toEqual([
      "loud: 'rlp' meant m:peg in smars_2003 and means m:rlp now. The deploy gate will block this: the name is taken.",
    ]);
    expect(notes({ state: 'retired', bound: false }, BEFORE, history)).toEqual([]);
  });
});
