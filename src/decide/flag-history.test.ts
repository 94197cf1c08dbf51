import { describe, expect, it } from 'vitest';
import { flag, manifest, sha } from '../../test/world/documents.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import { judgeEarlyRemoval, judgeHistory } from './flag-history.ts';
import { registryOf } from './registry.ts';
import { findingOf } from './seed.ts';

const site = { file: 'x.c', line: 7, symbol: 'read_x' };

/** The manifest of one generation with these rows; its binary is named after the generation. */
function of(generation: number, ...rows: FlagOwnership[]): Manifest {
  return manifest({ generation, binary_sha256: sha(String(generation)), flag_ownership_table: rows });
}

const x = (more: Partial<FlagOwnership> = {}) => flag('x', { meaning: 'm:1', where: [site], ...more });
const other = x({ meaning: 'm:2', where: [] });
const asleep = (state: FlagOwnership['state']) => x({ state });

function history(next: Manifest, ...known: Manifest[]) {
  return judgeHistory(next, registryOf('smars', [...known, next])).map((seed) => findingOf(seed, null));
}

function lines(next: Manifest, ...known: Manifest[]): string[] {
  return history(next, ...known).map(({ code, where }) => `${code} ${where.at(-1)}`);
}

describe('a flag of a new manifest', () => {
  it.each<[string, Manifest, Manifest[], string[]]>([
    ['is new', of(2, x()), [of(1)], []],
    ['is as it was', of(3, x()), [of(2, x()), of(1, x())], []],
    ['meant something else', of(2, x()), [of(1, other)], ['flag_reused manifest:deployment-1']],
    [
      'meant something else long ago; the newest that differs is named',
      of(4, x()),
      [of(1, other), of(2, other), of(3, x())],
      ['flag_reused manifest:deployment-2'],
    ],
    [
      'means something else in a newer one',
      of(2, x()),
      [of(3, other)],
      ['flag_reused manifest:deployment-3'],
    ],
    [
      'has a tombstone with another meaning',
      of(2, x()),
      [of(1, { ...other, state: 'retired' })],
      ['flag_reused manifest:deployment-1'],
    ],
    ['is itself a tombstone', of(2, x({ state: 'retired' })), [of(1, other)], []],
    [
      'had another type',
      of(2, x()),
      [of(1, x({ type: 'string' }))],
      ['flag_type_changed manifest:deployment-1'],
    ],
    [
      'had another type long ago',
      of(3, x()),
      [of(1, x({ type: 'string' })), of(2, x({ type: undefined }))],
      ['flag_type_changed manifest:deployment-1'],
    ],
    ['had no type', of(2, x()), [of(1, x({ type: undefined }))], []],
    ['has no type', of(2, x({ type: undefined })), [of(1, x({ type: 'string' }))], []],
    ['was removed and is back', of(3, x()), [of(1, x()), of(2)], ['flag_resurrected manifest:deployment-2']],
    [
      'was retired and is back',
      of(3, x()),
      [of(1, x()), of(2, asleep('retired'))],
      ['flag_resurrected manifest:deployment-2'],
    ],
    [
      'is back from its tombstone alone',
      of(2, x()),
      [of(1, asleep('retired'))],
      ['flag_resurrected manifest:deployment-1'],
    ],
    ['was back before already', of(4, x()), [of(1, x()), of(2), of(3, x())], []],
    ['slept and wakes', of(2, x()), [of(1, asleep('dormant'))], []],
    ['was shackled and is free', of(2, x()), [of(1, asleep('shackled'))], []],
    [
      'is back with another meaning, which is reuse',
      of(3, x()),
      [of(1, other), of(2)],
      ['flag_reused manifest:deployment-1'],
    ],
    ['is missing only in a newer one', of(2, x()), [of(1, x()), of(3)], []],
    [
      'is missing in one of its own generation',
      of(2, x()),
      [of(1, x()), { ...of(2), manifest_sha256: sha('f') }],
      [],
    ],
    ['was an integer and is a number', of(2, x({ type: 'number' })), [of(1, x({ type: 'integer' }))], []],
    [
      'is in the manifest it follows, while a parallel line lacks it',
      { ...of(4, x()), previous_manifest_sha256: sha('2') },
      [of(1, x()), of(2, x()), of(3)],
      [],
    ],
    [
      'is missing in the manifest it follows, and a parallel line has it',
      { ...of(4, x()), previous_manifest_sha256: sha('2') },
      [of(1, x()), of(2), of(3, x())],
      ['flag_resurrected manifest:deployment-2'],
    ],
    [
      'is new in its line, whose whole chain is known, while a parallel line has it',
      { ...of(4, x()), previous_manifest_sha256: sha('2') },
      [of(1), { ...of(2), previous_manifest_sha256: sha('1') }, of(3, x())],
      [],
    ],
    [
      'was removed in its line, whose whole chain is known',
      { ...of(4, x()), previous_manifest_sha256: sha('2') },
      [of(1, x()), { ...of(2), previous_manifest_sha256: sha('1') }, of(3, x())],
      ['flag_resurrected manifest:deployment-2'],
    ],
    ['had another neighbour removed', of(3, x()), [of(1, x(), flag('y')), of(2, x())], []],
  ])('%s', (_, next, known, expected) => {
    expect(lines(next, ...known)).toEqual(expected);
  });

  it('that is reused is told with both meanings, both places and the binary', () => {
    expect(history(of(2, x()), of(1, x({ meaning: 'm:2', state: 'dormant' })))).toMatchObject([
      {
        effect: 'block',
        phase: 'now',
        flag: 'x',
        expected: 'm:2',
        actual: 'm:1',
        where: ['x.c:7 read_x', 'x.c:7 read_x', 'manifest:deployment-1'],
        sentence:
          "Flag 'x' means m:1 in the new manifest but m:2 (dormant) in deployment-1, generation 1, binary 111111111111: one switch, two functions.",
      },
    ]);
  });

  it('that changed its type is told with both types', () => {
    expect(history(of(2, x()), of(1, x({ type: 'string' })))).toMatchObject([
      {
        effect: 'block',
        flag: 'x',
        expected: 'string',
        actual: 'boolean',
        where: ['x.c:7 read_x', 'manifest:deployment-1'],
        sentence: "Flag 'x' is boolean in the new manifest but string in deployment-1, generation 1.",
      },
    ]);
  });

  it('that is back is told with where it was removed', () => {
    expect(history(of(3, x()), of(1, x()), of(2))).toMatchObject([
      {
        effect: 'block',
        flag: 'x',
        expected: 'removed',
        actual: 'live',
        where: ['x.c:7 read_x', 'manifest:deployment-2'],
        sentence: "Flag 'x' was removed in deployment-2 (generation 2) and is back in the new manifest.",
      },
    ]);
  });
});

