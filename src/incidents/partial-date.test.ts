import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBefore, isInCalendar, isInFuture } from './partial-date.ts';

describe('a date as far as it is known', () => {
  it.each([
    ['2012', true],
    ['2012-02', true],
    ['2012-02-29', true],
    ['2013-02-29', false],
    ['2012-04-30', true],
    ['2012-04-31', false],
    ['2012-12-31', true],
    ['2012-13', false],
    ['2012-00', false],
    ['2012-01-00', false],
    ['2012-1-1', false],
    ['unknown', false],
    ['', false],
  ])('%s is in the calendar: %s', (date, is) => {
    expect(isInCalendar(date)).toBe(is);
  });

  it('is in the calendar for every day that a clock can show', () => {
    const days = fc.date({
      min: new Date('1900-01-01T00:00:00Z'),
      max: new Date('2099-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(days, (day) => {
        expect(isInCalendar(day.toISOString().slice(0, 10))).toBe(true);
      }),
    );
  });

  it.each([
    ['2012-08-01', '2012-07-31T09:59:59.999Z', true],
    ['2012-08-01', '2012-07-31T10:00:00Z', false],
    ['2012-08', '2012-07-31T10:00:00Z', false],
    ['2012-09', '2012-08-15T00:00:00Z', true],
    ['2013', '2012-12-31T09:00:00Z', true],
    ['2012', '2012-06-01T00:00:00Z', false],
  ])('%s at %s is in the future: %s', (date, now, is) => {
    expect(isInFuture(date, Date.parse(now))).toBe(is);
  });

  it.each([
    ['2012-07-31', '2012-08-01', true],
    ['2012-08-01', '2012-08-01', false],
    ['2012-08', '2012-08-15', false],
    ['2012-08-15', '2012-08', false],
    ['2012', '2012-08-15', false],
    ['2011', '2012-08-15', true],
    ['2012-09', '2012-08-15', false],
  ])('%s is surely before %s: %s', (first, second, is) => {
    expect(isBefore(first, second)).toBe(is);
  });
});
