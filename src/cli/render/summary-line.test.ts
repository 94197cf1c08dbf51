import { expect, it } from 'vitest';
import { ALLOWED, BLOCKED } from '../../../test/fixtures/verdicts.ts';
import type { Verdict } from '../../model/verdict.ts';
import { summaryLine } from './summary-line.ts';

type Check = Verdict['pre_deploy_check'];

function summaryOf(check: Partial<Check>): string {
  return summaryLine({ ...ALLOWED, pre_deploy_check: { ...ALLOWED.pre_deploy_check, ...check } });
}

function others(
  count: number,
  binary: (at: number) => string,
  live: (at: number) => boolean,
): Check['servers_on_other_binary'] {
  const [server] = BLOCKED.pre_deploy_check.servers_on_other_binary;
  if (server === undefined) throw new Error('the fixture has a server');
  return Array.from({ length: count }, (_, at) => ({
    ...server,
    hostname: `n${at}`,
    binary_sha256: binary(at).repeat(64),
    taking_live_traffic: live(at),
  }));
}

it.each<[string, Partial<Check>, string]>([
  ['all on manifest', {}, '3/3 on manifest'],
  [
    'silent servers are named',
    { servers_on_manifest_binary: 1, servers_without_evidence: ['a', 'b'] },
    '1/3 on manifest; 2 without evidence (a, b)',
  ],
  [
    'one drained',
    {
      servers_on_manifest_binary: 2,
      servers_on_other_binary: others(
        1,
        () => 'd',
        () => false,
      ),
    },
    '2/3 on manifest; 1 on dddddddddddd… (n0, no live traffic)',
  ],
  [
    'some live, many hosts',
    {
      servers_on_other_binary: others(
        9,
        () => 'd',
        (at) => at < 2,
      ),
    },
    '3/3 on manifest; 9 on dddddddddddd… (n0, n1, n2 and 6 more, live traffic on 2)',
  ],
  [
    'more binaries than fit a line, the most common first',
    {
      servers_on_other_binary: others(
        7,
        (at) => 'fabcdea'[at] ?? '',
        () => true,
      ),
    },
    '3/3 on manifest; 2 on aaaaaaaaaaaa… (n1, n6, live traffic); 1 on bbbbbbbbbbbb… (n2, live traffic); 1 on cccccccccccc… (n3, live traffic); 1 on dddddddddddd… (n4, live traffic); 2 on 2 other binaries',
  ],
])('%s', (_, check, line) => {
  expect(summaryOf(check)).toBe(line);
});
