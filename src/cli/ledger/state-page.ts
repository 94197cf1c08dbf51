import { activeBypasses, heldLeases } from '../../ledger/state.ts';
import type { ClusterState } from '../../ledger/state.ts';
import { labelled } from '../manifest/aligned.ts';
import { shortDigest } from '../render/terminal-text.ts';

/** What holds in a cluster at a moment (milliseconds since the epoch), for people. */
export function statePage(state: ClusterState, now: number): readonly string[] {
  const { change, last_change: last, last_verdict: verdict } = state;
  const leased = heldLeases(state, now).map(({ hostname }) => hostname);
  const refused = [...state.manifests.values()].filter((manifest) => manifest.refused !== null);
  const proven = state.in_force === null ? null : state.manifests.get(state.in_force)?.proven;
  return labelled([
    ['cluster', state.cluster],
    ['in force', state.in_force === null ? 'no manifest' : shortDigest(state.in_force)],
    ['proven', proven === null || proven === undefined ? 'never' : `${proven.time} (entry ${proven.seq})`],
    ['under way', change === null ? 'nothing' : `${change.change}, ${change.action}, since ${change.time}`],
    ['last change', last === null ? 'none' : `${last.change}, ${last.ended?.outcome ?? 'end unknown'}`],
    ['last verdict', verdict === null ? 'none' : `${verdict.gate}: ${verdict.verdict}, ${verdict.time}`],
    ...[...state.quarantines.values()].map(
      ({ quarantine, unproven }) =>
        ['quarantine', `${quarantine}: ${unproven.join(', ') || 'all have proven, not released'}`] as const,
    ),
    ['leases held', leased.length === 0 ? 'none' : leased.join(', ')],
    ...refused.map(
      (manifest) =>
        ['refused', `${shortDigest(manifest.manifest_sha256)}: ${manifest.refused?.reason ?? ''}`] as const,
    ),
    ...activeBypasses(state, now).map(
      ({ bypass, until, reason }) => ['bypass', `${bypass} until ${until}: ${reason}`] as const,
    ),
    ...[...state.kills.values()].map(
      ({ switch: name, reason }) => ['kill switch', `${name} tripped: ${reason}`] as const,
    ),
    ...[...state.incidents].map(
      ([name, { rollback_type }]) => ['incident', `${name}: ${rollback_type}`] as const,
    ),
    ...state.oddities.map(({ seq, detail }) => ['odd', `entry ${seq}: ${detail}`] as const),
  ]);
}

/** The same as JSON: maps become lists in the order of the ledger. */
export function stateJson(state: ClusterState, now: number): object {
  return {
    ...state,
    manifests: [...state.manifests.values()],
    nodes: [...state.nodes.values()],
    quarantines: [...state.quarantines.values()],
    leases: heldLeases(state, now),
    bypasses: activeBypasses(state, now),
    kills: [...state.kills.values()],
    incidents: [...state.incidents].map(([change, incident]) => ({ change, ...incident })),
  };
}
