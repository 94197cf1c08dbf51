import { describe, expect, it } from 'vitest';
import { at, report, sha } from '../../test/world/documents.ts';
import type { NodeReport } from '../model/node-report.ts';
import { contradictionsOf, newestReports } from './contradiction.ts';

const A = sha('a');
const B = sha('b');

function said(seconds: number, sequence: number, more: Partial<NodeReport> = {}): NodeReport {
  return report('n1', A, { observed_at: at(seconds), sequence, ...more });
}

/** Which of the reports given count, by their place. */
function counting(given: readonly NodeReport[]): number[] {
  return newestReports(given)
    .map((one) => given.indexOf(one))
    .sort((a, b) => a - b);
}

describe('which of the reports of one server count', () => {
  it.each<[string, NodeReport[], number[]]>([
    ['the newest, wherever it stands', [said(-10, 2), said(-20, 1)], [0]],
    ['the newest, wherever it stands', [said(-20, 1), said(-10, 2)], [1]],
    ['all of the newest instant, whatever their sequence', [said(-10, 1), said(-10, 9)], [0, 1]],
    [
      'all of the newest instant, however it is written',
      [said(0, 1), said(0, 2, { observed_at: '2012-08-01T12:00:00+02:00' })],
      [0, 1],
    ],
    ['an earlier one of the same boot with a higher sequence', [said(-10, 4), said(-20, 5)], [0, 1]],
    ['not an earlier one of the same sequence', [said(-10, 4), said(-20, 4)], [0]],
    ['not one of another boot', [said(-10, 4), said(-20, 5, { boot_id: 'boot-before' })], [0]],
    ['not one that knows no boot', [said(-10, 4), said(-20, 5, { boot_id: null })], [0]],
    [
      'nothing is said about sequences without boot ids',
      [said(-10, 4, { boot_id: null }), said(-20, 5, { boot_id: null })],
      [0],
    ],
    [
      'no earlier one when the newest instant has two boots',
      [said(-10, 4), said(-10, 4, { boot_id: 'boot-other' }), said(-20, 5)],
      [0, 1],
    ],
    [
      'an earlier one must be above all sequences of the newest instant',
      [said(-10, 4), said(-10, 6), said(-20, 5), said(-30, 7)],
      [0, 1, 3],
    ],
  ])('%s', (_, given, expected) => {
    expect(counting(given)).toEqual(expected);
  });

  it('counts a report sent twice once', () => {
    expect(newestReports([said(-10, 1), said(-10, 1), said(-10, 1)])).toEqual([said(-10, 1)]);
  });

  it('takes as many repeats as anybody sends', () => {
    const one = said(-10, 1);
    const flood = Array.from({ length: 200_000 }, () => one);
    expect(newestReports(flood)).toHaveLength(1);
  });
});

describe('a server that contradicts itself', () => {
  it('says two binaries at one instant', () => {
    expect(contradictionsOf('n1', [said(-10, 1, { binary_sha256: B }), said(-10, 1)])).toEqual([
      {
        code: 'equivocation',
        effect: 'hold',
        phase: 'now',
        hostname: 'n1',
        flag: null,
        expected: 'one binary',
        actual: `${A}, ${B}`,
        where: [`binary:${A}`, `binary:${B}`],
        sentence: 'n1 says at one instant that it runs aaaaaaaaaaaa and bbbbbbbbbbbb.',
        remedy: 'Two machines share a name, or one lies: find both before going on.',
      },
    ]);
  });

  it('has a clock that ran backwards, which is not one instant', () => {
    const newest = newestReports([said(-10, 1), said(-20, 2, { binary_sha256: B })]);
    expect(contradictionsOf('n1', newest)).toEqual([
      {
        code: 'clock_skew',
        effect: 'hold',
        phase: 'now',
        hostname: 'n1',
        flag: null,
        expected: 'later reports carry later times',
        actual: '2012-08-01T09:59:40.000Z, 2012-08-01T09:59:50.000Z',
        where: [],
        sentence:
          'The clock of n1 ran backwards between its reports (2012-08-01T09:59:40.000Z, 2012-08-01T09:59:50.000Z).',
        remedy: 'Set the clock (NTP), then ask again.',
      },
    ]);
  });

  it('names each time once', () => {
    const newest = newestReports([said(-10, 1), said(-20, 2), said(-20, 3)]);
    expect(contradictionsOf('n1', newest).map((finding) => finding.actual)).toEqual([
      '2012-08-01T09:59:40.000Z, 2012-08-01T09:59:50.000Z',
    ]);
  });

  it('does not when it says one thing twice', () => {
    expect(contradictionsOf('n1', [said(-10, 1), said(-10, 2)])).toEqual([]);
  });
});
