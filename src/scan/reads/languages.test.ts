import { describe, expect, it } from 'vitest';
import { grammarOf, isMentionable, isTestPath } from './languages.ts';

describe('which files are what', () => {
  it.each([
    ['a/pay.ts', 'typescript'],
    ['a/pay.jsx', 'tsx'],
    ['a/pay.MJS', 'javascript'],
    ['a/pay.c', 'cpp'],
    ['a/pay.rake', 'ruby'],
    ['a/pay.svelte', 'typescript'],
    ['a/pay.md', null],
    ['a/__proto__', null],
    ['a/constructor', null],
  ])('%s is read as %s', (path, grammar) => {
    expect(grammarOf(path)).toBe(grammar);
  });

  it.each([
    ['a.yaml', true],
    ['a.ts', true],
    ['a.png', false],
    ['a.md', false],
  ])('a flag in %s is worth telling: %s', (path, is) => {
    expect(isMentionable(path)).toBe(is);
  });

  it.each([
    ['src/pay.test.ts', true],
    ['src/__mocks__/pay.ts', true],
    ['pkg/pay_test.go', true],
    ['shop/test_pay.py', true],
    ['shop/conftest.py', true],
    ['src/test/java/PayTest.java', true],
    ['src/PayTests.cs', true],
    ['spec/pay_spec.rb', true],
    ['test/Core.Test/Pay.cs', true],
    ['src/pay.ts', false],
    ['src/latest/pay.ts', false],
    ['src/contest.py', false],
    ['src/Attest.cs', false],
  ])('%s is a test: %s', (path, is) => {
    expect(isTestPath(path)).toBe(is);
  });
});
