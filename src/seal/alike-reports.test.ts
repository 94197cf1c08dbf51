import { describe, expect, it } from 'vitest';
import type { NodeReport } from '../model/node-report.ts';
import { alikeReports } from './alike-reports.ts';
import type { AlikeReports } from './alike-reports.ts';

function reportOf(cluster: string, hostname: string): NodeReport {
  return {
    schema: 'haunted.node-report/v1',
    cluster,
    hostname,
    observed_at: '2012-08-01T10:00:00Z',
    sequence: 1,
    binary_sha256: 'a'.repeat(64),
    method: 'proc_exe',
    bound_flags: [],
    taking_live_traffic: true,
  };
}

function bytesOf(report: NodeReport): Buffer {
  return Buffer.from(JSON.stringify(report));
}

function learn(alike: AlikeReports<string>, cluster: string): void {
  const report = reportOf(cluster, 'smars-01');
  alike.learn(bytesOf(report), report, `beside ${cluster}`);
}

function knows(alike: AlikeReports<string>, cluster: string): boolean {
  const bytes = bytesOf(reportOf(cluster, 'smars-02'));
  return alike.read(bytes, 0, bytes.length) !== undefined;
}

describe('alikeReports', () => {
  it('knows nothing at first', () => {
    expect(knows(alikeReports(''), 'smars')).toBe(false);
  });

  it('reads reports like those it learned, with what stood beside them', () => {
    const alike = alikeReports<string>('');
    learn(alike, 'one');
    learn(alike, 'two');
    const bytes = bytesOf(reportOf('one', 'smars-07'));
    expect(alike.read(bytes, 0, bytes.length)).toEqual({
      report: reportOf('one', 'smars-07'),
      beside: 'beside one',
    });
  });

  it('keeps the layouts met last', () => {
    const alike = alikeReports<string>('');
    for (let number = 1; number <= 16; number += 1) learn(alike, `c${number}`);
    expect(knows(alike, 'c1')).toBe(true);
    learn(alike, 'c17');
    expect(['c1', 'c2', 'c3', 'c16', 'c17'].map((cluster) => knows(alike, cluster))).toEqual([
      true,
      false,
      true,
      true,
      true,
    ]);
  });

  it('stops learning when it does not pay, and tries again now and then', () => {
    const alike = alikeReports<string>('');
    for (let number = 1; number <= 33; number += 1) learn(alike, `c${number}`);
    expect([knows(alike, 'c32'), knows(alike, 'c33')]).toEqual([true, false]);
    learn(alike, 'c34');
    expect(knows(alike, 'c34')).toBe(true);
    for (let misses = 0; misses < 16; misses += 1) expect(knows(alike, 'c99')).toBe(false);
    learn(alike, 'c35');
    expect(knows(alike, 'c35')).toBe(true);
  });
});
