import { describe, expect, it } from 'vitest';
import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import { parseYaml } from './parse.ts';

function refusal(text: string): string {
  try {
    parseYaml(text, 'flags.yaml');
  } catch (error) {
    if (error instanceof Fault) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('a YAML text', () => {
  it('gives its keys as they stand there, whatever they look like', () => {
    const text = 'on: 1\n1.0: 2\n0x10: 3\n~: 4\ntrue: 5\n';
    expect(parseYaml(text, 'f').value).toEqual({ on: 1, '1.0': 2, '0x10': 3, '~': 4, true: 5 });
  });

  it('keeps a key named __proto__ as a key', () => {
    const { value } = parseYaml('__proto__: {owner: nobody}\n', 'f');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
  });

  it.each([
    ['in one map', 'a: 1\nb: 2\na: 3\n', 3],
    ['in another writing', 'a: 1\n"a": 2\n', 2],
    ['deep down', 'x:\n  - y: {b: 1, b: 2}\n', 2],
    ['below a key without a value', 'n:\nx:\n  a: 1\n  a: 2\n', 4],
  ])('is refused when a key is there twice %s', (_, text, line) => {
    expect(refusal(text)).toMatch(
      new RegExp(`^BAD_INPUT flags.yaml line ${line} .*the key "[ab]" is there twice\\.$`),
    );
  });

  it('may use one key in several maps', () => {
    expect(parseYaml('a: {b: 1}\nc: {b: 1, a: 2}\n', 'f').value).toEqual({ a: { b: 1 }, c: { b: 1, a: 2 } });
  });

  it.each([
    ['a list as a key', '? [a]\n: 1\n', /keys must be strings/],
    ['an unknown tag', 'a: !mine 1\n', /Unresolved tag/],
    ['two documents', 'a: 1\n---\na: 2\n', /multiple documents/],
    ['aliases that multiply', bomb(), /too many aliases/],
    ['deep nesting in brackets', '['.repeat(5_000), /./],
    ['deep nesting in dashes', `${'- '.repeat(5_000)}a`, /./],
    ['nesting one level too deep', `${'- '.repeat(LIMITS.depth + 1)}a`, /nested deeper than/],
  ])('is refused for %s', (_, text, reason) => {
    expect(refusal(text)).toMatch(/^BAD_INPUT flags\.yaml/);
    expect(refusal(text)).toMatch(reason);
  });

  it('may be nested as deep as allowed', () => {
    expect(refusal(`${'- '.repeat(LIMITS.depth)}a`)).toBe('accepted');
  });

  it('may be a list as long as the longest inventory', () => {
    const text = '- a\n'.repeat(LIMITS.inventory);
    expect(parseYaml(text, 'f').value).toHaveLength(LIMITS.inventory);
  });

  it('says in which line a value stands, or the nearest one around it', () => {
    const { lineOf } = parseYaml('flags:\n  rlp:\n    owner: a\n    where:\n      - file: b\n', 'f');
    expect(lineOf(['flags', 'rlp', 'owner'])).toBe(3);
    expect(lineOf(['flags', 'rlp', 'where', 0, 'file'])).toBe(5);
    expect(lineOf(['flags', 'rlp', 'missing'])).toBe(2);
  });
});

function bomb(): string {
  const names = 'abcdefgh'.split('');
  const rows = names.map((name, at) => {
    const before = names[at - 1];
    const items = Array.from({ length: 10 }, () => (before === undefined ? 'x' : `*${before}`));
    return `${name}: &${name} [${items.join(', ')}]`;
  });
  return rows.join('\n');
}
