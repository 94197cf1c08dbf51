import { describe, expect, it } from 'vitest';
import {
  activate,
  at,
  evidence,
  flag,
  manifest,
  messageFlag,
  NOW,
  POLICY,
  report,
  sha,
} from '../../test/world/documents.ts';
import type { NodeReport } from '../model/node-report.ts';
import { decide } from './decide.ts';

const [A, B] = [sha('a'), sha('b')];
const old = manifest({
  generation: 1,
  binary_sha256: A,
  flag_ownership_table: [flag('x', { state: 'dormant' }), flag('y')],
});
const next = manifest({
  generation: 2,
  binary_sha256: B,
  cluster_inventory: ['n3', 'n2', 'n1', 'n4'],
  bound_flags: ['x'],
  flag_ownership_table: [messageFlag('x'), flag('y')],
});

function check(reports: readonly NodeReport[]) {
  return decide(evidence(reports, [old]), activate(next), POLICY, NOW).pre_deploy_check;
}

describe('the row of the haunted server detector', () => {
  it('lists servers on another binary by name, with the switches that reach them', () => {
    const bound = [{ flag: 'y', source: 'env:Y' }];
    const more = { first_seen_on_this_binary: at(-99), last_deploy_touched: at(-98), bound_flags: bound };
    expect(
      check([report('n3', A), report('n2', B), report('n1', A, { ...more, taking_live_traffic: false })]),
    ).toEqual({
      cluster_size: 4,
      manifest_binary_sha256: B,
      servers_on_manifest_binary: 1,
      servers_on_other_binary: [
        {
          hostname: 'n1',
          binary_sha256: A,
          bound_flags: ['y'],
          flag_type: 'live',
          taking_live_traffic: false,
          first_seen_on_this_binary: at(-99),
          last_deploy_touched: at(-98),
        },
        {
          hostname: 'n3',
          binary_sha256: A,
          bound_flags: ['x'],
          flag_type: 'legacy_dormant',
          taking_live_traffic: true,
          first_seen_on_this_binary: null,
          last_deploy_touched: null,
        },
      ],
      servers_without_evidence: ['n4'],
    });
  });

  it('lists silent servers by name', () => {
    expect(check([])).toMatchObject({
      cluster_size: 4,
      servers_on_manifest_binary: 0,
      servers_without_evidence: ['n1', 'n2', 'n3', 'n4'],
    });
  });

  it('lists a server that contradicts itself once, by one row whatever came first', () => {
    const said = [
      report('n1', A, { last_deploy_touched: at(-2) }),
      report('n1', B),
      report('n1', A, { last_deploy_touched: at(-1) }),
      report('n1', sha('d'), { binary_on_disk_sha256: sha('d') }),
    ];
    const others = ['n2', 'n3', 'n4'].map((name) => report(name, B));
    const rows = [said, said.toReversed()].map((each) => check([...each, ...others]));
    expect(rows[0]).toEqual(rows[1]);
    expect(rows[0]).toMatchObject({
      servers_on_manifest_binary: 3,
      servers_on_other_binary: [{ hostname: 'n1', binary_sha256: A, last_deploy_touched: at(-2) }],
    });
  });
});
