import { describe, expect, it } from 'vitest';
import { flag, manifest, sha } from '../../test/world/documents.ts';
import { registryOf } from './registry.ts';

const [A, B, C] = [sha('a'), sha('b'), sha('c')];
const old = manifest({ generation: 1, binary_sha256: A, flag_ownership_table: [flag('old')] });
const again = manifest({ generation: 3, binary_sha256: A, flag_ownership_table: [flag('again')] });
const next = manifest({ generation: 2, binary_sha256: B, flag_ownership_table: [flag('next')] });

const ownedBy = (binary: string, reference = next) => [
  ...(registryOf('smars', [old, again, next]).tableOfBinary(binary, reference)?.byFlag.keys() ?? ['nobody']),
];

describe('the registry', () => {
  it('has the manifests of one cluster, each once, newest first, ties by digest', () => {
    const tie = { ...next, manifest_sha256: sha('0') };
    const stranger = { ...old, cluster: 'other', manifest_sha256: sha('9') };
    const given = [old, next, again, tie, stranger, next];
    for (const order of [given, given.toReversed()])
      expect(registryOf('smars', order).manifests).toEqual([again, tie, next, old]);
  });

  it('finds a manifest by its digest', () => {
    const registry = registryOf('smars', [old, next]);
    expect(registry.find(sha('1'))).toBe(old);
    expect(registry.find(sha('9'))).toBeNull();
    expect(registry.find('')).toBeNull();
  });

  it('knows what a manifest owns, and works it out once', () => {
    const registry = registryOf('smars', []);
    const table = registry.tableOf(old);
    expect(table.manifest).toBe(old);
    expect([...table.byFlag]).toEqual([['old', flag('old')]]);
    expect(registry.tableOf(old)).toBe(table);
    expect(registry.tableOf(next)).not.toBe(table);
  });

  it('knows what a binary owns: by the newest manifest that names it', () => {
    expect(ownedBy(A)).toEqual(['again']);
    expect(ownedBy(B)).toEqual(['next']);
    expect(ownedBy(C)).toEqual(['nobody']);
  });

  it('knows what a binary owns: by the reference when it is that one’s binary', () => {
    expect(ownedBy(A, old)).toEqual(['old']);
    expect(ownedBy(B, old)).toEqual(['next']);
  });
});
