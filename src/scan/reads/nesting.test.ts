import { expect, it } from 'vitest';
import { isNestedTooDeep, MOST_NESTED } from './nesting.ts';

it.each([
  ['as many brackets as are allowed', '('.repeat(MOST_NESTED), false],
  ['one more', '['.repeat(MOST_NESTED + 1), true],
  ['brackets that are closed again', '{}'.repeat(MOST_NESTED + 1), false],
  ['brackets in texts', `'${'('.repeat(5_000)}'`, false],
  ['a text that never ends on its line', `'\n${'('.repeat(MOST_NESTED + 1)}`, true],
  ['an escaped quote', `'\\'${'('.repeat(5_000)}'`, false],
  ['more closed than opened', `${')'.repeat(5_000)}${'('.repeat(MOST_NESTED)}`, false],
  ['nothing', '', false],
])('%s', (_, text, isTooDeep) => {
  expect(isNestedTooDeep(text)).toBe(isTooDeep);
});
