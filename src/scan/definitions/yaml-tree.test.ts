import { describe, expect, it } from 'vitest';
import { MAX_TREE_DEPTH, plainValue } from './tree.ts';
import { yamlTree } from './yaml-tree.ts';

function refusal(text: string): string {
  try {
    yamlTree(text, 'f.yaml');
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'accepted';
}

const valueOf = (text: string): unknown => plainValue(yamlTree(text, 'f'));

describe('a YAML tree', () => {
  it.each<[string, string, unknown]>([
    ['keys as the text that stands there', 'on: 1\n1.0: 2\n~: 3\n', { on: 1, '1.0': 2, '~': 3 }],
    ['`yes` as a word', 'a: yes\nb: true\nc:\n', { a: 'yes', b: true, c: null }],
    ['a date as a text', 'a: 2012-08-01\n', { a: '2012-08-01' }],
    ['an alias as what it names', 'a: &x {b: 1}\nc: [*x, *x]\n', { a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] }],
    ['the nearest anchor before an alias', 'a: &x 1\nb: *x\nc: &x 2\nd: *x\n', { a: 1, b: 1, c: 2, d: 2 }],
    [
      'what a map merges, its own first',
      'a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n',
      { a: { b: 1, c: 2 }, d: { c: 3, b: 1 } },
    ],
    ['several merged maps, the first first', 'd: {<<: [{b: 1}, {b: 2, c: 2}]}\n', { d: { b: 1, c: 2 } }],
    ['a key << that merges nothing', '<<: word\n', { '<<': 'word' }],
  ])('has %s', (_what, text, value) => {
    expect(valueOf(text)).toEqual(value);
  });

  it.each([
    ['an alias of nothing', 'a: *x\n', 'f.yaml:1 is not YAML we can use'],
    [
      'an alias of what it stands in',
      'a: &x\n  b: *x\n',
      'f.yaml:2 is not YAML we can use: an alias names nothing',
    ],
    ['an alias before its anchor', 'a: *x\nb: &x 1\n', 'f.yaml:1 is not YAML we can use'],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', 'f.yaml:3 is not YAML we can use: the key "a" is there twice.'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'f.yaml:2 is not YAML we can use'],
    ['an unknown tag', 'a: !thing 1\n', 'f.yaml:1 is not YAML we can use'],
    ['a bracket that is not closed', 'a: [1, 2\n', 'is not YAML we can use'],
    ['brackets without end', '['.repeat(20_000), 'is not YAML we can use: it is nested too deep'],
    ['more than is read', `# ${'x'.repeat(8 * 1024 * 1024)}\n`, 'f.yaml is larger than 8 MiB'],
  ])('is refused for %s', (_what, text, says) => {
    expect(refusal(text)).toContain(says);
    expect(refusal(text)).not.toContain('\n');
  });

  it.each([
    [MAX_TREE_DEPTH - 1, 'accepted'],
    [MAX_TREE_DEPTH + 2, 'f.yaml:1 is not YAML we can use: nesting is deeper than 128.'],
  ])('may be nested %i deep or not', (depth, said) => {
    expect(refusal(`${'['.repeat(depth)}${']'.repeat(depth)}`)).toBe(said);
  });

  it('shares what aliases repeat, so that a bomb of aliases stays small', () => {
    const levels = Array.from({ length: 40 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`);
    const tree = yamlTree(['a0: &a0 [1]', ...levels].join('\n'), 'f');
    expect(tree.kind === 'map' ? tree.entries.size : 0).toBe(41);
    expect(plainValue(tree)).toHaveProperty(['a1', '1', '0'], 1);
  });
});
