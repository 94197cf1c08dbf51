import type { GuardRefusalCode } from '../model/guard-report.ts';
import { quoted } from '../model/quoted.ts';
import { BAGGAGE_LIMITS, readMembers, sizeProblem } from './baggage.ts';
import { notSentClause, standingSentence, unknownSentence } from './evaluation.ts';
import type { FlagRule } from './flag-rule.ts';
import { nameOf } from './guard.ts';
import type { Guard } from './guard.ts';
import type { Refusal } from './refusal.ts';
import { isStamp, readStamp, STAMP_PREFIX } from './stamp.ts';
import type { BadStamp, Stamp } from './stamp.ts';
import { countMessage, noteReceived } from './tally.ts';

/** Whether a message may come in, and which of its flags count. One flag that is refused keeps the whole message out. */
export type Acceptance =
  | {
      readonly ok: true;
      /** Flags that mean here what they mean to the sender. */
      readonly flags: readonly string[];
      /** Flags that this binary does not have and that the sender allows it to ignore. */
      readonly ignored: readonly string[];
    }
  | {
      readonly ok: false;
      /** Every reason, in the order of the stamps; at least one. */
      readonly refusals: readonly [Refusal, ...Refusal[]];
      /** Who the message says it comes from: a claim; null when no stamp can be read. */
      readonly sender: string | null;
    };

/**
 * Judges the stamps of one message against the table of this binary, and counts them by sender. Never throws. `baggage` is the
 * header's text; null when the headers could not be read.
 */
export function acceptStamps(guard: Guard, baggage: string | null, carried: readonly string[]): Acceptance {
  const now = guard.now();
  const unread = unreadable(baggage);
  const read = unread !== null || baggage === null ? [] : readMembers(baggage).filter(isStamp).map(readStamp);
  const stamps = read.filter((each): each is Stamp => !('code' in each));
  const bad = read.filter((each): each is BadStamp => 'code' in each);
  const [first] = stamps;
  const refusals: Refusal[] = [...(unread === null ? [] : [unread]), ...bad.map(badSentence)];
  const flags: string[] = [];
  const ignored: string[] = [];
  for (const [flag, alike] of Map.groupBy(stamps, (stamp) => stamp.flag)) {
    const verdict = judgeFlag(guard, flag, alike);
    for (const stamp of alike) noteReceived(guard.tally, stamp, guard.rules.has(flag), now);
    if (verdict === 'ok') flags.push(flag);
    else if (verdict === 'ignored') ignored.push(flag);
    else refusals.push(verdict);
  }
  const seen = new Set(read.map(({ flag }) => flag));
  if (unread === null)
    refusals.push(
      ...[...new Set(carried)].filter((flag) => !seen.has(flag)).map((flag) => missing(guard, flag)),
    );
  if (read.length > 0 || refusals.length > 0)
    countMessage(
      guard.tally,
      { sender: first?.sender ?? null, binarySha256: first?.binarySha256 ?? null },
      refusals.map(({ code }) => code),
      now,
    );
  const [one, ...others] = refusals;
  if (one === undefined) return { ok: true, flags, ignored };
  return { ok: false, refusals: [one, ...others], sender: first?.sender ?? null };
}

/** Why the baggage is not looked into at all. Baggage of others alone may be as large as it likes: it is not for us. */
function unreadable(baggage: string | null): Refusal | null {
  if (baggage === null)
    return {
      code: 'stamp_malformed',
      flag: null,
      sentence: 'The baggage header cannot be read as text; send it as text or as the bytes of a text.',
    };
  const problem = baggage.includes(STAMP_PREFIX) ? sizeProblem(baggage) : null;
  if (problem === null) return null;
  return {
    code: 'stamps_too_large',
    flag: null,
    sentence: `The baggage with the flags is too large to be read: ${problem}; send fewer flags in one message. Platforms cut baggage beyond ${BAGGAGE_LIMITS.bytes} bytes, so stamps may be missing.`,
  };
}

