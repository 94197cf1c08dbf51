import { Fault } from '../fault.ts';
import type { ServerLimits } from './limits.ts';

/** The proofs that are under way. */
export type ProofRoom = {
  /** Work of one member on so many bytes, which takes room until it ends. Fault OVERLOADED when there is none left. */
  readonly within: <T>(member: string, bytes: number, work: () => Promise<T>) => Promise<T>;
  /** Ends when nothing is under way any more, whoever still listens for its answer. */
  readonly idle: () => Promise<void>;
};

/** An agent sends one proof of a service at a time, and one more when it is asked in between. */
const MOST_OF_ONE = 8;

/**
 * How many proofs may be under way at once? A question to a large cluster brings one from each of its servers in the same moment, and these
 * must find room; many large ones must not fill the memory. A queue without end would answer everybody late. One member alone never takes
 * more than a few places: it must not shut out the others, whatever it says of the length of what it sends.
 */
export function proofRoom({ proofs, proofsBytes }: Pick<ServerLimits, 'proofs' | 'proofsBytes'>): ProofRoom {
  let [count, bytes] = [0, 0];
  const byMember = new Map<string, number>();
  const whenIdle: (() => void)[] = [];
  return {
    within: async (member, size, work) => {
      if (count >= proofs || (count > 0 && bytes + size > proofsBytes))
        throw new Fault('OVERLOADED', 'Too many proofs are under way at once; send it again in a moment.');
      const own = byMember.get(member) ?? 0;
      if (own >= MOST_OF_ONE)
        throw new Fault('OVERLOADED', `${own} proofs of this server are under way already; wait for them.`);
      byMember.set(member, own + 1);
      count += 1;
      bytes += size;
      try {
        return await work();
      } finally {
        const left = (byMember.get(member) ?? 1) - 1;
        if (left > 0) byMember.set(member, left);
        else byMember.delete(member);
        count -= 1;
        bytes -= size;
        if (count === 0) for (const resolve of whenIdle.splice(0)) resolve();
      }
    },
    idle: async () => {
      if (count > 0) await new Promise<void>((resolve) => void whenIdle.push(resolve));
    },
  };
}
