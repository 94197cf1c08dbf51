import type { ClusterTold } from '../model/cluster-told.ts';
import type { ClusterState } from './state.ts';

/** The state of a cluster as it is told to others: maps as lists, in their order. */
export function toldState(state: ClusterState): ClusterTold {
  const { manifests, nodes, quarantines, leases, bypasses, kills, incidents, oddities } = state;
  return {
    ...state,
    manifests: [...manifests.values()],
    nodes: [...nodes.values()],
    quarantines: [...quarantines.values()].map((each) => ({ ...each, unproven: [...each.unproven] })),
    leases: [...leases.values()],
    bypasses: [...bypasses],
    kills: [...kills.values()],
    incidents: [...incidents].map(([change, incident]) => ({ ...incident, change })),
    oddities: [...oddities],
  };
}

/** The state in what was told. */
export function stateOfTold(told: ClusterTold): ClusterState {
  return {
    ...told,
    manifests: new Map(told.manifests.map((each) => [each.manifest_sha256, each])),
    nodes: new Map(told.nodes.map((each) => [each.hostname, each])),
    quarantines: new Map(told.quarantines.map((each) => [each.quarantine, each])),
    leases: new Map(told.leases.map((each) => [each.hostname, each])),
    kills: new Map(told.kills.map((each) => [each.switch, each])),
    incidents: new Map(told.incidents.map(({ change, ...incident }) => [change, incident])),
  };
}
