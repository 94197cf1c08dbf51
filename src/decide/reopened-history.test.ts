import { describe, expect, it } from 'vitest';
import { flag, manifest, sha } from '../../test/world/documents.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import { judgeHistory } from './flag-history.ts';
import { registryOf } from './registry.ts';
import { findingOf } from './seed.ts';

/** The manifest of one generation with these rows; its binary is named after the generation. */
function of(generation: number, ...rows: FlagOwnership[]): Manifest {
  return manifest({ generation, binary_sha256: sha(String(generation)), flag_ownership_table: rows });
}

const x = (more: Partial<FlagOwnership> = {}) => flag('x', { meaning: 'm:1', ...more });
const other = x({ meaning: 'm:2' });
const asleep = (state: FlagOwnership['state']) => x({ state });
const again = (state: FlagOwnership['state'] = 'live') => x({ meaning: 'm:3', type: 'string', state });

function reopening(generation: number, row = again()): Manifest {
  const reopened_flags = [{ flag: 'x', reason: 'the old one is long gone', by: 'anna' }];
  return { ...of(generation, row), reopened_flags };
}

function following(next: Manifest, digit: string): Manifest {
  return { ...next, previous_manifest_sha256: sha(digit) };
}

describe('a name that was re-opened on purpose', () => {
  const gone = of(2, asleep('retired'));

  it.each<[string, Manifest, Manifest[], Manifest[], string[]]>([
    ['is free of what was removed', reopening(3), [of(1, x()), gone], [gone], []],
    ['stays free in later manifests', of(4, again()), [of(1, x()), gone, reopening(3)], [], []],
    [
      'is not free of what may still run, though',
      reopening(3),
      [of(1, x()), gone],
      [gone, of(1, x())],
      ['flag_reused manifest:deployment-1', 'flag_type_changed manifest:deployment-1'],
    ],
    [
      'is not free of what sleeps in what may still run',
      reopening(3),
      [of(1, asleep('dormant')), gone],
      [of(1, asleep('dormant'))],
      ['flag_reused manifest:deployment-1', 'flag_type_changed manifest:deployment-1'],
    ],
    ['does not mind what runs without it', reopening(3), [of(1, x()), of(2)], [of(2)], []],
    [
      'is not free under an old meaning',
      reopening(3, x()),
      [of(1, x()), of(2)],
      [],
      ['flag_resurrected manifest:deployment-2'],
    ],
    [
      'is not free under an old meaning of two',
      reopening(4, x()),
      [of(1, x()), of(2, other), of(3)],
      [],
      ['flag_reused manifest:deployment-2', 'flag_resurrected manifest:deployment-3'],
    ],
    [
      'is not free once it goes back to the old meaning',
      of(4, x()),
      [of(1, x()), gone, reopening(3)],
      [],
      ['flag_reused manifest:deployment-3', 'flag_type_changed manifest:deployment-3'],
    ],
    [
      'is not free when its table has retired it',
      of(4, again()),
      [of(1, x()), reopening(3, again('retired'))],
      [],
      [
        'flag_reused manifest:deployment-1',
        'flag_type_changed manifest:deployment-1',
        'flag_resurrected manifest:deployment-3',
      ],
    ],
    [
      'is not free by a manifest that does not hold it',
      of(4, again()),
      [of(1, x()), { ...reopening(3), flag_ownership_table: [] }],
      [],
      ['flag_reused manifest:deployment-1', 'flag_type_changed manifest:deployment-1'],
    ],
    [
      'is not free by a manifest that is newer',
      of(3, again()),
      [of(1, x()), reopening(4)],
      [],
      ['flag_reused manifest:deployment-1', 'flag_type_changed manifest:deployment-1'],
    ],
    [
      'is not free by the re-opening of another name',
      { ...reopening(3), reopened_flags: [{ flag: 'y', reason: 'why', by: 'anna' }] },
      [of(1, x()), gone],
      [],
      ['flag_reused manifest:deployment-2', 'flag_type_changed manifest:deployment-2'],
    ],
    [
      'that was removed and comes back under the same meaning is resurrected',
      reopening(5),
      [of(1, x()), gone, reopening(3), of(4, again('retired'))],
      [],
      ['flag_resurrected manifest:deployment-4'],
    ],
  ])('%s', (_, next, known, mayRun, expected) => {
    const registry = registryOf('smars', [...known, next]);
    const said = judgeHistory(next, registry, mayRun).map((seed) => findingOf(seed, null));
    expect(said.map(({ code, where }) => `${code} ${where.at(-1)}`)).toEqual(expected);
  });

  it.each<[string, Manifest[], string[]]>([
    ['is free of a line that runs beside no more', [], []],
    ['is not free of a line that still does', [of(4, x())], ['flag_reused', 'flag_type_changed']],
  ])('%s', (_, mayRun, expected) => {
    const first = of(1, x());
    const beside = following(of(4, x()), '1');
    const line = [following(of(2), '1'), following(reopening(3), '2')];
    const next = following(of(5, again()), '3');
    const registry = registryOf('smars', [first, ...line, beside, next]);
    expect(judgeHistory(next, registry, mayRun).map(({ code }) => code)).toEqual(expected);
  });

  it('is told why re-opening does not help', () => {
    const old = of(1, x());
    const seeds = judgeHistory(reopening(2), registryOf('smars', [old, reopening(2)]), [old]);
    expect(seeds[0]?.sentence('')).toBe(
      "Flag 'x' means m:3 in the new manifest but m:1 (live) in deployment-1, generation 1, binary 111111111111: one switch, two functions. Re-opening the name does not help while that binary may run.",
    );
  });
});
