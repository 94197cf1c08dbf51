import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { namespacePids } from '../../adapters/proc/namespace-pids.ts';
import { readStat } from '../../adapters/proc/process-stat.ts';
import type { ProcessStat } from '../../adapters/proc/process-stat.ts';
import { Fault } from '../../fault.ts';
import { GuardReport } from '../../model/guard-report.ts';
import type { BoundFlag, ReceivedFlag } from '../../model/node-report.ts';
import { parseDocument } from '../../seal/parse-document.ts';

const MAX_BYTES = 32 * 1024 * 1024;
/** A guard that missed more than two of its turns has stopped. */
const TURNS = 3;
const SLACK_MS = 5_000;

/** What the guards inside the service's processes saw. */
export type GuardWords = {
  readonly bound: readonly BoundFlag[];
  readonly received: readonly ReceivedFlag[];
};

/** Whom the guards' reports must be from. */
export type Guarded = {
  readonly cluster: string;
  /** The processes found, with the digest of what each runs. */
  readonly processes: readonly { readonly process: ProcessStat; readonly sha256: string }[];
  /** The service's own word for its binary, where nobody looked at a process. */
  readonly ownSha256: string | null;
  readonly bootId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly tell: (sentence: string) => void;
};

/**
 * What the guards of a service saw, from the files they keep. A report that an ended process left behind is passed over with a
 * note. Any other that is not fresh, or not about what runs, is a fault: without it a dormant flag that is in use would look
 * asleep. Faults: BAD_INPUT, NO_PROCESS when no report is left, and what reading throws.
 */
export async function readGuardReports(files: readonly string[], guarded: Guarded): Promise<GuardWords> {
  const reports: GuardReport[] = [];
  for (const file of files) {
    const name = `The guard report ${shownPath(file)}`;
    const bytes = await readDocument(file, { what: 'guard report', maxBytes: MAX_BYTES });
    const report = parseDocument(GuardReport, bytes, name);
    if (speaksForUs(report, name, guarded)) reports.push(report);
  }
  if (files.length > 0 && reports.length === 0)
    throw new Fault(
      'NO_PROCESS',
      'No --guard-report is from a process of this service that runs: each was left by one that has ended; wait until the guard has written its first, or leave the option out on your own account.',
    );
  return {
    bound: reports.flatMap((report) => report.bound_flags),
    received: latest(reports.flatMap((report) => report.received_flags)),
  };
}

function speaksForUs(report: GuardReport, name: string, guarded: Guarded): boolean {
  const fault = (clause: string): Fault => new Fault('BAD_INPUT', `${name} ${clause}.`);
  const { pid } = report.process;
  if (report.cluster !== guarded.cluster)
    throw fault(`is of cluster ${report.cluster}, not ${guarded.cluster}; give the report of this service`);
  const ran = guarded.processes.length === 0 ? guarded.ownSha256 : binaryOf(report, guarded);
  if (ran === null) {
    if (isRunningElse(report, guarded))
      throw fault(
        `is from process ${pid}, which runs and is not of this service; give the report of this service`,
      );
    guarded.tell(`${name} was left by process ${pid}, which is no process of this service any more.`);
    return false;
  }
  if (report.binary_sha256 !== ran)
    throw fault(
      `says that process ${pid} runs ${report.binary_sha256} (${report.method}), and haunted found ${ran}; give the guard the \`artifact\` that haunted looks at: the executable, or the folder that --tree names`,
    );
  const ageMs = guarded.now - Date.parse(report.written_at);
  if (ageMs > report.every_s * TURNS * 1000 + SLACK_MS)
    throw fault(
      `is ${Math.round(ageMs / 1000)} s old, and its guard writes one every ${report.every_s} s: the guard has stopped writing; see why, and restart the service if need be`,
    );
  if (ageMs < -SLACK_MS)
    throw fault(
      `was written ${Math.round(-ageMs / 1000)} s from now: the clock was set; wait for the next one`,
    );
  return true;
}

/** The digest of what the report's process runs; null when it is none of the service. */
function binaryOf({ process: { pid, start_ticks, boot_id } }: GuardReport, guarded: Guarded): string | null {
  if (boot_id !== guarded.bootId) return null;
  const found = guarded.processes.find(
    ({ process }) => process.startTicks === start_ticks && namespacePids(process.pid).includes(pid),
  );
  return found?.sha256 ?? null;
}

function isRunningElse({ process: { pid, start_ticks, boot_id } }: GuardReport, guarded: Guarded): boolean {
  return boot_id === guarded.bootId && start_ticks !== null && readStat(pid)?.startTicks === start_ticks;
}

/** Of one flag, meaning and sender that several processes received, the last time. */
function latest(received: readonly ReceivedFlag[]): ReceivedFlag[] {
  const byName = new Map<string, ReceivedFlag>();
  for (const row of received) {
    const key = JSON.stringify([row.flag, row.meaning ?? null, row.sender]);
    const known = byName.get(key);
    if (known === undefined || Date.parse(known.last_seen_at) < Date.parse(row.last_seen_at))
      byName.set(key, row);
  }
  return [...byName].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}
