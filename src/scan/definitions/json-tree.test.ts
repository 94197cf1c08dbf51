import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonTree } from './json-tree.ts';
import { MAX_TREE_DEPTH, plainValue, type Tree } from './tree.ts';

function refusal(text: string): string {
  try {
    jsonTree(text, 'f.json');
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'accepted';
}

/** The line of every scalar, in the order of the text. */
function linesOf(tree: Tree): number[] {
  if (tree.kind === 'scalar') return [tree.line];
  return tree.kind === 'list'
    ? tree.items.flatMap(linesOf)
    : [...tree.entries.values()].flatMap((entry) => linesOf(entry.value));
}

describe('a JSON tree', () => {
  it('has the value that JSON.parse has, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(plainValue(jsonTree(text, 'f'))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses every text that JSON.parse refuses, but for comments and a last comma', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[[\]{}:,"a\\u0 \n.e+-]{0,12}$/), (text) => {
        fc.pre(!/,\s*[\]}]/.test(text));
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(refusal(text) === 'accepted' || /there twice/.test(refusal(text))).toBe(isJson);
      }),
      { numRuns: 2_000 },
    );
  });

  it('knows the line of every value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.constant('\n'), { maxLength: 3 }), { minLength: 1, maxLength: 8 }),
        (gaps) => {
          const text = `[${gaps.map((gap) => `${gap.join('')}"a"`).join(',')}]`;
          let line = 1;
          const expected = gaps.map((gap) => (line += gap.length));
          expect(linesOf(jsonTree(text, 'f'))).toEqual(expected);
        },
      ),
    );
  });

  it.each([
    ['line comments', '// a\n{ // b\n"a": 1 // "c": 2\n}\n// d', [3]],
    ['block comments, and counts their lines', '/* a\n b */ [/**/1/* \n */, 2]', [2, 3]],
    ['a comma before the end', '{"a": [1,\n2,],\n}', [1, 2]],
    ['slashes inside a text', '["// no", "/* no"]', [1, 1]],
  ])('passes over %s', (_what, text, lines) => {
    expect(linesOf(jsonTree(text, 'f'))).toEqual(lines);
  });

  it.each([
    ['nothing', '', 'f.json:1 is not JSON we can use: the end of the text where a value should be.'],
    [
      'a key twice',
      '{"a": 1,\n"\\u0061": 2}',
      'f.json:2 is not JSON we can use: the key "a" is there twice.',
    ],
    ['a second value', '{}\n{}', 'f.json:2 is not JSON we can use: "{" follows the end of the value.'],
    [
      'a key without quotes',
      '{\n a: 1}',
      'f.json:2 is not JSON we can use: "a" where a key in quotes should be.',
    ],
    ['a missing colon', '{"a" 1}', 'f.json:1 is not JSON we can use: "1" where a colon should be.'],
    ['a missing comma', '[1\n2]', 'f.json:2 is not JSON we can use: "2" where a comma or ] should be.'],
    [
      'a line feed in a text',
      '["a\nb"]',
      'f.json:1 is not JSON we can use: "\\n" inside a text must be escaped properly.',
    ],
    ['a text without end', '{"a": "b', 'f.json:1 is not JSON we can use: a text has no closing quote.'],
    ['a lone slash', '[1 / 2]', 'f.json:1 is not JSON we can use: a lone slash is no comment.'],
    ['only commas', '[,]', 'f.json:1 is not JSON we can use: "," where a value should be.'],
  ])('is refused for %s, in one sentence that names the line', (_what, text, sentence) => {
    expect(refusal(text)).toBe(sentence);
  });

  it.each([
    [MAX_TREE_DEPTH, 'accepted'],
    [MAX_TREE_DEPTH + 1, 'f.json:1 is not JSON we can use: nesting is deeper than 128.'],
    [1_000_000, 'f.json:1 is not JSON we can use: nesting is deeper than 128.'],
  ])('may be nested %i deep or not', (depth, said) => {
    expect(refusal(`${'['.repeat(depth)}${']'.repeat(depth)}`)).toBe(said);
  });

  it('keeps keys that mean something to JavaScript', () => {
    const tree = jsonTree('{"__proto__": 1, "constructor": 2}', 'f');
    expect(tree.kind === 'map' ? [...tree.entries.keys()] : []).toEqual(['__proto__', 'constructor']);
  });
});