function removal(next: Manifest, running: string[], reference: Manifest, ...known: Manifest[]) {
  const registry = registryOf('smars', [...known, reference, next]);
  return judgeEarlyRemoval(next, running, reference, registry).map((seed) => findingOf(seed, null));
}

describe('a flag that a new manifest drops', () => {
  const drops = of(2, flag('y'));

  it.each<[string, FlagOwnership | null, Manifest, number]>([
    ['and a running binary has it live', x(), drops, 1],
    ['and a running binary has it dormant but bound', asleep('dormant_but_bound'), drops, 1],
    ['and it sleeps there', asleep('dormant'), drops, 0],
    ['and it is shackled there', asleep('shackled'), drops, 0],
    ['and it is retired there', asleep('retired'), drops, 0],
    ['is not dropped when it is kept', x(), of(2, x()), 0],
    ['is not dropped when it sleeps in the new one', x(), of(2, asleep('dormant')), 0],
    ['is dropped when it is retired in the new one', x(), of(2, asleep('retired')), 1],
  ])('%s', (_, row, next, count) => {
    const old = of(1, ...(row === null ? [] : [row]));
    expect(removal(next, [old.binary_sha256], old)).toHaveLength(count);
  });

  it('is told with the binary that reads it, and how', () => {
    const old = of(1, x());
    expect(removal(drops, [sha('1'), sha('1')], old)).toMatchObject([
      {
        code: 'flag_removed_too_early',
        effect: 'block',
        flag: 'x',
        expected: 'read by no running binary',
        actual: `read by ${sha('1')}`,
        where: ['x.c:7 read_x', `binary:${sha('1')}`],
        sentence:
          "Flag 'x' is gone from the new manifest while running binary 111111111111 still reads it (live).",
      },
    ]);
    expect(removal(of(2, asleep('retired')), [sha('1')], old)[0]?.sentence).toBe(
      "Flag 'x' is retired in the new manifest while running binary 111111111111 still reads it (live).",
    );
  });

  it('is told once for each binary, in order', () => {
    const [one, three] = [of(1, x()), of(3, x())];
    const said = removal(drops, [sha('3'), sha('1')], one, three).map(({ actual }) => actual);
    expect(said).toEqual([`read by ${sha('1')}`, `read by ${sha('3')}`]);
  });

  it('is not told of the new binary itself, nor of one nobody knows', () => {
    const same = { ...of(1, x()), binary_sha256: drops.binary_sha256 };
    expect(removal(drops, [drops.binary_sha256, sha('9')], same)).toEqual([]);
  });
});
