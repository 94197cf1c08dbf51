import { verify } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { PendingProof } from '../../seal/open.ts';

/** Verifies many signatures. A promise asks the giver to wait, because enough are being verified. */
export type SignatureVerifier = {
  readonly verify: (proof: PendingProof, use: (isGood: boolean) => void) => Promise<void> | undefined;
  /** When all that were given are verified and used. */
  readonly done: () => Promise<void>;
};

type Given = { readonly proof: PendingProof; readonly use: (isGood: boolean) => void };

/** From so many on, other threads help; handing over costs more than a few signatures. */
const MANY = 32;
/** Signatures being verified by others at once, and how many are left when more are taken. */
const MOST_PENDING = 64;
const FEWEST_PENDING = 32;

/** A verifier for one reading. Small sets are verified here, large ones on all processors there are. */
export function signatureVerifier(): SignatureVerifier {
  // One after the other and then all used: going back and forth between both costs each its caches.
  const here: Given[] = [];
  const verifyHere = (): void => {
    const answers = here.map(({ proof }) => verify(null, proof.pae, proof.key, proof.signature));
    const given = here.splice(0);
    for (const [index, { use }] of given.entries()) use(answers[index] === true);
  };
  const elsewhere = verifierElsewhere();
  let count = 0;
  let hasHelp = false;
  return {
    verify: (proof, use) => {
      count += 1;
      if (count === MANY) hasHelp = availableParallelism() > 1;
      if (hasHelp) return elsewhere.verify(proof, use);
      here.push({ proof, use });
      if (here.length === MANY) verifyHere();
      return undefined;
    },
    done: async () => {
      verifyHere();
      await elsewhere.done();
    },
  };
}

function verifierElsewhere(): SignatureVerifier {
  let pending = 0;
  let failure: { readonly error: unknown } | null = null;
  let waiting: { readonly most: number; readonly resolve: () => void } | null = null;
  const waitFor = async (most: number): Promise<void> => {
    if (pending > most) await new Promise<void>((resolve) => void (waiting = { most, resolve }));
    if (failure !== null) throw failure.error;
  };
  const settle = (use: () => void): void => {
    pending -= 1;
    try {
      use();
    } catch (error) {
      failure = { error };
    }
    if (waiting === null || pending > waiting.most) return;
    waiting.resolve();
    waiting = null;
  };
  return {
    verify: ({ pae, key, signature }, use) => {
      pending += 1;
      verify(null, pae, key, signature, (error, isGood) => settle(() => use(error === null && isGood)));
      return pending < MOST_PENDING ? undefined : waitFor(FEWEST_PENDING);
    },
    done: () => waitFor(0),
  };
}
