import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandFolder } from '../../../test/fixtures/command-folder.ts';
import { Fault } from '../../fault.ts';
import { sha256Hex } from '../../seal/digest.ts';
import { digestOfWord } from './digest-word.ts';

const { folder, write, remove } = commandFolder(0);
afterAll(remove);
const HEX = 'ab'.repeat(32);
write('app', 'the binary');
write('release/main.js', 'code');
write('release/lib/dep.js', 'more code');
write(HEX.slice(0, 40), 'a file whose name is hex');
write('empty', '');

function refusal(word: string): string {
  try {
    digestOfWord(word, folder, 'binary');
  } catch (error) {
    if (error instanceof Fault) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('a word that stands for a digest', () => {
  it.each([HEX, `sha256:${HEX}`])('may be the digest itself: %s', (word) => {
    expect(digestOfWord(word, folder, 'binary')).toEqual({ sha256: HEX, from: null });
  });

  it.each([
    ['app', 'the binary'],
    ['./app', 'the binary'],
    ['empty', ''],
    [HEX.slice(0, 40), 'a file whose name is hex'],
  ])('may be a file: %s', (word, text) => {
    const from = { kind: 'file', name: path.basename(word) };
    expect(digestOfWord(word, folder, 'binary')).toEqual({ sha256: sha256Hex(text), from });
  });

  it('may be a folder, and then it is the digest of its lines `sha256  path`', () => {
    const { sha256, from } = digestOfWord('release', folder, 'binary');
    const lines = [`${sha256Hex('more code')}  lib/dep.js\n`, `${sha256Hex('code')}  main.js\n`];
    expect(sha256).toBe(sha256Hex(lines.join('')));
    expect(from).toEqual({ kind: 'folder', name: 'release' });
  });

  it.each([
    ['a digest in capitals', HEX.toUpperCase(), /^BAD_INPUT .* has capitals; .* lower case: abab/],
    ['a digest that is too short', HEX.slice(1), /^NOT_FOUND .* neither a file nor a sha256, which has 64/],
    ['a digest that is too long', `${HEX}0`, /^NOT_FOUND .* neither a file nor a sha256/],
    ['a digest of another algorithm', `md5:${HEX}`, /^NOT_FOUND .* does not exist/],
    ['a file that is not there', 'nowhere', /^NOT_FOUND .* nowhere does not exist; give a file, or a sha256/],
    ['a path through a file', 'app/inside', /^NOT_FOUND/],
    ['a device', '/dev/null', /^BAD_INPUT .* neither a file nor a folder/],
    ['a name with a control character', 'a\u0007b', /^NOT_FOUND The binary "a\\u0007b" does not exist/],
    ['a name that is too long', 'x'.repeat(300), /^BAD_INPUT .* cannot be read \(ENAMETOOLONG\)/],
  ])('is refused for %s', (_, word, reason) => {
    expect(refusal(word)).toMatch(reason);
  });

  it('does not wait for a writer of a named pipe', () => {
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    expect(refusal('pipe')).toMatch(/^BAD_INPUT .* neither a file nor a folder/);
  });
});
