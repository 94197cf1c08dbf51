import { describe, expect, it } from 'vitest';
import { manifest, sha } from '../../test/world/documents.ts';
import type { Manifest } from '../model/manifest.ts';
import { mayRunBeside } from './may-run.ts';
import { registryOf } from './registry.ts';

function of(generation: number, more: Partial<Manifest> = {}): Manifest {
  return manifest({ generation, binary_sha256: sha(String(generation)), ...more });
}

const splitWith = (letter: string) => ({
  declared_split: { pairs: [{ binary_sha256: sha(letter), config_sha256: null }], reason: 'canary' },
});

describe('what may run beside a new manifest', () => {
  it.each<[string, Manifest, Manifest, string[], Manifest | null, number[]]>([
    ['the current manifest, whoever reports', of(5), of(4), [], null, [4]],
    ['the one to go back to', of(5), of(4), [], of(3), [4, 3]],
    ['what runs, each once', of(5), of(4), [sha('2'), sha('2'), sha('4')], null, [4, 2]],
    ['what the new one declares', of(5, splitWith('1')), of(4), [], null, [4, 1]],
    ['what the current one declares', of(5), of(4, splitWith('1')), [], null, [4, 1]],
    ['not itself', of(5), of(4), [sha('5')], null, [4]],
    ['not what nobody describes', of(5), of(4), [sha('9')], null, [4]],
  ])('is %s', (_, next, current, running, target, generations) => {
    const registry = registryOf('smars', [of(1), of(2), of(3), current, next]);
    const said = mayRunBeside(next, current, running, target, registry);
    expect(said.map(({ generation }) => generation)).toEqual(generations);
  });
});
