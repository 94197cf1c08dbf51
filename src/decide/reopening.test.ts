import { describe, expect, it } from 'vitest';
import { flag, manifest, POLICY, NOW, sha } from '../../test/world/documents.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import { checkManifest } from './manifest-check.ts';

function of(generation: number, ...rows: FlagOwnership[]): Manifest {
  return manifest({
    generation,
    binary_sha256: sha(String(generation)),
    flag_ownership_table: rows,
    rollback_target_manifest_sha256: sha('1'),
    rollback_would_corrupt_cluster: false,
  });
}

const reopening = (row: FlagOwnership | null, name = 'x'): Manifest => ({
  ...of(3, ...(row === null ? [] : [row])),
  reopened_flags: [{ flag: name, reason: 'wanted again', by: 'anna' }],
});

const fresh = flag('x', { meaning: 'm:new' });
const old = of(1, flag('x'));

describe('the re-openings of a manifest', () => {
  it.each<[string, Manifest, Manifest[], [string, string][]]>([
    ['are in order with a new meaning', reopening(fresh), [old], []],
    ['cannot be compared without a history', reopening(flag('x')), [], []],
    [
      'need a row',
      reopening(null),
      [old],
      [
        [
          'manifest_invalid',
          "Flag 'x' is re-opened and not in the flag ownership table: there is nothing to re-open it for.",
        ],
      ],
    ],
    [
      'need a living row, even without a history',
      reopening({ ...fresh, state: 'retired' }),
      [],
      [['manifest_invalid', "Flag 'x' is re-opened and retired: there is nothing to re-open it for."]],
    ],
    [
      'need an earlier life',
      reopening(fresh),
      [of(1, flag('z'))],
      [
        [
          'manifest_invalid',
          "Flag 'x' is re-opened, and no older manifest given knows the name: it is misspelt, or the history is not whole.",
        ],
      ],
    ],
    [
      'need a new meaning',
      reopening(flag('x')),
      [old],
      [
        [
          'flag_resurrected',
          "Flag 'x' is re-opened under m:x, which it had before: a new life needs a new meaning, and this re-opening lifts nothing.",
        ],
      ],
    ],
    ['are compared with older manifests only', reopening(fresh), [old, of(4, fresh)], []],
  ])('%s', (_, subject, history, expected) => {
    const { findings, is_clean } = checkManifest({
      manifest: subject,
      refused: null,
      policy: POLICY,
      now: NOW,
      history,
    });
    expect(findings.map(({ code, sentence }) => [code, sentence])).toEqual(expected);
    expect(is_clean).toBe(expected.length === 0);
  });
});
