import { Fault } from '../fault.ts';
import { quoted } from '../model/quoted.ts';
import { Name } from '../model/text.ts';
import { acceptStamps } from './accept.ts';
import type { Acceptance } from './accept.ts';
import { readMembers, sizeProblem } from './baggage.ts';
import { notSentClause, standingSentence, unknownSentence } from './evaluation.ts';
import type { Guard } from './guard.ts';
import { readHeader, writeHeader } from './header-map.ts';
import type { HeaderMap } from './header-map.ts';
import { FlagRefused } from './refusal.ts';
import { isStamp, stampMember } from './stamp.ts';

/** The header that carries the stamps, in whatever way the message has headers. */
const BAGGAGE = 'baggage';

export type MessageDoor = {
  /**
   * Says in the message's headers which flags it carries and what each means in this binary. Exactly these: earlier stamps go,
   * members of others stay as and where they are. Throws, and writes nothing: FlagRefused for a flag that is not this binary's to
   * send, TOO_LARGE when the baggage would be larger than every platform passes on.
   */
  readonly stamp: <H extends HeaderMap>(headers: H, flags: readonly string[]) => H;
  /**
   * May this message come in? Never throws, whatever the headers hold. `carried` are the flags that the message itself carries:
   * one without a stamp is refused.
   */
  readonly accept: (headers: HeaderMap | null | undefined, carried?: readonly string[]) => Acceptance;
};

/** Stamps and accepts messages for this process. `sender` is its name in the flag tables of those it sends to. Fault: BAD_USAGE. */
export function messageDoor(guard: Guard, { sender }: { readonly sender: string }): MessageDoor {
  if (!Name.safeParse(sender).success)
    throw new Fault(
      'BAD_USAGE',
      `The sender ${quoted(sender)} is no name of 1 to 256 printable characters; give the name that flag tables list under senders.`,
    );
  return {
    stamp: (headers, flags) => {
      const text = stamped(guard, sender, readHeader(headers, BAGGAGE) ?? '', flags);
      writeHeader(headers, BAGGAGE, text === '' ? null : text);
      return headers;
    },
    accept: (headers, carried = []) => acceptStamps(guard, readSafely(headers), carried),
  };
}

/** Null when the headers cannot be read: they come from outside, and what they are made of may do anything. */
function readSafely(headers: HeaderMap | null | undefined): string | null {
  try {
    return headers === null || headers === undefined ? '' : (readHeader(headers, BAGGAGE) ?? '');
  } catch {
    return null;
  }
}

function stamped(guard: Guard, sender: string, before: string, flags: readonly string[]): string {
  const members = readMembers(before);
  const foreign = members.filter((member) => !isStamp(member)).map(({ raw }) => raw);
  if (flags.length === 0 && foreign.length === members.length) return before;
  const own = [...new Set(flags)].map((flag) => ownMember(guard, sender, flag));
  const text = [...foreign, ...own].join(',');
  const problem = own.length === 0 ? null : sizeProblem(text);
  if (problem === null) return text;
  throw new Fault(
    'TOO_LARGE',
    `The message cannot carry its flags: with ${own.length} of them its baggage is too large, since ${problem}; send fewer flags, or less baggage of others. Nothing was written.`,
  );
}

function ownMember(guard: Guard, sender: string, flag: string): string {
  if (guard.problem !== null)
    throw new FlagRefused({ code: 'binary_not_ours', flag, sentence: guard.problem });
  const rule = guard.rules.get(flag);
  if (rule === undefined)
    throw new FlagRefused({ code: 'flag_not_owned', flag, sentence: unknownSentence(guard, flag) });
  if (rule.standing !== null)
    throw new FlagRefused({ code: rule.standing, flag, sentence: standingSentence(guard, flag) });
  const notSent = notSentClause(guard, rule.row);
  if (notSent !== null) {
    const sentence = `The message would carry flag ${quoted(flag)}, and ${notSent}`;
    throw new FlagRefused({ code: 'flag_not_sent', flag, sentence });
  }
  return stampMember({
    flag,
    meaning: rule.meaning,
    sender,
    binarySha256: guard.process.binarySha256,
    unaware: rule.row.unaware ?? 'refuse',
  });
}
