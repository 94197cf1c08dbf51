import { describe, expect, it } from 'vitest';
import { FlagScan } from '../../model/flag-scan.ts';
import type { FlagDefinition } from '../../model/flag-definition.ts';
import type { FlagEntry } from '../../model/flag-file.ts';
import type { FlagOwnership } from '../../model/flag.ts';
import type { Site } from '../../scan/source-tree.ts';
import { canonicalize } from '../../seal/canonical.ts';
import { sha256Hex } from '../../seal/digest.ts';
import { composeScan, type LastTouch } from './compose-scan.ts';
import { contradictionsIn, mergeDefinitions } from './merge-definitions.ts';

const DEFINITION: FlagDefinition = {
  flag: 'new-cart',
  format: 'flagd',
  file: 'flags.json',
  line: 3,
  owner: null,
  type: 'boolean',
  default: false,
  purpose: null,
  target: null,
  state: null,
  bound: null,
  last_modified: null,
  last_modified_by: null,
  expires: null,
  entry: null,
};
const ENTRY: FlagEntry = {
  owner: 'team-cart',
  purpose: 'the new cart',
  type: 'boolean',
  state: 'live',
  bound: true,
  verification: 'verified',
  verified_by: 'ada',
  verified_at: '2026-03-01T00:00:00Z',
  travels_in: [],
  senders: [],
  unaware: 'refuse',
  where: [],
  last_modified: null,
};
const READ: Site = {
  flag: 'new-cart',
  file: 'src/cart.ts',
  line: 7,
  column: 3,
  symbol: 'openCart',
  kind: 'read',
  via: null,
  type: null,
};
const MENTION: Site = { ...READ, line: 9, kind: 'mention' };

type Given = {
  readonly definitions?: readonly FlagDefinition[];
  readonly sites?: readonly Site[];
  readonly touches?: Readonly<Record<string, LastTouch>>;
  readonly dirty?: boolean;
  readonly commit?: string | null;
  readonly previous?: readonly FlagOwnership[];
};

function scanOf({
  definitions = [],
  sites = [],
  touches = {},
  dirty = false,
  commit = 'c1',
  previous = [],
}: Given) {
  const scan = composeScan({
    definitions: mergeDefinitions(definitions),
    reading: { sites, unreadable: [] },
    commit,
    dirty,
    placeOf: (file) => file,
    touchOf: (file, line) => touches[`${file}:${line}`] ?? null,
    ownershipOf: () => ({ owner: null, owner_source: null }),
    previous: new Map(previous.map((row) => [row.flag, row])),
    digest: (value) => sha256Hex(canonicalize(value)),
  });
  return FlagScan.parse(scan);
}

function flagOf(given: Given) {
  const [flag] = scanOf(given).flags;
  if (flag === undefined) throw new Error('no flag');
  return flag;
}

const file = (entry: Partial<FlagEntry>): FlagDefinition => {
  const whole = { ...ENTRY, ...entry };
  return { ...DEFINITION, format: 'flags.yaml', state: whole.state, bound: whole.bound, entry: whole };
};

describe('the grade and the state of a flag', () => {
  it.each([
    ['read and defined', { definitions: [DEFINITION], sites: [READ] }, 'evaluated', 'live'],
    ['read and defined nowhere', { sites: [READ] }, 'evaluated', 'dormant'],
    ['defined and only named', { definitions: [DEFINITION], sites: [MENTION] }, 'mentioned', 'dormant'],
    ['defined and nowhere', { definitions: [DEFINITION] }, 'absent', 'dormant'],
    [
      'set and read nowhere',
      { definitions: [{ ...DEFINITION, bound: true }] },
      'absent',
      'dormant_but_bound',
    ],
    ['set and read', { definitions: [{ ...DEFINITION, bound: true }], sites: [READ] }, 'evaluated', 'live'],
    [
      'shackled and read',
      { definitions: [file({ state: 'shackled', bound: false })], sites: [READ] },
      'evaluated',
      'shackled',
    ],
    [
      'archived and set',
      { definitions: [{ ...DEFINITION, state: 'retired' as const, bound: true }] },
      'absent',
      'retired',
    ],
    [
      'not bound by flags.yaml, set by another file, and read nowhere',
      { definitions: [file({ bound: false }), { ...DEFINITION, bound: true }] },
      'absent',
      'dormant_but_bound',
    ],
    ['called live and read nowhere', { definitions: [file({ bound: false })] }, 'absent', 'dormant'],
    [
      'called dormant and read',
      { definitions: [file({ state: 'dormant', bound: false })], sites: [READ] },
      'evaluated',
      'dormant',
    ],
  ])('%s', (_, given, grade, state) => {
    expect(flagOf(given)).toMatchObject({ grade, state });
  });

  it('does not take its name in its own definition for a mention', () => {
    const inside = { ...MENTION, file: 'flags.json' };
    expect(flagOf({ definitions: [DEFINITION], sites: [inside] })).toMatchObject({
      grade: 'absent',
      sites: [],
    });
  });

  it('lists no name that is merely mentioned, and tells of one that is no name', () => {
    const scan = scanOf({ sites: [MENTION, { ...READ, flag: '' }, { ...READ, flag: 'a\u0000b', line: 8 }] });
    expect(scan.flags).toEqual([]);
    expect(scan.unreadable.map(({ file }) => file)).toEqual(['src/cart.ts', 'src/cart.ts']);
  });
});

