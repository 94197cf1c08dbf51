import { Fault } from '../fault.ts';
import type { EntryKind, Fact } from '../model/entry.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { Verified } from '../model/verified.ts';
import type { Door } from '../seal/open.ts';
import type { AppendOptions, Head, Ledger, Since } from '../ledger/ledger.ts';
import type { Aside } from './aside.ts';
import type { Asking } from './asking.ts';
import type { Live, Snapshot } from './live.ts';
import type { TrafficDesk } from './traffic-desk.ts';
import type { Acts, Answer, Chance, Nodes, Rules } from './ports.ts';

/** All that the gate needs of the world. */
export type GateParts = {
  readonly ledger: Ledger;
  readonly nodes: Nodes;
  readonly chance: Chance;
  readonly acts: Acts;
  /** Whose signatures count now. */
  readonly door: () => Door;
  readonly rules: (cluster: string) => Rules;
};

/** A report as it came in. */
export type Kept = { readonly report: Verified<NodeReport>; readonly document: Answer['document'] };

/** The newest report of each server that came unasked, by cluster and host. */
type KeptReports = Map<string, Kept>;

export type Parts = GateParts & {
  readonly live: Live;
  readonly kept: KeptReports;
  readonly acts: Acts & Pick<TrafficDesk, 'letIn' | 'again'>;
  readonly aside: Aside;
  readonly asking: Asking;
};

export function keptKey(cluster: string, hostname: string): string {
  return `${cluster}/${hostname}`;
}

/** What servers send all the time, and what follows from it, moves no decision: each is judged by itself. */
const STREAMING: readonly EntryKind[] = ['proof', 'lease'];

type Written = {
  readonly cluster: string;
  readonly facts: readonly Fact[];
  readonly ignoring?: Since['ignoring'] | undefined;
};

/** Writes the facts if nothing else of this cluster was written since the snapshot: the head after them, or null. */
export async function appendOn(
  parts: Parts,
  { head }: Pick<Snapshot, 'head'>,
  { cluster, facts, ignoring = STREAMING }: Written,
): Promise<Head | null> {
  return await unlessMoved(parts, facts, { expected: { head, cluster, ignoring }, now: parts.chance.now() });
}

/** Writes the facts if they come right after this head: the head after them, or null. `now` in milliseconds since the epoch. */
export async function appendAt(
  parts: Parts,
  head: Head,
  { facts, now }: { readonly facts: readonly Fact[]; readonly now: number },
): Promise<Head | null> {
  return await unlessMoved(parts, facts, { expected: { head }, now });
}

async function unlessMoved(
  { ledger }: Parts,
  facts: readonly Fact[],
  options: AppendOptions,
): Promise<Head | null> {
  try {
    return await ledger.append(facts, options);
  } catch (error) {
    if (error instanceof Fault && error.code === 'LEDGER_CONFLICT') return null;
    throw error;
  }
}

/** A verdict about a very large cluster is told, and not kept. In UTF-16 code units. */
const MOST_KEPT = 4 * 1024 * 1024;

export function keptText(text: string): string | null {
  return text.length <= MOST_KEPT ? text : null;
}
