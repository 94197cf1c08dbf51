import { assert, property, stringMatching, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordFinder } from './word-finder.ts';

function found(words: readonly string[], text: string): readonly string[] {
  return [...wordFinder(words)(Buffer.from(text))].sort();
}

describe('which words stand in a file', () => {
  it.each([
    ['a word', ['new-cart'], 'if new-cart:', ['new-cart']],
    ['no word', ['new-cart'], 'if new_cart:', []],
    ['a word at the very end', ['cart'], 'new-cart', ['cart']],
    ['a word that is cut off by the end', ['checkout-of-2026'], 'checkout-of-202', []],
    ['a long word', ['checkout-of-2026'], 'x checkout-of-2026 y', ['checkout-of-2026']],
    ['two that begin alike', ['checkout-old', 'checkout-new'], 'checkout-new', ['checkout-new']],
    ['a word inside another', ['cart', 'new-cart-2'], 'new-cart-2', ['cart', 'new-cart-2']],
    ['words that overlap', ['abcab', 'cabd'], 'abcabd', ['abcab', 'cabd']],
    ['a word after its own beginning', ['aab'], 'aaab', ['aab']],
    ['each word once', ['a'], 'aaa', ['a']],
    ['letters that are no ASCII', ['größe'], 'eine größe mehr', ['größe']],
    ['an empty word nowhere', ['', 'x'], 'x', ['x']],
    ['no words nowhere', [], 'x', []],
  ])('finds %s', (_, words, text, expected) => {
    expect(found(words, text)).toEqual(expected);
  });

  // Short words are few or many, long ones alike or not: each has its own way through the bytes.
  it.each([
    ['short words', /^[abc]{1,4}$/],
    ['long words', /^[abc]{5,12}$/],
    ['words of one length', /^[ab]{8}$/],
    ['all of them', /^[abc]{1,20}$/],
  ])('finds what a plain look at each of %s finds', (_, pattern) => {
    const words = uniqueArray(stringMatching(pattern), { maxLength: 40 });
    assert(
      property(words, stringMatching(/^[abcd]{0,200}$/), (known, text) => {
        expect(found(known, text)).toEqual(known.filter((one) => text.includes(one)).sort());
      }),
    );
  });
});
