import type { GuardRefusalCode } from '../model/guard-report.ts';
import { FlagName, Name } from '../model/text.ts';
import { newCount } from './flag-rule.ts';
import type { FlagCount } from './flag-rule.ts';

/** Names that are in no table come from whoever likes to send them, so each list of them ends somewhere. */
export const TALLY_LIMITS = {
  /** Flags that the code asks for and the table does not have. */
  unknown_flags: 1_000,
  /** Flag, meaning and sender of what came in messages. */
  received: 4_096,
  /** Of these, for one flag: nobody fills the list with one name and hides the others. */
  received_per_flag: 64,
  /** Of these, for flags that the table does not have. */
  received_unknown: 1_024,
  senders: 256,
} as const;

/** Who stands for messages whose sender cannot be read, and for senders beyond the limit. */
const UNNAMED = '(unnamed)';

type Received = {
  readonly flag: string;
  readonly meaning: string;
  readonly sender: string;
  lastSeenAt: number;
};
type SenderCount = {
  binarySha256: string | null;
  accepted: number;
  refused: Partial<Record<GuardRefusalCode, number>>;
  lastSeenAt: number;
};

/** What the guard counts beside the rows of its table. Bounded, whatever names arrive. */
export type Tally = {
  readonly unknown: Map<string, FlagCount>;
  readonly received: Map<string, Received>;
  readonly receivedPerFlag: Map<string, number>;
  readonly senders: Map<string, SenderCount>;
  receivedUnknown: number;
  evaluationsNotListed: number;
  stampsNotListed: number;
};

export function newTally(): Tally {
  return {
    unknown: new Map(),
    received: new Map(),
    receivedPerFlag: new Map(),
    senders: new Map(),
    receivedUnknown: 0,
    evaluationsNotListed: 0,
    stampsNotListed: 0,
  };
}

/** The count of a flag that the table does not have; null beyond the limit, or when its name is none. */
export function countOfUnknown(tally: Tally, flag: string): FlagCount | null {
  const known = tally.unknown.get(flag);
  if (known !== undefined) return known;
  if (tally.unknown.size >= TALLY_LIMITS.unknown_flags || !FlagName.safeParse(flag).success) {
    tally.evaluationsNotListed += 1;
    return null;
  }
  const count = newCount();
  tally.unknown.set(flag, count);
  return count;
}

export function countRefusal(
  into: { refused: Partial<Record<GuardRefusalCode, number>> },
  code: GuardRefusalCode,
): void {
  into.refused[code] = (into.refused[code] ?? 0) + 1;
}

/** Notes that a flag came in a message, accepted or not. `isKnown`: the table has it. `now` in epoch milliseconds. */
export function noteReceived(
  tally: Tally,
  { flag, meaning, sender }: { readonly flag: string; readonly meaning: string; readonly sender: string },
  isKnown: boolean,
  now: number,
): void {
  const key = `${flag}\n${meaning}\n${sender}`;
  const known = tally.received.get(key);
  if (known !== undefined) {
    known.lastSeenAt = now;
    return;
  }
  const ofFlag = tally.receivedPerFlag.get(flag) ?? 0;
  const isFull =
    tally.received.size >= TALLY_LIMITS.received ||
    ofFlag >= TALLY_LIMITS.received_per_flag ||
    (!isKnown && tally.receivedUnknown >= TALLY_LIMITS.received_unknown);
  if (isFull) {
    tally.stampsNotListed += 1;
    return;
  }
  if (!isKnown) tally.receivedUnknown += 1;
  tally.receivedPerFlag.set(flag, ofFlag + 1);
  tally.received.set(key, { flag, meaning, sender, lastSeenAt: now });
}

/** Counts one message with flags under its sender; `codes` are why it was refused, none when it was accepted. */
export function countMessage(
  tally: Tally,
  from: { readonly sender: string | null; readonly binarySha256: string | null },
  codes: Iterable<GuardRefusalCode>,
  now: number,
): void {
  const count = senderCount(tally, from.sender ?? UNNAMED);
  count.lastSeenAt = now;
  count.binarySha256 = from.binarySha256 ?? count.binarySha256;
  const distinct = new Set(codes);
  if (distinct.size === 0) count.accepted += 1;
  for (const code of distinct) countRefusal(count, code);
}

function senderCount(tally: Tally, name: string): SenderCount {
  const known = tally.senders.get(name);
  if (known !== undefined) return known;
  const isListed = tally.senders.size < TALLY_LIMITS.senders - 1 && Name.safeParse(name).success;
  const key = isListed || name === UNNAMED ? name : UNNAMED;
  const count = tally.senders.get(key) ?? { binarySha256: null, accepted: 0, refused: {}, lastSeenAt: 0 };
  tally.senders.set(key, count);
  return count;
}
