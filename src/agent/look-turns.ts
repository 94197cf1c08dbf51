import { oneByOne } from '../gate/turns.ts';
import type { AgentClock, Challenge, Look, Observer } from './ports.ts';

/** Looks at one service, one after the other. */
export type LookTurns = {
  /** A look that begins after this call: what was seen before a question was asked is no answer to it. */
  readonly look: (challenge: Challenge | null) => Promise<Look>;
  /** How many looks begin after this call; more would say the same. */
  readonly waiting: () => number;
  /** When the last one began, by CLOCK_BOOTTIME. */
  readonly begunMs: () => number;
};

/** A process that ends or comes while it is looked at is no reason to take a service out. */
const SETTLE_MS = 40;
const SETTLE_TRIES = 3;

/** `onBegin` is told when the kernel is about to be asked, `onLook` of each look before anybody else. */
export function lookTurns(
  observer: Observer,
  clock: AgentClock,
  { onBegin, onLook }: { readonly onBegin: () => void; readonly onLook: (look: Look) => void },
): LookTurns {
  const queue = oneByOne();
  let waiting = 0;
  let begunMs = Number.NEGATIVE_INFINITY;
  const lookOnce = async (challenge: Challenge | null): Promise<Look> => {
    waiting -= 1;
    begunMs = clock.bootMs();
    onBegin();
    let look = await observer.look(challenge);
    for (let tries = 1; !look.ok && look.code === 'AMBIGUOUS' && tries < SETTLE_TRIES; tries += 1) {
      await new Promise<void>((resolve) => void clock.after(SETTLE_MS, resolve));
      onBegin();
      look = await observer.look(challenge);
    }
    onLook(look);
    return look;
  };
  return {
    look: async (challenge) => {
      waiting += 1;
      return await queue(async () => await lookOnce(challenge));
    },
    waiting: () => waiting,
    begunMs: () => begunMs,
  };
}
