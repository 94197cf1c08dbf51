import { describe, expect, it } from 'vitest';
import { hostNames } from './host-names.ts';

describe('hostNames', () => {
  it.each([
    [[], ''],
    [['smars-01'], 'smars-01'],
    [['smars-01', 'smars-02', 'smars-03'], 'smars-01 to smars-03'],
    [['smars-01', 'smars-02', 'smars-04'], 'smars-01 to smars-02, smars-04'],
    [['n9', 'n10'], 'n9, n10'],
    [['web-1.eu', 'web-2.eu', 'web-3.us'], 'web-1.eu to web-2.eu, web-3.us'],
    [['alpha', 'beta'], 'alpha, beta'],
    [['a1', 'b2'], 'a1, b2'],
    [['a', 'b', 'c', 'd', 'e', 'f'], 'a, b, c, d, e, f'],
    [['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], 'a, b, c, d, e, f and 2 more'],
    [['n2', 'n1'], 'n2, n1'],
    [['n1', 'n1'], 'n1, n1'],
  ])('%j is %s', (names, words) => {
    expect(hostNames(names)).toBe(words);
  });
});
