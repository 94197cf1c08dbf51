import { describe, expect, it } from 'vitest';
import { testIo } from '../../../test/fixtures/test-io.ts';
import type { Values } from '../command.ts';
import { readCreateWords } from './create-words.ts';

const BASE = { 'deployment-id': 'd', cluster: 'c', binary: 'b', inventory: ['s-1'], flags: 'flags.yaml' };

function words(values: Values) {
  const { io } = testIo({ cwd: '/', now: 0 });
  return readCreateWords({ ...BASE, ...values }, [], {}, io).reopened;
}

describe('the words that re-open a name', () => {
  it.each<[string, Values, unknown]>([
    ['none', {}, []],
    [
      'one name',
      { reopen: ['x'], reason: ['wanted'], by: ['anna'] },
      [{ flag: 'x', reason: 'wanted', by: 'anna' }],
    ],
    [
      'two names in order, and one who answers for both',
      { reopen: ['x', 'y'], reason: ['one', 'two'], by: ['anna'] },
      [
        { flag: 'x', reason: 'one', by: 'anna' },
        { flag: 'y', reason: 'two', by: 'anna' },
      ],
    ],
  ])('are understood: %s', (_, values, expected) => {
    expect(words(values)).toEqual(expected);
  });

  it.each<[string, Values, string]>([
    [
      'no reason',
      { reopen: ['x'], by: ['anna'] },
      '--reason is missing: --reopen needs why the name is taken again.',
    ],
    ['nobody', { reopen: ['x'], reason: ['r'] }, '--by is missing: --reopen needs who answers for it.'],
    ['no name', { reason: ['r'] }, '--reason says why the name is taken again, and no --reopen names one.'],
    [
      'two reasons for three',
      { reopen: ['x', 'y', 'z'], reason: ['r', 's'], by: ['anna'] },
      '--reason is given 2 times for 3 --reopen: give one for each in the same order, or one for all.',
    ],
    [
      'a name twice',
      { reopen: ['x', 'x'], reason: ['r'], by: ['a'] },
      '--reopen "x" is given twice: once is enough.',
    ],
    [
      'an empty reason',
      { reopen: ['x'], reason: [''], by: ['a'] },
      '--reason is not a text that can be signed: give printable characters.',
    ],
    [
      'an empty name',
      { reopen: [''], reason: ['r'], by: ['a'] },
      '--reopen is not a text that can be signed: give printable characters.',
    ],
  ])('are refused with %s', (_, values, sentence) => {
    expect(() => words(values)).toThrow(sentence);
  });
});