function badSentence({ code, flag, detail }: BadStamp): Refusal {
  const which = flag === null ? 'A stamp' : `The stamp of flag ${quoted(flag)}`;
  return { code, flag, sentence: `${which} cannot be read: ${detail}.` };
}

function missing(guard: Guard, flag: string): Refusal {
  return {
    code: 'stamp_missing',
    flag,
    sentence: `The message carries flag ${quoted(flag)} and does not say what it means, so ${nameOf(guard)} cannot show that it is its own; stamp the message at its sender.`,
  };
}

/** All stamps of one flag in one message. */
function judgeFlag(guard: Guard, flag: string, stamps: readonly Stamp[]): Refusal | 'ok' | 'ignored' {
  const texts = new Set(stamps.map((stamp) => JSON.stringify(stamp)));
  const [stamp] = stamps;
  const refuse = (code: GuardRefusalCode, sentence: string): Refusal => ({ code, flag, sentence });
  if (stamp === undefined || texts.size > 1)
    return refuse(
      'stamp_repeated',
      `Flag ${quoted(flag)} is stamped ${stamps.length} times in one message and the stamps differ; stamp it once, at the sender.`,
    );
  if (guard.problem !== null) return refuse('binary_not_ours', guard.problem);
  const forged = contradiction(guard, stamp);
  if (forged !== null) return refuse('stamp_forged', forged);
  const rule = guard.rules.get(flag);
  if (rule === undefined) {
    if (stamp.unaware === 'ignore') return 'ignored';
    return refuse(
      'flag_not_owned',
      `${quoted(stamp.sender)} sends flag ${quoted(flag)}. ${unknownSentence(guard, flag)}`,
    );
  }
  return judgeOwned(guard, rule, stamp);
}

function judgeOwned(guard: Guard, rule: FlagRule, stamp: Stamp): Refusal | 'ok' | 'ignored' {
  const { row } = rule;
  const refuse = (code: GuardRefusalCode, sentence: string): Refusal => ({ code, flag: row.flag, sentence });
  const sends = `${quoted(stamp.sender)} sends flag ${quoted(row.flag)}`;
  if (stamp.meaning !== rule.meaning)
    return refuse(
      'flag_reused',
      `${sends} to mean ${quoted(stamp.meaning)} (binary ${stamp.binarySha256.slice(0, 12)}…), and in ${nameOf(guard)} it means ${quoted(rule.meaning)} and is ${row.state}: stop sending it here, or update this server first.`,
    );
  if (rule.isIgnored) return 'ignored';
  if (rule.standing !== null) return refuse(rule.standing, `${sends}. ${standingSentence(guard, row.flag)}`);
  const notSent = notSentClause(guard, row);
  if (notSent !== null) return refuse('flag_not_sent', `${sends} in a message, and ${notSent}`);
  const senders = row.senders ?? [];
  if (senders.length > 0 && !senders.includes(stamp.sender))
    return refuse(
      'sender_not_listed',
      `${sends}, and in ${nameOf(guard)} only ${senders
        .slice(0, 5)
        .map((name) => quoted(name))
        .join(', ')} may; list the sender in the flag's row.`,
    );
  return 'ok';
}

/** How a stamp contradicts the manifest of the binary it says it comes from; null when it does not, or nobody has that manifest. */
function contradiction(guard: Guard, stamp: Stamp): string | null {
  const meanings = guard.meanings.get(stamp.binarySha256);
  if (meanings === undefined) return null;
  const meaning = meanings.get(stamp.flag);
  if (meaning === stamp.meaning) return null;
  const says = `The stamp of flag ${quoted(stamp.flag)} says it is ${quoted(stamp.sender)}'s binary ${stamp.binarySha256.slice(0, 12)}…`;
  if (meaning === undefined) return `${says}, and the manifest of that binary does not have the flag.`;
  return `${says} and means ${quoted(stamp.meaning)}, and the manifest of that binary says it means ${quoted(meaning)}.`;
}
