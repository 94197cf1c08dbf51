import { describe, expect, it } from 'vitest';
import { errnoOf, shownPath } from './shown-path.ts';

describe('shownPath', () => {
  it.each([
    ['a plain path', '/etc/smars/m-1_2.json', '/etc/smars/m-1_2.json'],
    ['another script', 'schlüssel/鍵.json', 'schlüssel/鍵.json'],
    ['a space', 'my keys.json', '"my keys.json"'],
    ['nothing', '', '""'],
    ['a line feed', 'a\nb', String.raw`"a\nb"`],
    ['an escape sequence', 'a\u001b[31mb', String.raw`"a\u001b[31mb"`],
    ['a reversal', 'a\u202eb', String.raw`"a\u202eb"`],
    ['a long path with a space', `${'d/'.repeat(100)}a b`, `"${'d/'.repeat(100)}a b"`],
  ])('shows %s', (_what, path, shown) => {
    expect(shownPath(path)).toBe(shown);
  });
});

describe('errnoOf', () => {
  it.each([
    [Object.assign(new Error('gone'), { code: 'ENOENT' }), 'ENOENT'],
    [Object.assign(new Error('odd'), { code: 7 }), ''],
    [new Error('plain'), ''],
    [{ code: 'ENOENT' }, ''],
  ])('of %o is %s', (error, errno) => {
    expect(errnoOf(error)).toBe(errno);
  });
});
