import { describe, expect, it } from 'vitest';
import { at, flag, manifest, NOW, report, sha } from '../../test/world/documents.ts';
import { FlagAudit } from '../model/flag-audit.ts';
import { FlagLifetimes } from '../model/flag-lifetimes.ts';
import type { FlagScan, ScannedFlag } from '../model/flag-scan.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import { type AuditQuestion, auditFlags } from './flag-audit.ts';
import { kindOf } from './flag-kind.ts';

const SITE = { file: 'a.ts', line: 3, column: 1, symbol: 'f', kind: 'read' } as const;

function scanned(name: string, more: Partial<ScannedFlag> = {}): ScannedFlag {
  return {
    flag: name,
    grade: 'evaluated',
    defined: true,
    definitions: [{ file: 'flags.json', line: 7, format: 'flagd' }],
    owner: 'team-a',
    owner_source: 'definition',
    last_modified: at(-86_400 * 10),
    last_modified_by: 'anna',
    type: 'boolean',
    default: null,
    purpose: null,
    target: null,
    meaning: `m:${name}`,
    state: 'live',
    verification: 'verified',
    sites: [SITE],
    ...more,
  };
}

function touched(name: string, days: number, ms = 0): ScannedFlag {
  return scanned(name, { last_modified: new Date(NOW - days * 86_400_000 - ms).toISOString() });
}

function scanOf(...flags: ScannedFlag[]): FlagScan {
  return { schema: 'haunted.flag-scan/v1', commit: 'abc', dirty: false, flags, unreadable: [] };
}

function of(generation: number, rows: FlagOwnership[], more: Partial<Manifest> = {}): Manifest {
  return manifest({ generation, binary_sha256: sha('b'), flag_ownership_table: rows, ...more });
}

function audit(more: Partial<AuditQuestion>): FlagAudit {
  const nothing = { scan: null, manifest: null, history: [], reports: [], kinds: {}, now: NOW };
  return FlagAudit.parse(auditFlags({ ...nothing, lifetimes: FlagLifetimes.parse({}), ...more }));
}

const names = ({ corpses }: FlagAudit): string[] =>
  corpses.map((corpse) => `${corpse.flag} ${corpse.state}${corpse.is_bound ? ' bound' : ''}`);

describe('the audit of a scan', () => {
  it('names what should be asleep or gone, bound ones first', () => {
    const scan = scanOf(
      scanned('asleep', { state: 'dormant' }),
      scanned('bound', { state: 'dormant_but_bound' }),
      scanned('gone', { state: 'retired', grade: 'absent', sites: [] }),
      scanned('live'),
      scanned('read-tombstone', { state: 'retired' }),
      scanned('tied', { state: 'shackled' }),
    );
    expect(names(audit({ scan }))).toEqual([
      'bound dormant_but_bound bound',
      'asleep dormant',
      'read-tombstone retired',
      'tied shackled',
    ]);
  });

  it('tells where a flag lives, what sets it, whose it is, and the ways out', () => {
    const { corpses, commit } = audit({ scan: scanOf(scanned("o'peg", { state: 'dormant_but_bound' })) });
    expect(commit).toBe('abc');
    expect(corpses).toEqual([
      {
        flag: "o'peg",
        state: 'dormant_but_bound',
        owner: 'team-a',
        last_modified: at(-86_400 * 10),
        last_modified_by: 'anna',
        untouched_days: 10,
        kind: null,
        stale_after_days: 30,
        is_stale: false,
        asleep_since: null,
        is_bound: true,
        bound_by: [{ by: 'definition', where: 'flags.json:7' }],
        is_tombstone_read: false,
        delete: [
          { file: 'a.ts', line: 3, symbol: 'f', kind: 'read' },
          { file: 'flags.json', line: 7, symbol: null, kind: 'definition' },
        ],
        shackle: String.raw`haunted flags audit --shackle 'o'\''peg' --flags flags.yaml`,
      },
    ]);
  });

  it('offers no shackle for what is shackled, nor for a tombstone, and says when one is read', () => {
    const scan = scanOf(scanned('tied', { state: 'shackled' }), scanned('tomb', { state: 'retired' }));
    const told = audit({ scan }).corpses.map((each) => [each.shackle, each.is_tombstone_read]);
    expect(told).toEqual([
      [null, false],
      [null, true],
    ]);
  });

  it('names a definition without a line by its file alone', () => {
    const definitions = [{ file: 'flags.json', line: null, format: 'flagd' }];
    const scan = scanOf(scanned('x', { state: 'dormant_but_bound', definitions }));
    expect(audit({ scan }).corpses[0]?.bound_by).toEqual([{ by: 'definition', where: 'flags.json' }]);
  });
});

