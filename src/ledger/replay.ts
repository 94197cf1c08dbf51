import type { EntryKind, Fact } from '../model/entry.ts';
import { isMadeBefore } from './state.ts';
import type { At, ClusterState, LedgerState, ManifestState } from './state.ts';

/** What of an entry says anything of a cluster; how entries are chained does not. */
export type Happened = At & Fact;

type EntryOf<K extends EntryKind> = Extract<Happened, { kind: K }>;

/**
 * What do these entries say of every cluster? Pure: the same entries give the same state, and replay(b, replay(a)) is replay of a
 * and b together. It judges nothing: what should not have been written is told in `oddities`.
 */
export function replay(entries: Iterable<Happened>, from: LedgerState = new Map()): LedgerState {
  const state = new Map(from);
  const drafts = new Map<string, Draft>();
  for (const entry of entries) {
    const { cluster } = entry.body;
    let draft = drafts.get(cluster);
    if (draft === undefined) {
      draft = { now: { ...(from.get(cluster) ?? emptyCluster(cluster)) }, own: new Set() };
      drafts.set(cluster, draft);
      state.set(cluster, draft.now);
    }
    apply(draft, entry);
  }
  return state;
}

/** A cluster of which nothing is known. */
export function emptyCluster(cluster: string): ClusterState {
  return {
    cluster,
    in_force: null,
    manifests: new Map(),
    change: null,
    last_change: null,
    nodes: new Map(),
    last_verdict: null,
    last_no: null,
    quarantines: new Map(),
    leases: new Map(),
    bypasses: [],
    kills: new Map(),
    incidents: new Map(),
    oddities: [],
  };
}

/** A state that is being built, and which of its maps and lists are its own: the others belong to the state before, and stay as they are. */
type Draft = {
  readonly now: { -readonly [K in keyof ClusterState]: ClusterState[K] };
  readonly own: Set<keyof ClusterState>;
};

type MapName = {
  [K in keyof ClusterState]: ClusterState[K] extends ReadonlyMap<string, unknown> ? K : never;
}[keyof ClusterState];

type ListName = {
  [K in keyof ClusterState]: ClusterState[K] extends readonly unknown[] ? K : never;
}[keyof ClusterState];

/**
 * A map of the draft to write into. Copied at its first use only: a proof that comes alone touches one of six, and a cluster of a thousand servers has
 * thousands of members in them.
 */
function mapOf<K extends MapName>(
  { now, own }: Draft,
  name: K,
): ClusterState[K] extends ReadonlyMap<string, infer Value> ? Map<string, Value> : never {
  type Own = ClusterState[K] extends ReadonlyMap<string, infer Value> ? Map<string, Value> : never;
  if (!own.has(name)) {
    Object.assign(now, { [name]: new Map<string, unknown>(now[name]) });
    own.add(name);
  }
  return now[name] as unknown as Own;
}

function listOf<K extends ListName>({ now, own }: Draft, name: K): ClusterState[K][number][] {
  if (!own.has(name)) {
    Object.assign(now, { [name]: [...now[name]] });
    own.add(name);
  }
  return now[name] as ClusterState[K][number][];
}

function atOf({ seq, time }: At): At {
  return { seq, time };
}

