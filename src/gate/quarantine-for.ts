import type { Fact } from '../model/entry.ts';
import { oneLine } from '../model/one-line.ts';
import type { ClusterState } from '../ledger/state.ts';
import type { Candidate } from './candidate.ts';
import type { Parts } from './parts.ts';

type Unproven = {
  readonly state: ClusterState;
  readonly event: { readonly event_id: string; readonly after: string | null };
  readonly best: Candidate;
};

type Opened = {
  readonly name: string;
  readonly facts: readonly Fact[];
  /** False when it was open already: somebody is paged once for it. */
  readonly isNews: boolean;
};

/**
 * The quarantine that is open after this: the one there is, if it names all who are unproven; else the one there is with their names added;
 * else a new one. What comes out of a change is always its own, because an operator who ends that one speaks of the change.
 */
export function quarantineFor(parts: Parts, { state, event, best }: Unproven): Opened {
  const { unproven, verdict, ground } = best;
  const open = [...state.quarantines.values()];
  const known = open.find((each) => unproven.every((host) => each.unproven.includes(host)));
  if (known !== undefined) return { name: known.quarantine, facts: [], isNews: false };
  const last = event.event_id === event.after ? undefined : open.at(-1);
  const reason = withoutStop(verdict.block_reason ?? 'not every server has proven itself');
  const opened = openedFact(parts, state, { last, unproven, reason, event_id: event.event_id });
  const { quarantine } = opened.body;
  const body = { ...opened.body, manifest_sha256: ground.manifest.manifest_sha256 };
  return { name: quarantine, facts: [{ ...opened, body }], isNews: last === undefined };
}

type Opening = {
  /** The quarantine that gets more names; undefined for a new one. */
  readonly last: { readonly quarantine: string } | undefined;
  readonly unproven: readonly string[];
  readonly reason: string;
  readonly event_id: string | null;
};

/** The entry that opens a quarantine, or names more servers in one that is open. */
export function openedFact(
  parts: Parts,
  state: ClusterState,
  { last, unproven, reason, event_id }: Opening,
): Extract<Fact, { kind: 'quarantine_opened' }> {
  return {
    kind: 'quarantine_opened',
    body: {
      cluster: state.cluster,
      quarantine: last?.quarantine ?? parts.chance.name('quarantine'),
      event_id,
      manifest_sha256: state.in_force,
      unproven: [...unproven],
      takes_out: parts.rules(state.cluster).traffic.takes_out,
      reason: oneLine(reason),
    },
  };
}

/** A sentence as a clause: other sentences go on after it. */
export function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
