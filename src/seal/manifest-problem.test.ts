import { describe, expect, it } from 'vitest';
import { flag, sha } from '../../test/world/documents.ts';
import { soundManifest } from '../../test/world/trust.ts';
import type { Manifest } from '../model/manifest.ts';
import { manifestProblem } from './manifest-problem.ts';

const ARTIFACT = { name: 'smars', kind: 'executable', sha256: sha('a') } as const;

function problemOf(more: Partial<Manifest>): ReturnType<typeof manifestProblem> {
  const manifest = soundManifest(more);
  return manifestProblem(manifest, manifest);
}

describe('a manifest contradicts itself with', () => {
  it.each([
    ['a host twice', { cluster_inventory: ['n1', 'n2', 'n1'] }, 'its cluster_inventory lists "n1" twice'],
    [
      'a host twice in another case',
      { cluster_inventory: ['n1', 'N1'] },
      'its cluster_inventory lists "n1" twice',
    ],
    [
      'a flag twice in its table',
      { flag_ownership_table: [flag('rlp'), flag('x'), flag('rlp')] },
      'its flag_ownership_table lists the flag "rlp" twice',
    ],
    ['a flag bound twice', { bound_flags: ['rlp', 'rlp'] }, 'its bound_flags list "rlp" twice'],
    [
      'a name re-opened twice',
      { reopened_flags: ['one', 'two'].map((reason) => ({ flag: 'rlp', reason, by: 'anna' })) },
      'its reopened_flags list "rlp" twice',
    ],
    [
      'artifacts that are all something else',
      { artifacts: [{ ...ARTIFACT, sha256: sha('b') }] },
      'none of its artifacts has its binary_sha256',
    ],
  ])('%s', (_what, more, detail) => {
    expect(problemOf(more)).toEqual({ ok: false, reason: 'inconsistent', detail });
  });

  it('itself for its predecessor', () => {
    // No document can hold its own digest in its content, so the digest is not looked at here.
    const manifest = soundManifest();
    const loop = { ...manifest, previous_manifest_sha256: manifest.manifest_sha256 };
    expect(manifestProblem(loop, manifest)).toEqual({
      ok: false,
      reason: 'inconsistent',
      detail: 'its previous_manifest_sha256 is its own manifest_sha256',
    });
  });
});

describe('a manifest does not contradict itself with', () => {
  it.each([
    ['nothing odd', {}],
    [
      'flags whose names differ in case',
      { bound_flags: ['rlp', 'RLP'], flag_ownership_table: [flag('rlp'), flag('RLP')] },
    ],
    ['a bound flag that its table does not list', { bound_flags: ['orphan'] }],
    ['its binary among several artifacts', { artifacts: [{ ...ARTIFACT, sha256: sha('b') }, ARTIFACT] }],
    ['an empty list of artifacts', { artifacts: [] }],
    ['another predecessor', { previous_manifest_sha256: sha('b') }],
  ])('%s', (_what, more) => {
    expect(problemOf(more)).toBeNull();
  });
});

describe('a manifest’s digest', () => {
  it('must be that of its content', () => {
    const manifest = { ...soundManifest(), manifest_sha256: sha('f') };
    expect(manifestProblem(manifest, manifest)).toEqual({
      ok: false,
      reason: 'digest_mismatch',
      detail: `its manifest_sha256 is ${sha('f')}, but its content has ${soundManifest().manifest_sha256}`,
    });
  });

  it('is looked at before its content', () => {
    const manifest = { ...soundManifest({ bound_flags: ['a', 'a'] }), manifest_sha256: sha('f') };
    expect(manifestProblem(manifest, manifest)?.reason).toBe('digest_mismatch');
  });

  it('is taken of the JSON that was read', () => {
    const manifest = soundManifest();
    expect(manifestProblem(manifest, { ...manifest, generation: 2 })?.reason).toBe('digest_mismatch');
  });
});
