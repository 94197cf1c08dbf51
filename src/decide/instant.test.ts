import { describe, expect, it } from 'vitest';
import { instantOf, instantReader, spanOf } from './instant.ts';

describe('a span of time', () => {
  it.each([
    [0, '0 s'],
    [400, '0 s'],
    [59_400, '59 s'],
    [59_500, '1 min 0 s'],
    [61_000, '1 min 1 s'],
    [-61_000, '1 min 1 s'],
    [3_599_000, '59 min 59 s'],
    [3_600_000, '1 h 0 min'],
    [7_260_000, '2 h 1 min'],
    [172_799_000, '47 h 59 min'],
    [172_800_000, '2 days'],
    [8_640_000_000, '100 days'],
    [8_726_399_000, '100 days'],
  ])('%i ms reads %s', (ms, expected) => {
    expect(spanOf(ms)).toBe(expected);
  });
});

describe('an instant', () => {
  it('is written in UTC', () => {
    expect(instantOf(Date.parse('2012-08-01T12:00:00+02:00'))).toBe('2012-08-01T10:00:00.000Z');
  });

  it('is read whatever was read before', () => {
    const read = instantReader();
    const times = [
      '2012-08-01T10:00:00Z',
      '2012-08-01T10:00:00Z',
      '2012-08-01T10:00:01Z',
      '2012-08-01T10:00:00Z',
      '',
    ];
    expect(times.map(read)).toEqual([
      1_343_815_200_000,
      1_343_815_200_000,
      1_343_815_201_000,
      1_343_815_200_000,
      NaN,
    ]);
    expect(instantReader()('')).toBeNaN();
  });
});
