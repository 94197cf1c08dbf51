import type { NodeReport } from '../model/node-report.ts';
import type { ServerOnOtherBinary, Verdict } from '../model/verdict.ts';
import type { ClassJudgement } from './judge-class.ts';
import type { Look } from './look.ts';

const NOTHING: Verdict['pre_deploy_check'] = {
  cluster_size: 0,
  manifest_binary_sha256: null,
  servers_on_manifest_binary: 0,
  servers_on_other_binary: [],
  servers_without_evidence: [],
};

/**
 * The thread's row: how many servers run the manifest's binary, and which do not, with the switches that reach them. A server
 * that contradicts itself is listed once, by a row that does not depend on which report came first.
 */
export function preDeployCheck(look: Look | null): Verdict['pre_deploy_check'] {
  if (look === null) return NOTHING;
  const others = new Map<string, ServerOnOtherBinary>();
  for (const { nodes, judgement } of look.classes) {
    if (judgement.isOnManifestBinary) continue;
    for (const report of nodes.reports) {
      const row = rowOf(report, judgement);
      const known = others.get(report.hostname);
      if (known === undefined || JSON.stringify(row) < JSON.stringify(known))
        others.set(report.hostname, row);
    }
  }
  const { coverage, reference } = look;
  const answered = coverage.size - coverage.missing.length;
  return {
    cluster_size: coverage.size,
    manifest_binary_sha256: reference.binary_sha256,
    servers_on_manifest_binary: answered - others.size,
    servers_on_other_binary: [...others.values()].sort((a, b) => (a.hostname < b.hostname ? -1 : 1)),
    servers_without_evidence: [...coverage.missing].sort(),
  };
}

function rowOf(report: NodeReport, judgement: ClassJudgement): ServerOnOtherBinary {
  return {
    hostname: report.hostname,
    binary_sha256: report.binary_sha256,
    bound_flags: [...judgement.flags],
    flag_type: judgement.flagType,
    taking_live_traffic: report.taking_live_traffic,
    first_seen_on_this_binary: report.first_seen_on_this_binary ?? null,
    last_deploy_touched: report.last_deploy_touched ?? null,
  };
}
