import { describe, expect, it } from 'vitest';
import { tomlKeyLines } from './toml-key-lines.ts';

describe('the lines of the keys of a TOML text', () => {
  it.each<[string, string, [string, number][]]>([
    [
      'keys before any header',
      'a = 1\n\nb.c = 2\n"d e" = 3\n\'f\' = 4\n',
      [
        ['a', 1],
        ['b', 3],
        ['d e', 4],
        ['f', 5],
      ],
    ],
    [
      'headers, each table once',
      '[a.b]\nx = 1\n[a.c]\n[[d]]\n[ "e.f" . g ]\n',
      [
        ['a', 1],
        ['d', 4],
        ['e.f', 5],
      ],
    ],
    ['no keys inside tables', '[a]\nb = 1\n', [['a', 1]]],
    [
      'nothing inside long texts',
      'a = """\n[b]\nc = 1"""\nd = \'\'\'\n[e]\n\'\'\'\nf = 1\n',
      [
        ['a', 1],
        ['d', 4],
        ['f', 7],
      ],
    ],
    [
      'nothing after an escaped quote',
      'a = "\\"[b]"\nc = """\\"""\n[d]\n"""\ne = 1',
      [
        ['a', 1],
        ['c', 2],
        ['e', 5],
      ],
    ],
    [
      'nothing inside a long text that ends in five quotes',
      'a = """x"""""\nb = 1',
      [
        ['a', 1],
        ['b', 2],
      ],
    ],
    [
      'nothing inside lists and tables over several lines',
      'a = [\n  [1],\n  {b = 2},\n]\nc = 1\n',
      [
        ['a', 1],
        ['c', 5],
      ],
    ],
    [
      'nothing inside comments',
      '# [a]\nb = 1 # [c] "\nd = 2\n',
      [
        ['b', 2],
        ['d', 3],
      ],
    ],
    ['keys with escapes', '["\\u0061\\U0001F6A9"]\n', [['a🚩', 1]]],
    ['nothing in a text without keys', '# only this', []],
  ])('tell %s', (_what, text, lines) => {
    expect([...tomlKeyLines(text)]).toEqual(lines);
  });
});
