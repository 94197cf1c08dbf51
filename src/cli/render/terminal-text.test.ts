import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listNames } from './name-list.ts';
import { printable, shortDigests, wrapText } from './terminal-text.ts';

describe('printable', () => {
  it.each([
    ['smars-01', 'smars-01'],
    ['größe.日本', 'größe.日本'],
    ['a\u001b[2Jb', 'a\\u{1b}[2Jb'],
    ['a\u202eb', 'a\\u{202e}b'],
    ['a\u200bb', 'a\\u{200b}b'],
    ['a\ud800b', 'a\\u{d800}b'],
    ['👻', '👻'],
    ['a\nb', 'a\\u{a}b'],
  ])('%j is shown as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('wrapText', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['one two three', 6, ['one', 'two', 'three']],
    ['onetwothree', 4, ['onetwothree']],
    ['', 10, ['']],
  ])('%j in %i columns', (text, width, lines) => {
    expect(wrapText(text, width)).toEqual(lines);
  });

  it('keeps every word, in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^\w{1,9}$/)),
        fc.integer({ min: 1, max: 60 }),
        (words, width) => {
          expect(wrapText(words.join(' '), width).join(' ')).toBe(words.join(' '));
        },
      ),
    );
  });
});

describe('shortDigests', () => {
  it.each([
    [`a ${'ab'.repeat(32)} b`, 'a abababababab… b'],
    ['ab'.repeat(33), 'ab'.repeat(33)],
    ['ab'.repeat(31), 'ab'.repeat(31)],
  ])('%j', (text, shown) => {
    expect(shortDigests(text)).toBe(shown);
  });
});

describe('listNames', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b', 'c'], 'a, b, c'],
    [['a', 'b', 'c', 'd'], 'a, b and 2 more'],
  ])('%j', (names, phrase) => {
    expect(listNames(names, 2)).toBe(phrase);
  });
});
