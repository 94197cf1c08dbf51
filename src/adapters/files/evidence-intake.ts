import { setFlagsFromString } from 'node:v8';
import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import type { RefusalReason } from '../../model/verified.ts';
import { alikeEnvelopes } from '../../seal/alike-envelopes.ts';
import { alikeReports } from '../../seal/alike-reports.ts';
import { isObject } from '../../seal/is-object.ts';
import { readJson } from '../../seal/json.ts';
import { openReport, prepareEnvelope, prepareProof } from '../../seal/open.ts';
import type { Door, OpenedProof, PendingProof } from '../../seal/open.ts';
import { hostnameIn, readProofPayload } from '../../seal/proof-payload.ts';
import type { ProofPayload } from '../../seal/proof-payload.ts';
import type { Refusal } from '../../seal/refusal.ts';
import { signatureVerifier } from './signature-verifier.ts';

/** An entry that cannot be read: in a set it is evidence, alone it is a fault. */
export type Unreadable = {
  readonly kind: 'unreadable';
  readonly reason: RefusalReason;
  /** A clause that follows the name of what cannot be read. */
  readonly detail: string;
  readonly source: string;
  readonly claimed: string | null;
};

export type Entry = Exclude<OpenedProof, { readonly kind: 'malformed' }> | Unreadable;

/** Takes in entry after entry. A promise asks the giver to wait, because enough signatures are being verified. */
export type Intake = {
  readonly takeBytes: (
    bytes: Buffer,
    start: number,
    end: number,
    source: string,
  ) => Promise<void> | undefined;
  readonly takeValue: (value: unknown, source: string) => Promise<void> | undefined;
  readonly refuse: (entry: Unreadable) => void;
  /** The entries in the order they were given, when all signatures are verified. */
  readonly entries: () => Promise<readonly Entry[]>;
};

/** Most entries of one evidence, several reports of each node of the largest inventory; then memory is the limit. */
const MOST_ENTRIES = 10 * LIMITS.inventory;
/** From so many entries on, memory is a matter. */
const MANY_ENTRIES = 10_000;
/** Reports of a small cluster are read sooner than their layout is learned. */
const READ_BEFORE_LEARNING = 16;
/** An intake for what a door lets in. Reports that are alike are read quickly, and signatures are verified on all processors. */
export function evidenceIntake(door: Door): Intake {
  const entries: (Entry | undefined)[] = [];
  const bare = alikeReports<null>('');
  const envelopes = alikeEnvelopes();
  const readPayload = payloadReader();
  const verifier = signatureVerifier();

  const put = (entry: Entry | undefined): number => {
    if (entries.length === MOST_ENTRIES) {
      const sentence = `The evidence holds more than ${MOST_ENTRIES.toLocaleString('en')} entries; give only the newest report of each server.`;
      throw new Fault('TOO_LARGE', sentence, { max_entries: MOST_ENTRIES });
    }
    // V8 would let its nursery grow to 64 MiB and more, for the sake of objects that die young. Reports live on.
    if (entries.length === MANY_ENTRIES) setFlagsFromString('--semi-space-growth-factor=1');
    return entries.push(entry) - 1;
  };
  const putOpened = (opened: OpenedProof, source: string, value: unknown): void => {
    const isRead = opened.kind !== 'malformed';
    put(isRead ? opened : unreadable('malformed', opened.detail, source, hostnameIn(value)));
  };
  const settle = (
    prepared: OpenedProof | PendingProof,
    source: string,
    value: unknown,
  ): Promise<void> | undefined => {
    if (prepared.kind !== 'pending') {
      putOpened(prepared, source, value);
      return undefined;
    }
    const place = put(undefined);
    return verifier.verify(prepared, (isGood) => {
      entries[place] = readable(prepared.finish(isGood, readPayload), source);
    });
  };
  const learn = (bytes: Uint8Array, value: unknown, prepared: OpenedProof | PendingProof): void => {
    if (prepared.kind === 'pending') envelopes.learn(bytes);
    else if (prepared.kind === 'report' && isObject(value) && !Object.hasOwn(value, 'report'))
      bare.learn(bytes, prepared.report.value, null);
  };

  return {
    takeBytes: (bytes, start, end, source) => {
      // What is refused for want of a signature needs no haste.
      const report = door.acceptUnsigned ? bare.read(bytes, start, end)?.report : undefined;
      if (report !== undefined) return settle(openReport(report, source, door), source, null);
      const envelope = envelopes.read(bytes, start, end);
      if (envelope !== undefined) return settle(prepareEnvelope(envelope, source, door), source, null);
      const slice = bytes.subarray(start, end);
      const read = readJson(slice);
      if (read.ok) {
        const prepared = prepareProof(read.value, source, door);
        if (entries.length >= READ_BEFORE_LEARNING) learn(slice, read.value, prepared);
        return settle(prepared, source, read.value);
      }
      // The source says which line of the file it is.
      const detail = read.detail.replace('at line 1, column', 'at column');
      put(unreadable(read.reason, detail, source, claimedIn(slice)));
      return undefined;
    },
    takeValue: (value, source) => settle(prepareProof(value, source, door), source, value),
    refuse: (entry) => void put(entry),
    entries: async () => {
      await verifier.done();
      return entries.filter((entry) => entry !== undefined);
    },
  };
}

export function unreadable(
  reason: RefusalReason,
  detail: string,
  source: string,
  claimed: string | null,
): Unreadable {
  return { kind: 'unreadable', reason, detail, source, claimed };
}

function readable(opened: OpenedProof, source: string): Entry {
  return opened.kind === 'malformed' ? unreadable('malformed', opened.detail, source, null) : opened;
}

/** Reads payloads as seal does; those that are like one before are read quickly. */
function payloadReader(): (payload: Uint8Array) => ProofPayload | Refusal {
  const signed = alikeReports<readonly string[]>('predicate.');
  let count = 0;
  return (payload) => {
    count += 1;
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    const hit = signed.read(bytes, 0, bytes.length);
    if (hit !== undefined) return { ok: true, subjects: hit.beside, report: hit.report };
    const read = readProofPayload(payload);
    if (read.ok && count > READ_BEFORE_LEARNING) signed.learn(payload, read.report, read.subjects);
    return read;
  };
}

/** The host an unreadable text claims to be from, if it names exactly one. */
export function claimedIn(bytes: Uint8Array): string | null {
  const text = new TextDecoder().decode(bytes);
  const named = new Set([...text.matchAll(/"hostname"\s*:\s*"([^"\\]*)"/g)].map((match) => match[1]));
  const [hostname] = named;
  return named.size === 1 ? hostnameIn({ hostname }) : null;
}