const APPLY: { readonly [K in EntryKind]: (draft: Draft, entry: EntryOf<K>) => void } = {
  manifest_accepted: (draft, entry) => {
    const { manifest_sha256, deployment_id, generation, standing } = entry.body;
    setManifest(draft, manifest_sha256, { accepted: { ...atOf(entry), deployment_id, generation } });
    if (standing === 'in_force') draft.now.in_force = manifest_sha256;
  },
  manifest_refused: (draft, entry) => {
    const { manifest_sha256, mark, reason } = entry.body;
    setManifest(draft, manifest_sha256, { refused: mark === 'refused' ? { ...atOf(entry), reason } : null });
  },
  change_begun: (draft, entry) => {
    if (draft.now.change !== null) {
      odd(draft, entry, `${entry.body.change} began while ${draft.now.change.change} was under way`);
      draft.now.last_change = draft.now.change;
    }
    draft.now.change = { ...atOf(entry), ...entry.body, ended: null, asked: null };
  },
  change_ended: (draft, entry) => {
    const { change, outcome, exit_status, signal } = entry.body;
    if (draft.now.change?.change !== change) {
      odd(draft, entry, `${change} ended, and it was not under way`);
      return;
    }
    draft.now.last_change = { ...draft.now.change, ended: { ...atOf(entry), outcome, exit_status, signal } };
    draft.now.change = null;
    // Where the command failed or nobody knows, the servers may run either; what they have to run has not changed.
    if (outcome === 'done') draft.now.in_force = draft.now.last_change.manifest_sha256;
  },
  proof: (draft, entry) => {
    const { hostname, accepted, event_id, manifest_sha256, binary_sha256 } = entry.body;
    const { observed_at, sequence, boot_id } = entry.body;
    const before = draft.now.nodes.get(hostname);
    // Written late: the server has shown something newer, and that is what counts.
    if (before !== undefined && isMadeBefore(entry.body, before.last)) return;
    const place = { observed_at, sequence: sequence ?? null, boot_id: boot_id ?? null };
    mapOf(draft, 'nodes').set(hostname, {
      hostname,
      last: { ...atOf(entry), accepted, event_id, manifest_sha256, binary_sha256, ...place },
      accepted: accepted ? { ...atOf(entry), event_id, manifest_sha256 } : (before?.accepted ?? null),
    });
    for (const [name, quarantine] of draft.now.quarantines) {
      const others = quarantine.unproven.filter((host) => host !== hostname);
      const isDue = [quarantine.manifest_sha256, draft.now.in_force].includes(manifest_sha256);
      if (!accepted)
        mapOf(draft, 'quarantines').set(name, { ...quarantine, unproven: [...others, hostname].sort() });
      else if (isDue && manifest_sha256 !== null)
        mapOf(draft, 'quarantines').set(name, { ...quarantine, unproven: others });
    }
  },
  verdict: (draft, entry) => {
    const { gate, verdict, event_id, manifest_sha256 } = entry.body;
    draft.now.last_verdict = { ...atOf(entry), gate, verdict, event_id, manifest_sha256 };
    if (verdict === 'QUARANTINE') draft.now.last_no = { ...atOf(entry), event_id };
    if (gate === 'proof' && draft.now.last_change?.asked === null)
      draft.now.last_change = { ...draft.now.last_change, asked: atOf(entry) };
    if (verdict === 'PROVEN' && manifest_sha256 !== null)
      setManifest(draft, manifest_sha256, { proven: atOf(entry) });
  },
  quarantine_opened: (draft, entry) => {
    const { quarantine, event_id, manifest_sha256, takes_out, reason, unproven } = entry.body;
    const what = { quarantine, event_id, manifest_sha256, takes_out, reason };
    // Said again of one that is open: more servers turned out to be unproven.
    const open = draft.now.quarantines.get(quarantine);
    mapOf(draft, 'quarantines').set(quarantine, {
      ...(open ?? { ...atOf(entry), ...what }),
      unproven: [...new Set([...(open?.unproven ?? []), ...unproven])].sort(),
    });
  },
  quarantine_released: (draft, entry) => {
    const { quarantine, release } = entry.body;
    const unproven = draft.now.quarantines.get(quarantine)?.unproven ?? [];
    if (release.by === 'proof' && unproven.length > 0)
      odd(
        draft,
        entry,
        `the quarantine ${quarantine} ended by proof while ${unproven.join(', ')} had given none`,
      );
    if (!mapOf(draft, 'quarantines').delete(quarantine))
      odd(draft, entry, `the quarantine ${quarantine} was not open`);
  },
  lease: (draft, entry) => {
    const { nodes, state, until } = entry.body;
    for (const { hostname, proof_seq } of nodes)
      mapOf(draft, 'leases').set(hostname, { ...atOf(entry), hostname, state, until, proof_seq });
  },
  bypass: (draft, entry) => void listOf(draft, 'bypasses').push({ ...atOf(entry), ...entry.body }),
  kill: (draft, entry) => {
    const { state, switch: name } = entry.body;
    if (state === 'tripped') mapOf(draft, 'kills').set(name, { ...atOf(entry), ...entry.body });
    if (state === 'reset') mapOf(draft, 'kills').delete(name);
  },
  incident_classified: (draft, entry) => {
    const { change, rollback_type } = entry.body;
    mapOf(draft, 'incidents').set(change, { ...atOf(entry), rollback_type });
  },
};

function apply<K extends EntryKind>(draft: Draft, entry: EntryOf<K>): void {
  (APPLY[entry.kind] as (draft: Draft, entry: EntryOf<K>) => void)(draft, entry);
}

function setManifest(draft: Draft, manifest_sha256: string, change: Partial<ManifestState>): void {
  const before = draft.now.manifests.get(manifest_sha256);
  const known = before ?? { manifest_sha256, accepted: null, proven: null, refused: null };
  mapOf(draft, 'manifests').set(manifest_sha256, { ...known, ...change });
}

function odd(draft: Draft, { seq }: At, detail: string): void {
  listOf(draft, 'oddities').push({ seq, detail });
}