describe('the audit of a manifest and its hosts', () => {
  const asleep = flag('peg', {
    state: 'dormant',
    where: [{ file: 'peg.c', line: 12, symbol: 'peg' }, { file: 'b.c' }],
  });

  it('takes the rows where nothing was scanned', () => {
    const { corpses, manifest: head } = audit({ manifest: of(2, [asleep, flag('live')]) });
    expect(head).toMatchObject({ generation: 2 });
    expect(corpses).toMatchObject([
      {
        flag: 'peg',
        is_bound: false,
        shackle: 'haunted flags audit --shackle peg --flags flags.yaml',
        delete: [
          { file: 'peg.c', line: 12, symbol: 'peg', kind: 'read' },
          { file: 'b.c', line: null, symbol: null, kind: 'read' },
        ],
      },
    ]);
  });

  it.each<[string, Partial<AuditQuestion>, string[]]>([
    ['the manifest', { manifest: of(1, [asleep], { bound_flags: ['peg'] }) }, ['manifest deployment-1']],
    [
      'what the manifest says of its state',
      { manifest: of(1, [{ ...asleep, state: 'dormant_but_bound' }]) },
      ['manifest deployment-1'],
    ],
    [
      'a sender that it names',
      { manifest: of(1, [{ ...asleep, senders: ['gateway'] }]) },
      ['sender gateway'],
    ],
    [
      'a host',
      {
        manifest: of(1, [asleep]),
        reports: [
          report('n1', sha('b'), {
            received_flags: undefined,
            bound_flags: [
              { flag: 'peg', source: 'env:PEG' },
              { flag: 'other', source: 'env:OTHER' },
            ],
          }),
        ],
      },
      ['host n1 env:PEG'],
    ],
    [
      'a sender that a host heard',
      {
        manifest: of(1, [{ ...asleep, state: 'retired' }]),
        reports: [
          report('n1', sha('b'), {
            received_flags: [
              { flag: 'peg', sender: 'gateway', last_seen_at: at(0) },
              { flag: 'other', sender: 'gateway', last_seen_at: at(0) },
            ],
          }),
        ],
      },
      ['sender gateway to n1'],
    ],
  ])('knows that it is set by %s', (_, question, expected) => {
    const { corpses } = audit(question);
    expect(corpses.map(({ flag: name, is_bound }) => [name, is_bound])).toEqual([['peg', true]]);
    expect(corpses[0]?.bound_by.map(({ by, where }) => `${by} ${where}`)).toEqual(expected);
  });

  it('lets a scan speak of the code, and a manifest of tombstones and shackles', () => {
    const rows = [asleep, flag('tied', { state: 'shackled' }), flag('tomb', { state: 'retired' })];
    const scan = scanOf(scanned('peg'), scanned('tied'), scanned('tomb'));
    expect(names(audit({ scan, manifest: of(1, rows) }))).toEqual(['tied shackled', 'tomb retired']);
  });

  it('takes who and when from the row when the scan does not know', () => {
    const scan = scanOf(
      scanned('peg', { state: 'dormant', owner: null, last_modified: null, last_modified_by: null }),
    );
    const row = { ...asleep, last_modified_by: 'bob' };
    expect(audit({ scan, manifest: of(1, [row]) }).corpses).toMatchObject([
      { owner: 'team-a', last_modified: at(-86_400), last_modified_by: 'bob', untouched_days: 1 },
    ]);
    const nobody = { ...asleep, owner: null, last_modified: null, where: undefined };
    expect(audit({ manifest: of(1, [nobody]) }).corpses).toMatchObject([
      {
        owner: null,
        last_modified: null,
        last_modified_by: null,
        untouched_days: null,
        is_stale: false,
        delete: [],
      },
    ]);
  });

  it.each<[string, Manifest | null, Manifest[], number | null]>([
    [
      'the first of the manifests in a row',
      of(4, [asleep]),
      [of(1, [flag('peg')]), of(2, [asleep]), of(3, [asleep])],
      2,
    ],
    ['the first there is', of(4, [asleep]), [of(3, [asleep])], 3],
    ['none when the newest has it live', null, [of(1, [asleep]), of(2, [flag('peg')])], null],
    ['the first after a gap', of(4, [asleep]), [of(2, [asleep]), of(3, [])], 4],
  ])('says since when it sleeps: %s', (_, newest, history, generation) => {
    const scan = scanOf(scanned('peg', { state: 'dormant' }));
    const [corpse] = audit({ scan, manifest: newest, history }).corpses;
    expect(corpse?.asleep_since?.generation ?? null).toBe(generation);
  });
});

describe('what is stale', () => {
  it('is a live flag untouched for longer than its kind may be', () => {
    const kinds = { 'ops-*': 'operational', 'kill-*': 'kill_switch', exp: 'experiment' } as const;
    const scan = scanOf(
      touched('exp', 41),
      touched('kill-all', 5000),
      touched('ops-a', 7, 86_399_999),
      touched('ops-b', 8),
      touched('plain-a', 30),
      touched('plain-b', 31),
      scanned('unknown', { last_modified: null, last_modified_by: null }),
    );
    const { stale } = audit({ scan, kinds });
    expect(
      stale.map(({ flag: name, untouched_days: days, stale_after_days: limit }) => [name, days, limit]),
    ).toEqual([
      ['exp', 41, 40],
      ['ops-b', 8, 7],
      ['plain-b', 31, 30],
    ]);
  });

  it('is told without a name where nobody is known', () => {
    const scan = scanOf(scanned('x', { state: 'dormant', last_modified_by: null }));
    expect(audit({ scan }).corpses[0]).toMatchObject({ untouched_days: 10, last_modified_by: null });
  });

  it('never lies in the future', () => {
    const scan = scanOf(scanned('x', { state: 'dormant', last_modified: at(86_400) }));
    expect(audit({ scan }).corpses[0]?.untouched_days).toBe(0);
  });
});

describe('the kind of a flag', () => {
  it.each<[string, Record<string, 'release' | 'operational'>, string | null]>([
    ['none', {}, null],
    ['by its name', { 'new-cart': 'release' }, 'release'],
    ['by its beginning', { 'new-*': 'release' }, 'release'],
    ['by its end', { '*-cart': 'release' }, 'release'],
    ['by what it holds', { '*-c*': 'release' }, 'release'],
    ['by anything', { '*': 'release' }, 'release'],
    ['by the longest that fits', { '*': 'release', 'new-*': 'operational' }, 'operational'],
    ['not by a part', { new: 'release' }, null],
  ])('is found %s', (_, kinds, expected) => {
    expect(kindOf('new-cart', kinds)).toBe(expected);
  });
});
