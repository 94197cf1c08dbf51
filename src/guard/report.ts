import type { GuardReport } from '../model/guard-report.ts';
import { LIMITS } from '../model/limits.ts';
import type { BoundFlag } from '../model/node-report.ts';
import { Meaning } from '../model/text.ts';
import type { FlagCount } from './flag-rule.ts';
import type { Guard } from './guard.ts';

/** Where a node report says that a switch comes from when the guard saw the code ask for it. */
const GUARD_SOURCE = 'self_report:guard';

/**
 * What the guard saw so far, as a document. A flag counts as bound when the code asked for it and it was refused, ignored or given
 * a value; one that the flag service does not have is asked for but bound by nobody. `now` in epoch milliseconds.
 */
export function guardReport(guard: Guard, now: number): GuardReport {
  const { manifest, process, tally } = guard;
  const asked = [
    ...[...guard.rules.values()].map((rule) => [rule.row.flag, rule.count] as const),
    ...tally.unknown,
  ]
    .filter(([, count]) => count.evaluated > 0)
    .slice(0, LIMITS.node_flags);
  return {
    schema: 'haunted.guard-report/v1',
    cluster: manifest.cluster,
    deployment_id: manifest.deployment_id,
    manifest_sha256: manifest.manifest_sha256,
    binary_sha256: process.binarySha256,
    method: process.method,
    process: { pid: process.pid, start_ticks: process.startTicks, boot_id: process.bootId },
    written_at: instant(now),
    every_s: guard.everySeconds,
    flags: asked.map(([flag, { evaluated, ignored, refused, lastSeenAt }]) => ({
      flag,
      evaluated,
      ignored,
      refused: { ...refused },
      last_seen_at: instant(lastSeenAt),
    })),
    senders: [...tally.senders].map(([sender, { binarySha256, accepted, refused, lastSeenAt }]) => ({
      sender,
      binary_sha256: binarySha256,
      accepted,
      refused: { ...refused },
      last_seen_at: instant(lastSeenAt),
    })),
    bound_flags: asked.filter(([, { isBound }]) => isBound).map(boundFlag),
    received_flags: [...tally.received.values()].map(({ flag, meaning, sender, lastSeenAt }) => ({
      flag,
      meaning,
      sender,
      last_seen_at: instant(lastSeenAt),
    })),
    not_listed: { evaluations: tally.evaluationsNotListed, stamps: tally.stampsNotListed },
  };
}

function boundFlag([flag, { saidMeaning }]: readonly [string, FlagCount]): BoundFlag {
  // What a flag service says is foreign text; where it is no meaning, only the name is known.
  const meaning = Meaning.safeParse(saidMeaning).success ? saidMeaning : null;
  return { flag, meaning, value: null, source: GUARD_SOURCE };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
