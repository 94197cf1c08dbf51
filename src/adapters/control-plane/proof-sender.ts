import type { ControlPlane, Member } from '../../agent/ports.ts';
import { Fault } from '../../fault.ts';
import type { ProofAnswer } from '../../model/agent-wire.ts';
import type { ProofSent, ProofsTaken } from '../../model/proofs-wire.ts';
import { faultOf } from './read-answer.ts';

/** How long a proof that may wait is kept for others to share its request, in milliseconds. */
const SHARE_MS = 50;
/** Where a request is full, well below what the control plane takes in one. */
const MOST_TOGETHER = 64;
const MOST_CHARACTERS = 2 * 1024 * 1024;

/** What something in front of a control plane answers to a path, a method or a length that it does not let pass. */
const REFUSALS: ReadonlySet<number> = new Set([403, 404, 405, 413]);

type Waiting = {
  readonly member: Member;
  readonly envelope: string;
  readonly resolve: (answer: ProofAnswer) => void;
  readonly reject: (error: unknown) => void;
};

type Ways = {
  /** Sends one, whoever else is there. */
  readonly one: (member: Member, envelope: string) => Promise<ProofAnswer>;
  /** Sends a body of several in the name of one of them. */
  readonly together: (member: Member, body: string) => Promise<ProofsTaken>;
  readonly name: string;
};

/**
 * Sends proofs, those of one moment in one request: an agent with ten services would else pay for ten requests each time. A proof that may not
 * wait takes along those that do, so that of one member none overtakes another.
 */
export function proofSender(ways: Ways): {
  readonly prove: ControlPlane['prove'];
  readonly close: () => void;
} {
  let waiting: Waiting[] = [];
  let characters = 0;
  let due: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(due);
    due = undefined;
    const all = waiting;
    [waiting, characters] = [[], 0];
    const [only] = all;
    if (only === undefined) return;
    void (all.length === 1 ? sendOne(ways, only) : sendTogether(ways, all));
  };
  return {
    prove: async (member, envelope, when) =>
      await new Promise((resolve, reject) => {
        if (characters + envelope.length > MOST_CHARACTERS) flush();
        waiting.push({ member, envelope, resolve, reject });
        characters += envelope.length;
        if (when === 'now' || waiting.length >= MOST_TOGETHER) flush();
        else due ??= setTimeout(flush, SHARE_MS);
      }),
    close: () => {
      clearTimeout(due);
      const gone = new Fault('UNREACHABLE', `${ways.name} is not spoken to any more.`);
      for (const { reject } of waiting.splice(0)) reject(gone);
    },
  };
}

async function sendOne({ one }: Ways, { member, envelope, resolve, reject }: Waiting): Promise<void> {
  await one(member, envelope).then(resolve, reject);
}

/**
 * It may be refused for the one in whose name it was sent, or by a control plane, or something in front of it, that takes them one by one. Who
 * does not answer, or has no room, is not asked again at once.
 */
function mayGoOneByOne(error: unknown): boolean {
  if (!(error instanceof Fault) || error.code === 'OVERLOADED') return false;
  const status = error.code === 'UNREACHABLE' ? error.detail['status'] : null;
  return status === null || (typeof status === 'number' && REFUSALS.has(status));
}

async function sendTogether(ways: Ways, all: readonly Waiting[]): Promise<void> {
  const { together, name } = ways;
  const [first] = all as readonly [Waiting, ...Waiting[]];
  const lines = all.map(({ member: { cluster, hostname, session }, envelope }) =>
    JSON.stringify({ cluster, hostname, session, proof: envelope } satisfies ProofSent),
  );
  try {
    const { answers } = await together(first.member, `${lines.join('\n')}\n`);
    for (const [at, { resolve, reject }] of all.entries()) {
      const answer = answers[at];
      if (answer === undefined)
        reject(new Fault('UNREACHABLE', `${name} says nothing of one of several proofs.`));
      else if (answer.schema === 'haunted.fault/v1') reject(faultOf(answer, name));
      else resolve(answer);
    }
  } catch (error) {
    if (mayGoOneByOne(error)) for (const each of all) void sendOne(ways, each);
    else for (const { reject } of all) reject(error);
  }
}
