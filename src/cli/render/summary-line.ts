import type { ServerOnOtherBinary, Verdict } from '../../model/verdict.ts';
import { listNames } from './name-list.ts';
import { shortDigest } from './terminal-text.ts';

const BINARIES_SHOWN = 4;
const HOSTS_SHOWN = 3;

/** The cluster in one line: `7/8 on manifest; 1 on def456abc123… (smars-04, live traffic)`. */
export function summaryLine(verdict: Verdict): string {
  const check = verdict.pre_deploy_check;
  const groups = groupByBinary(check.servers_on_other_binary);
  const parts = [`${check.servers_on_manifest_binary}/${check.cluster_size} on manifest`];
  for (const [binary, servers] of groups.slice(0, BINARIES_SHOWN)) {
    const hosts = listNames(
      servers.map((server) => server.hostname),
      HOSTS_SHOWN,
    );
    parts.push(`${servers.length} on ${shortDigest(binary)} (${hosts}, ${describeTraffic(servers)})`);
  }
  const rest = groups.slice(BINARIES_SHOWN);
  if (rest.length > 0) {
    const count = rest.reduce((sum, [, servers]) => sum + servers.length, 0);
    parts.push(`${count} on ${rest.length} other binaries`);
  }
  const silent = check.servers_without_evidence;
  if (silent.length > 0) parts.push(`${silent.length} without evidence (${listNames(silent, HOSTS_SHOWN)})`);
  return parts.join('; ');
}

function groupByBinary(
  servers: readonly ServerOnOtherBinary[],
): (readonly [string, readonly ServerOnOtherBinary[]])[] {
  const groups = Map.groupBy(servers, (server) => server.binary_sha256);
  return [...groups].sort(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1));
}

function describeTraffic(servers: readonly ServerOnOtherBinary[]): string {
  const live = servers.filter((server) => server.taking_live_traffic).length;
  if (live === 0) return 'no live traffic';
  return live === servers.length ? 'live traffic' : `live traffic on ${live}`;
}
