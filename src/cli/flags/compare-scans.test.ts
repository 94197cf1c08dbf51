import { describe, expect, it } from 'vitest';
import type { FlagScan, ScannedFlag, ScanSite } from '../../model/flag-scan.ts';
import { compareScans } from './compare-scans.ts';

const SITE: ScanSite = { file: 'a.ts', line: 1, column: 1, symbol: 'f', kind: 'read' };
const LIVE: ScannedFlag = {
  flag: 'x',
  grade: 'evaluated',
  defined: true,
  definitions: [{ file: 'flags.json', line: 1, format: 'flagd' }],
  owner: null,
  owner_source: null,
  last_modified: null,
  last_modified_by: null,
  type: 'boolean',
  default: null,
  purpose: null,
  target: null,
  meaning: 'm:x',
  state: 'live',
  verification: 'not_verified',
  sites: [SITE],
};
const ORPHAN: ScannedFlag = { ...LIVE, defined: false, state: 'dormant', type: null };
const UNREAD: ScannedFlag = { ...LIVE, grade: 'absent', state: 'dormant', sites: [] };
const BOUND: ScannedFlag = { ...UNREAD, state: 'dormant_but_bound' };

function scan(flag: ScannedFlag | null): FlagScan {
  const flags = flag === null ? [] : [flag];
  return { schema: 'haunted.flag-scan/v1', commit: 'c', dirty: false, flags, unreadable: [] };
}

describe('since the base commit', () => {
  it.each<[string, ScannedFlag | null, ScannedFlag | null, string[]]>([
    ['nothing changed', LIVE, LIVE, []],
    ['a flag came, whole', null, LIVE, []],
    ['a flag went, whole', LIVE, null, []],
    ['a line moved in an orphan', ORPHAN, { ...ORPHAN, sites: [{ ...SITE, line: 9 }] }, []],
    ['a read came that nothing defines', null, ORPHAN, ['worse read_not_defined']],
    [
      'an orphan is read once more',
      ORPHAN,
      { ...ORPHAN, sites: [SITE, { ...SITE, line: 2 }] },
      ['worse read_not_defined'],
    ],
    [
      'an orphan is read elsewhere',
      ORPHAN,
      { ...ORPHAN, sites: [{ ...SITE, symbol: 'g' }] },
      ['worse read_not_defined'],
    ],
    ['a definition went and the code stayed', LIVE, ORPHAN, ['worse removed_while_read']],
    ['the type changed', LIVE, { ...LIVE, type: 'number' }, ['worse type_changed']],
    ['the type is said for the first time', { ...LIVE, type: null }, LIVE, []],
    ['the code went and the definition stayed', LIVE, UNREAD, ['neutral no_longer_read']],
    ['the code went and something sets the flag', LIVE, BOUND, ['worse no_longer_read']],
    ['a definition came before its code', null, UNREAD, ['neutral defined_not_read']],
    ['an orphan was defined', ORPHAN, LIVE, ['better now_defined']],
    ['an orphan’s code went', ORPHAN, null, ['better read_removed']],
    ['a corpse was buried', UNREAD, null, ['better definition_removed']],
    ['a corpse was called retired', UNREAD, { ...UNREAD, state: 'retired' }, ['better definition_removed']],
    ['a sleeper is read again', UNREAD, LIVE, ['better read_again']],
    ['a sleeper’s definition went and code came', UNREAD, ORPHAN, ['worse removed_while_read']],
  ])('%s', (_, before, after, expected) => {
    const found = compareScans(scan(before), scan(after)).map(({ effect, change }) => `${effect} ${change}`);
    expect(found).toEqual(expected);
  });

  it('names the places, a few of them', () => {
    const sites = [1, 2, 3, 4, 5].map((line) => ({ ...SITE, line }));
    const [change] = compareScans(scan(null), scan({ ...ORPHAN, sites }));
    expect(change?.sentence).toBe("'x' is read at a.ts:1, a.ts:2, a.ts:3 and 2 more and defined nowhere.");
    expect(change?.sites).toHaveLength(5);
  });
});
