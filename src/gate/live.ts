import { Fault } from '../fault.ts';
import type { Fact } from '../model/entry.ts';
import { emptyCluster, replay } from '../ledger/replay.ts';
import type { Happened } from '../ledger/replay.ts';
import type { Head, Ledger } from '../ledger/ledger.ts';
import { EMPTY_HEAD } from '../ledger/ledger.ts';
import { readEntries } from '../ledger/read-entry.ts';
import type { ClusterState, LedgerState } from '../ledger/state.ts';

/** A document as an entry kept it, and when. Milliseconds since the epoch. */
type Kept = { readonly text: string; readonly at: number };

/** What a ledger says at one head. */
export type Snapshot = {
  readonly head: Head;
  readonly clusters: LedgerState;
  readonly clusterOf: (cluster: string) => ClusterState;
  /** The text of every manifest that was let in, by digest. */
  readonly manifests: ReadonlyMap<string, Kept>;
  /** The plan of each change, as text; null when it had none. */
  readonly plans: ReadonlyMap<string, string | null>;
  /** Haunted servers when the gate let a change through, by the change; null when nobody counted. */
  readonly wrongBefore: ReadonlyMap<string, number | null>;
};

export type Live = {
  /** The state at the ledger’s head of this moment. Only entries that are new since the last time are read. Fault LEDGER_CORRUPT. */
  readonly refresh: () => Promise<Snapshot>;
  /** The ledger’s append, so that what this process wrote itself need not be read back. */
  readonly append: Ledger['append'];
};

/** Facts that this process appended, and the head after them. */
type Written = { readonly facts: readonly Fact[]; readonly head: Head; readonly time: string };

/** Keeps the state that a ledger replays to, so that asking again costs only what is new. */
export function liveState(ledger: Pick<Ledger, 'read' | 'head' | 'append'>): Live {
  let clusters: LedgerState = new Map();
  let head: Head = EMPTY_HEAD;
  /** By the number of the first entry. */
  const written = new Map<number, Written>();
  const manifests = new Map<string, Kept>();
  const plans = new Map<string, string | null>();
  const wrongBefore = new Map<string, number | null>();
  const keep = (entry: Happened): void => {
    if (entry.kind === 'manifest_accepted' && entry.body.document !== null)
      manifests.set(entry.body.manifest_sha256, { text: entry.body.document, at: Date.parse(entry.time) });
    if (entry.kind === 'change_begun') plans.set(entry.body.change, entry.body.document);
    if (entry.kind === 'verdict' && entry.body.event_id !== null && entry.body.gate !== 'proof')
      if (!wrongBefore.has(entry.body.event_id)) wrongBefore.set(entry.body.event_id, entry.body.wrong_now);
  };
  /** What this process wrote right after what is known; moves `to` along. */
  const takeWritten = (fresh: Happened[], to: { head: Head }): void => {
    for (;;) {
      const first = to.head.count + 1;
      const next = written.get(first);
      if (next === undefined) return;
      written.delete(first);
      for (const [at, fact] of next.facts.entries())
        fresh.push({ ...fact, seq: first + at, time: next.time });
      to.head = next.head;
    }
  };
  const readNew = async (): Promise<Snapshot> => {
    const fresh: Happened[] = [];
    const to = { head };
    const { count } = await ledger.head();
    takeWritten(fresh, to);
    if (to.head.count < count) {
      for await (const entry of readEntries(ledger, to.head.count + 1)) {
        // Sound entries are not enough: without the one that opened a quarantine the others would let it pass.
        if (entry.seq !== to.head.count + 1 || entry.previous !== to.head.hash) throw brokenAfter(to.head);
        fresh.push(entry);
        to.head = { count: entry.seq, hash: entry.hash };
      }
      for (const first of written.keys()) if (first <= to.head.count) written.delete(first);
    }
    if (fresh.length > 0) clusters = replay(fresh, clusters);
    for (const entry of fresh) keep(entry);
    head = to.head;
    const seen = clusters;
    const clusterOf = (name: string): ClusterState => seen.get(name) ?? emptyCluster(name);
    return { head, clusters: seen, clusterOf, manifests, plans, wrongBefore };
  };
  // One reading after the other: two at once would apply the same entries twice. Who asks while one waits to start takes that one.
  let running: Promise<unknown> = Promise.resolve();
  let waiting: Promise<Snapshot> | null = null;
  const start = (): Promise<Snapshot> => {
    waiting = null;
    return readNew();
  };
  return {
    refresh: () => {
      if (waiting !== null) return waiting;
      const mine = running.then(start, start);
      waiting = mine;
      running = mine;
      return mine;
    },
    append: async (facts, options) => {
      const after = await ledger.append(facts, options);
      const time = new Date(options.now).toISOString();
      written.set(after.count - facts.length + 1, { facts, head: after, time });
      return after;
    },
  };
}

function brokenAfter({ count }: Head): Fault {
  return new Fault(
    'LEDGER_CORRUPT',
    `Entry ${count + 1} of the ledger is not the one that was appended after entry ${count}; nothing is decided on it. \`haunted ledger verify\` says what was done to it.`,
  );
}
