import { Fault } from '../fault.ts';
import type { Manifest } from '../model/manifest.ts';
import { isMadeBefore } from '../ledger/state.ts';
import type { ClusterState } from '../ledger/state.ts';
import { reportOf } from './evidence-of.ts';
import type { Answer } from './ports.ts';

/** Asking takes seconds, and the cluster moves meanwhile. What was the case when the servers were asked. */
export type AskedAt = {
  /** How many entries the ledger had. */
  readonly count: number;
  /** The change that had ended last; null for none. */
  readonly after: string | null;
};

export function underWay(change: NonNullable<ClusterState['change']>): Fault {
  return new Fault(
    'CHANGE_UNDER_WAY',
    `${change.actor} began ${change.change} (${change.action}) at ${change.time}, and it has not ended. Wait for it; when nobody runs it any more, say \`haunted resume --abandon ${change.change}\`.`,
    { change: change.change },
  );
}

/**
 * Do answers still say something of the cluster? Not when a change began since the question: then its command moves servers, and who asks
 * after it knows better. Faults: CHANGE_UNDER_WAY while there is one, LEDGER_CONFLICT when one has come and gone.
 */
export function requireSameChange({ change, last_change, cluster }: ClusterState, { after }: AskedAt): void {
  if (change !== null) throw underWay(change);
  const last = last_change?.change ?? null;
  if (last === after) return;
  throw new Fault(
    'LEDGER_CONFLICT',
    `The change ${last} of cluster ${cluster} came and went while every server was asked, so the answers say nothing of now; nothing was written. Ask again with \`haunted resume\`.`,
    { change: last },
  );
}

/**
 * Does a PROVEN from these answers still stand? Not when somebody asked later and heard otherwise. Fault LEDGER_CONFLICT.
 */
export function requireNoLaterNo({ last_no: last, cluster }: ClusterState, { count }: AskedAt): void {
  if (last === null || last.seq <= count) return;
  throw new Fault(
    'LEDGER_CONFLICT',
    `Somebody asked every server of cluster ${cluster} meanwhile and heard otherwise (${last.event_id}, entry ${last.seq}), so the cluster stays unproven. Ask again with \`haunted resume\`.`,
    { event_id: last.event_id },
  );
}

type Against = {
  readonly state: ClusterState;
  /** What the answers are held against. */
  readonly manifest: Manifest;
  readonly asked: AskedAt;
};

/**
 * What has a server shown since it was asked? `otherwise`: that it is not what it answered. Its own order decides where the ledger has it; a
 * quarantine that was opened since the question and still names it says so too. `alike`: the same binary in a newer look that was refused by
 * another manifest, and may be right by this one.
 */
export function shownSince(
  answer: Answer,
  { state, manifest, asked }: Against,
): 'nothing' | 'otherwise' | 'alike' {
  const report = reportOf(answer)?.value;
  if (report === undefined) return 'nothing';
  const { hostname } = report;
  const isNamed = [...state.quarantines.values()].some(
    ({ seq, unproven }) => seq > asked.count && unproven.includes(hostname),
  );
  if (isNamed) return 'otherwise';
  const last = state.nodes.get(hostname)?.last;
  if (last === undefined || last.accepted || last.seq <= asked.count) return 'nothing';
  const isSame = last.boot_id === (report.boot_id ?? null) && last.sequence === report.sequence;
  if (isSame || isMadeBefore(last, report)) return 'nothing';
  if (last.manifest_sha256 === manifest.manifest_sha256 || last.binary_sha256 !== manifest.binary_sha256)
    return 'otherwise';
  return 'alike';
}