describe('the last touch of a flag', () => {
  const touches = {
    'flags.json:3': { at: '2026-01-01T00:00:00Z', by: 'ada' },
    'src/cart.ts:7': { at: '2026-02-01T00:00:00Z', by: 'bob' },
    'src/cart.ts:9': { at: '2026-09-01T00:00:00Z', by: 'a mention' },
  };

  it.each([
    ['of the read', { touches }, '2026-02-01T00:00:00Z', 'bob'],
    [
      'of the definition',
      { touches: { 'flags.json:3': touches['flags.json:3'] } },
      '2026-01-01T00:00:00Z',
      'ada',
    ],
    ['nobody’s', {}, null, null],
  ])('is the later one: %s', (_, given, at, by) => {
    expect(flagOf({ definitions: [DEFINITION], sites: [READ, MENTION], ...given })).toMatchObject({
      last_modified: at,
      last_modified_by: by,
    });
  });

  it('may be what the definition says of itself', () => {
    const said = { ...DEFINITION, last_modified: '2026-02-01T02:00:00+01:00', last_modified_by: 'eve' };
    expect(flagOf({ definitions: [said], sites: [READ], touches })).toMatchObject({
      last_modified_by: 'eve',
    });
  });
});

describe('a verified flag', () => {
  const touches = { 'src/cart.ts:7': { at: '2026-03-01T00:00:00Z', by: 'bob' } };
  const sound = { definitions: [file({})], sites: [READ], touches };

  it.each([
    ['was checked when it was last touched', {}, 'verified'],
    [
      'was touched after the check',
      { definitions: [file({ verified_at: '2026-02-28T23:59:59Z' })] },
      'not_verified',
    ],
    ['lies in a dirty tree', { dirty: true }, 'not_verified'],
    ['lies in no commit', { commit: null }, 'not_verified'],
    ['has a history that nobody knows', { touches: {} }, 'not_verified'],
    ['was never checked', { definitions: [DEFINITION] }, 'not_verified'],
  ])('%s', (_, given, verification) => {
    expect(flagOf({ ...sound, ...given }).verification).toBe(verification);
  });
});

describe('the meaning of a flag', () => {
  it('is born of what it selects, and lines do not matter', () => {
    const here = flagOf({ definitions: [DEFINITION], sites: [READ] });
    expect(here.meaning).toMatch(/^m:[0-9a-f]{32}$/);
    expect(flagOf({ definitions: [DEFINITION], sites: [{ ...READ, line: 99 }] }).meaning).toBe(here.meaning);
    expect(flagOf({ definitions: [DEFINITION], sites: [{ ...READ, symbol: 'other' }] }).meaning).not.toBe(
      here.meaning,
    );
  });

  it('is inherited while a function that read it still reads it, and stated where somebody wrote it down', () => {
    const before: FlagOwnership = {
      flag: 'new-cart',
      owner: null,
      last_modified: null,
      state: 'live',
      verification: 'not_verified',
      meaning: 'm:before',
      type: 'boolean',
      where: [{ file: 'lib/old.ts', line: 1, symbol: 'openCart' }],
    };
    const given = { definitions: [DEFINITION], sites: [READ], previous: [before] };
    expect(flagOf(given).meaning).toBe('m:before');
    expect(flagOf({ ...given, sites: [{ ...READ, symbol: 'closeCart' }] }).meaning).not.toBe('m:before');
    expect(flagOf({ ...given, definitions: [file({ meaning: 'm:said' })] }).meaning).toBe('m:said');
  });
});

describe('several definitions of one flag', () => {
  it('are merged: flags.yaml wins, then the file named first', () => {
    const foreign = { ...DEFINITION, purpose: 'foreign', default: true, bound: true };
    const second = { ...DEFINITION, file: 'b.json', purpose: 'second', target: 'pref', bound: false };
    const own = { ...file({ bound: false }), purpose: 'own', default: null };
    const [merged] = mergeDefinitions([foreign, second, own]).values();
    expect(merged).toMatchObject({ purpose: 'own', default: true, target: 'pref', bound: true });
    expect(merged?.all.map(({ file }) => file)).toEqual(['flags.json', 'flags.json', 'b.json']);
    expect(mergeDefinitions([second, foreign]).get('new-cart')).toMatchObject({
      purpose: 'second',
      bound: true,
    });
  });
});

describe('definitions that contradict each other', () => {
  const own = { ...file({ bound: false }), file: 'flags.yaml' };
  it.each([
    ['set', [own, { ...DEFINITION, bound: true }], ['flags.yaml says not set, flags.json says set']],
    [
      'type',
      [own, { ...DEFINITION, type: 'string' as const }],
      ['flags.yaml says boolean, flags.json says string'],
    ],
    ['nothing, when one is silent', [own, { ...DEFINITION, type: null }], []],
    ['nothing, when flags differ', [own, { ...DEFINITION, flag: 'b', bound: true }], []],
  ])('are named: %s', (_, definitions, clauses) => {
    expect(contradictionsIn(definitions)).toEqual(clauses.map((clause) => expect.stringContaining(clause)));
  });
});
