import { verify } from 'node:crypto';
import { Fault } from '../fault.ts';
import type { OpenGate } from '../gate/open-gate.ts';
import type { Answer } from '../gate/ports.ts';
import type { ProofAnswer } from '../model/agent-wire.ts';
import type { NodeReport } from '../model/node-report.ts';
import { alikeReports } from '../seal/alike-reports.ts';
import { isObject } from '../seal/is-object.ts';
import { readJson } from '../seal/json.ts';
import { prepareProof } from '../seal/open.ts';
import type { OpenedProof, PendingProof } from '../seal/open.ts';
import { readProofPayload } from '../seal/proof-payload.ts';
import type { ProofPayload } from '../seal/proof-payload.ts';
import type { Refusal } from '../seal/refusal.ts';
import type { Questions } from './questions.ts';
import type { Enrolled, Roll } from './roll.ts';

type Parts = {
  readonly gate: OpenGate;
  readonly roll: Roll;
  readonly questions: Questions;
  readonly now: () => number;
};

/**
 * Takes proofs from members: opened with the member’s own key and no other, verified beside the event loop, handed to who waits for it or to
 * the gate. Faults: those of the gate.
 */
export function proofDesk({ gate, roll, questions, now }: Parts) {
  const readPayload = payloadReader();
  return async (enrolled: Enrolled, body: Buffer): Promise<ProofAnswer> => {
    const { hostname, cluster } = enrolled.member;
    const opened = await open(enrolled, { body, readPayload }, now());
    const answer: Answer = { hostname, opened, document: body.toString() };
    const answered = await hand({ enrolled, answer, report: reportOf(opened, hostname) }).catch(
      (error: unknown) => {
        // Nothing is known of the server then, and whoever lists them is told why.
        if (error instanceof Fault) roll.note(enrolled, error.message, now());
        throw error;
      },
    );
    enrolled.hasLease = answered.lease !== null;
    roll.note(enrolled, answered.accepted ? null : (answered.reason ?? 'it was not accepted'), now());
    return answered;

    async function hand(shown: Shown): Promise<ProofAnswer> {
      const challenge = shown.report?.challenge ?? null;
      // Its nonce was made for this question, so it is no copy, even where a proof that was looked for later came sooner.
      const isAwaited = challenge !== null && questions.answer(enrolled.key, challenge, answer);
      if (shown.report !== null && !isShownAgain(enrolled, shown.report)) enrolled.shown = shown.report;
      return isAwaited ? await gate.weigh(cluster, answer) : await gate.receive(cluster, answer);
    }
  };
}

type Shown = { readonly enrolled: Enrolled; readonly answer: Answer; readonly report: NodeReport | null };

function reportOf(opened: OpenedProof, hostname: string): NodeReport | null {
  return opened.kind === 'report' && opened.report.value.hostname === hostname ? opened.report.value : null;
}

/** Whether the server has shown something newer, or this. */
function isShownAgain({ shown }: Enrolled, report: NodeReport | null): boolean {
  if (shown === null || report === null) return false;
  return (shown.boot_id ?? null) === (report.boot_id ?? null) && report.sequence <= shown.sequence;
}

type ReadPayload = (payload: Uint8Array) => ProofPayload | Refusal;

/** Reads payloads as seal does; those that are laid out like one before are read quickly, and a fleet writes all of them alike. */
function payloadReader(): ReadPayload {
  const signed = alikeReports<readonly string[]>('predicate.');
  return (payload) => {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    const hit = signed.read(bytes, 0, bytes.length);
    if (hit !== undefined) return { ok: true, subjects: hit.beside, report: hit.report };
    const read = readProofPayload(payload);
    if (read.ok) signed.learn(payload, read.report, read.subjects);
    return read;
  };
}

async function open(
  { member, keyring }: Enrolled,
  { body, readPayload }: { readonly body: Buffer; readonly readPayload: ReadPayload },
  now: number,
): Promise<OpenedProof> {
  const read = readJson(body);
  if (!read.ok) return { kind: 'malformed', detail: `the proof ${read.detail}` };
  if (!isObject(read.value)) return { kind: 'malformed', detail: 'the proof is no JSON object' };
  const door = { keyring, acceptUnsigned: false, acceptTransport: [], now };
  const prepared = prepareProof(read.value, member.hostname, door);
  return prepared.kind === 'pending' ? prepared.finish(await isGood(prepared), readPayload) : prepared;
}

/** On a thread of its own, so that the event loop serves others meanwhile. */
async function isGood({ pae, key, signature }: PendingProof): Promise<boolean> {
  return await new Promise((resolve) => {
    verify(null, pae, key, signature, (error, good) => resolve(error === null && good));
  });
}
