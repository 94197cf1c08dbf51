import { GuardRefusalCode } from '../../model/guard-report.ts';
import type { GuardReport } from '../../model/guard-report.ts';
import { LIMITS } from '../../model/limits.ts';
import { Meaning } from '../../model/text.ts';
import type { OwnershipView, Refusal } from './ownership.ts';
import type { RunningLook } from './running-binary.ts';
import { timesEvaluated } from './tally.ts';
import type { FlagCounts, Tally } from './tally.ts';

export type ReportParts = {
  readonly view: OwnershipView;
  readonly look: RunningLook;
  readonly problem: Refusal | null;
  readonly tally: Tally;
  readonly everySeconds: number;
  /** Epoch milliseconds. */
  readonly now: number;
};

/** Where a node report says that a switch comes from when this endpoint was asked for it. */
const SOURCE = 'self_report:ofrep';

/** What GET /haunted/v1/flags says: whether flags are answered, why not, and the guard report. */
export function endpointReport(parts: ReportParts): Readonly<Record<string, unknown>> {
  const { problem, tally } = parts;
  return {
    answers_flags: problem === null,
    why_not: problem === null ? null : { code: problem.code, detail: problem.detail },
    outcomes: Object.fromEntries(tally.counts().map(({ flag, byOutcome }) => [flag, byOutcome])),
    guard_report: guardReport(parts),
  };
}

/**
 * What was asked of this endpoint in the name of the service, in the form of a guard's report; null while nobody can tell which binary
 * runs, for then it is about none. A flag counts as bound when it was given or refused; one whose source does not define it is not.
 */
export function guardReport({ view, look, tally, everySeconds, now }: ReportParts): GuardReport | null {
  if (!look.ok) return null;
  const { manifest } = view;
  const counts = tally.counts().slice(0, LIMITS.node_flags);
  return {
    schema: 'haunted.guard-report/v1',
    cluster: manifest.cluster,
    deployment_id: manifest.deployment_id,
    manifest_sha256: manifest.manifest_sha256,
    binary_sha256: look.sha256,
    method: look.method,
    process: {
      pid: look.process.pid,
      start_ticks: look.process.startTicks,
      boot_id: look.process.bootId,
    },
    written_at: instant(now),
    every_s: everySeconds,
    flags: counts.map((each) => ({
      flag: each.flag,
      evaluated: each.asked,
      ignored: 0,
      refused: refusedOf(each),
      last_seen_at: instant(each.lastSeenAt),
    })),
    senders: [],
    bound_flags: counts
      .filter((each) => timesEvaluated(each) > 0 || Object.keys(refusedOf(each)).length > 0)
      .map(({ flag, saidMeaning }) => ({
        flag,
        // What a source says is foreign text; where it is no meaning, only the name is known.
        meaning: Meaning.safeParse(saidMeaning).success ? saidMeaning : null,
        value: null,
        source: SOURCE,
      })),
    received_flags: [],
    not_listed: { evaluations: tally.notListed(), stamps: 0 },
  };
}

function refusedOf({ byOutcome }: FlagCounts): GuardReport['flags'][number]['refused'] {
  const refused: Partial<Record<GuardRefusalCode, number>> = {};
  for (const [outcome, count] of Object.entries(byOutcome)) {
    const code = guardCode(outcome);
    if (code !== null) refused[code] = (refused[code] ?? 0) + count;
  }
  return refused;
}

/** The guard's word for why; null when the flag was not refused. */
function guardCode(outcome: string): GuardRefusalCode | null {
  if (['binary_unproven', 'binary_mismatch', 'stale_process', 'manifest_expired'].includes(outcome))
    return 'binary_not_ours';
  return GuardRefusalCode.options.find((code) => code === outcome) ?? null;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
