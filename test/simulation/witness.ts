import type { Page, TrafficOrder } from '../../src/gate/ports.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { emptyCluster, replay } from '../../src/ledger/replay.ts';
import type { ClusterState, LedgerState } from '../../src/ledger/state.ts';
import type { LedgerEntry } from '../../src/model/entry.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import type { Look } from './servers.ts';

/** Something that must never be so, by name. */
export type Violation = { readonly invariant: string; readonly detail: string };

/** A lease that the gate answered a proof with: for which look, and whether the ledger had it then. */
type Grant = { readonly host: string; readonly look: Look; readonly isWritten: boolean };

/** When something was asked, and how many entries there were. */
type Asked = { readonly at: number; readonly count: number };

type Proof = Extract<LedgerEntry, { kind: 'proof' }>;

/** A proof in the ledger with the place of its report in the order of that server. */
export type SeenProof = { readonly entry: Proof; readonly report: NodeReport };

/** Sees every entry as it is written, and every act, without being part of the world. */
export type Witness = {
  readonly entries: LedgerEntry[];
  /** The entries of the append that was written last. */
  readonly batch: () => readonly LedgerEntry[];
  readonly state: () => ClusterState;
  /** The state before the entries of the last append, one by one, are told to `onEntry`. */
  onEntry: ((entry: LedgerEntry, before: ClusterState, after: ClusterState) => void) | null;
  onOrder: ((order: TrafficOrder, now: number) => void) | null;
  readonly catchUp: () => Promise<void>;
  /** When the question was asked whose answers are written now: by the monotonic clock, and how many entries there were. */
  readonly askedFor: (event: string) => Asked | undefined;
  readonly proofs: Map<string, SeenProof[]>;
  readonly asking: (question: string, at: number) => void;
  readonly ordered: (order: TrafficOrder, now: number) => void;
  readonly grants: Grant[];
  readonly granted: (look: Look, until: string) => void;
  readonly pages: Page[];
  readonly paged: (page: Page) => void;
  readonly bug: (error: unknown) => void;
  readonly violations: Violation[];
};

export function newWitness(ledger: Ledger, before: number): Witness {
  const entries: LedgerEntry[] = [];
  let clusters: LedgerState = new Map();
  let batch: LedgerEntry[] = [];
  const known = { before };
  /** By event and nonce: several may ask about one event, each with a nonce of its own. */
  const asked = new Map<string, Asked>();
  const state = (): ClusterState => clusters.get('smars') ?? emptyCluster('smars');
  const see = (entry: LedgerEntry, isNew: boolean): void => {
    const was = state();
    clusters = replay([entry], clusters);
    entries.push(entry);
    if (entry.kind === 'proof' && entry.body.document !== null) {
      const report = JSON.parse(entry.body.document) as NodeReport;
      const seen = witness.proofs.get(entry.body.hostname) ?? [];
      seen.push({ entry, report });
      witness.proofs.set(entry.body.hostname, seen);
    }
    if (isNew) witness.onEntry?.(entry, was, state());
  };
  const witness: Witness = {
    entries,
    batch: () => batch,
    state,
    onEntry: null,
    onOrder: null,
    askedFor: (event) => {
      const answer = batch.find((entry) => entry.kind === 'proof' && entry.body.event_id === event);
      const nonce = answer?.kind === 'proof' ? answer.body.nonce : null;
      return asked.get(`${event}/${nonce}`);
    },
    proofs: new Map(),
    pages: [],
    grants: [],
    granted: (look, until) => {
      const isWritten = entries.some(
        ({ kind, body }) =>
          kind === 'lease' &&
          body.state === 'held' &&
          body.until === until &&
          body.nodes.some(({ hostname }) => hostname === look.host),
      );
      witness.grants.push({ host: look.host, look, isWritten });
    },
    violations: [],
    catchUp: async () => {
      const fresh: LedgerEntry[] = [];
      for await (const lines of ledger.read(entries.length + 1))
        for (const line of lines) fresh.push(JSON.parse(line) as LedgerEntry);
      batch = fresh;
      for (const entry of fresh) see(entry, entry.seq > known.before);
    },
    asking: (question, at) => void asked.set(question, { at, count: entries.length }),
    ordered: (order, now) => witness.onOrder?.(order, now),
    paged: (page) => void witness.pages.push(page),
    bug: (error) => {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      witness.violations.push({ invariant: 'no part breaks', detail });
    },
  };
  return witness;
}
