import { verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Fault } from '../fault.ts';
import { CollectFailure, Collected } from '../model/collected.ts';
import { Manifest } from '../model/manifest.ts';
import { NodeReport } from '../model/node-report.ts';
import type { OpenedManifest, Refused, Unreachable, Verified, Voucher } from '../model/verified.ts';
import { isEnvelope, readEnvelope } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { isObject } from './is-object.ts';
import { readJson } from './json.ts';
import type { IndexedKey, KeyringIndex } from './keyring.ts';
import { manifestProblem } from './manifest-problem.ts';
import { checkValue, parseValue } from './parse-document.ts';
import { claimedHostname, readProofPayload } from './proof-payload.ts';
import type { ProofPayload } from './proof-payload.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { pendingSignature } from './signature.ts';
import { PREDICATES, readStatement } from './statement.ts';

/** Who is let in. `now` in milliseconds since the epoch: keys are judged as of then. */
export type Door = {
  /** Whose signatures count; null when nobody's do. */
  readonly keyring: KeyringIndex | null;
  /** `--accept-unsigned`: bare documents are let in on the operator's own account. */
  readonly acceptUnsigned: boolean;
  /** Transports whose word is enough for a bare report. */
  readonly acceptTransport: readonly 'ssh'[];
  readonly now: number;
};

export type OpenedProof =
  | { readonly kind: 'report'; readonly report: Verified<NodeReport> }
  | { readonly kind: 'refused'; readonly refused: Refused }
  | { readonly kind: 'unreachable'; readonly unreachable: Unreachable }
  | { readonly kind: 'malformed'; readonly detail: string };

/** A proof of which all is known but whether its signature is good, so that many can be verified at once elsewhere. */
export type PendingProof = {
  readonly kind: 'pending';
  readonly key: KeyObject;
  readonly pae: Uint8Array;
  readonly signature: Uint8Array;
  /** `readPayload` may be replaced by a quicker reader that answers the same; it sees signed bytes only. */
  readonly finish: (
    isGood: boolean,
    readPayload?: (payload: Uint8Array) => ProofPayload | Refusal,
  ) => OpenedProof;
};

/**
 * Is this a manifest that the door lets in? Takes a bare manifest or a DSSE envelope around one; `source` names it for people.
 * Fault BAD_INPUT when it cannot be read at all: not strict JSON, another schema version, an unknown or wrong field.
 */
export function openManifest(bytes: Uint8Array, source: string, door: Door): OpenedManifest {
  const opened = admitManifest(bytes, source, door);
  if (opened.ok) return opened;
  const { reason, detail } = opened;
  if (reason === 'malformed')
    throw new Fault('BAD_INPUT', `${source} cannot be read: ${detail}.`, { source });
  return { ok: false, refused: { reason, detail, source, claimed_hostname: null } };
}

function admitManifest(
  bytes: Uint8Array,
  source: string,
  door: Door,
): { readonly ok: true; readonly manifest: Verified<Manifest> } | Refusal {
  const read = readJson(bytes);
  if (!read.ok) throw new Fault('BAD_INPUT', `${source} ${read.detail}.`, { source, reason: read.reason });
  if (!isEnvelope(read.value)) {
    const manifest = parseValue(Manifest, read.value, source);
    if (!door.acceptUnsigned) return refusal('unsigned', 'it carries no signature');
    return (
      manifestProblem(manifest, read.value) ?? { ok: true, manifest: verified(manifest, { by: 'operator' }) }
    );
  }
  const envelope = readEnvelope(read.value);
  if (!envelope.ok) return envelope;
  const pending = pendingSignature(envelope, { ...door, role: 'builder' });
  if (!pending.ok) return pending;
  const settled = pending.settle(verify(null, pending.pae, pending.key.publicKey(), pending.sig));
  if (!settled.ok) return settled;
  const statement = readStatement(envelope.payload, PREDICATES.manifest);
  if (!statement.ok) return statement;
  const manifest = parseValue(Manifest, statement.predicate, source);
  const problem =
    subjectProblem(statement.subjects, manifest.binary_sha256) ??
    manifestProblem(manifest, statement.predicate);
  return problem ?? { ok: true, manifest: verified(manifest, signedBy(settled.key)) };
}

/** Is this a proof that the door lets in? Takes what was read from one file, line or host; `source` names it. Never throws. */
export function openProof(value: unknown, source: string, door: Door): OpenedProof {
  const prepared = prepareProof(value, source, door);
  if (prepared.kind !== 'pending') return prepared;
  return prepared.finish(verify(null, prepared.pae, prepared.key, prepared.signature));
}

/** As openProof, but leaves the costly part, verifying the signature, to the caller. Never throws. */
export function prepareProof(value: unknown, source: string, door: Door): OpenedProof | PendingProof {
  if (!isEnvelope(value)) return openBare(value, source, door);
  const envelope = readEnvelope(value);
  return envelope.ok ? prepareEnvelope(envelope, source, door) : refused(envelope, source, null);
}

/** As prepareProof, for an envelope that was read before. Never throws. */
export function prepareEnvelope(envelope: Envelope, source: string, door: Door): OpenedProof | PendingProof {
  const refuse = (why: Refusal): OpenedProof => refused(why, source, claimedHostname(envelope.payload));
  const pending = pendingSignature(envelope, { ...door, role: 'node' });
  if (!pending.ok) return refuse(pending);
  return {
    kind: 'pending',
    key: pending.key.publicKey(),
    pae: pending.pae,
    signature: pending.sig,
    finish: (isGood, readPayload = readProofPayload) => {
      const settled = pending.settle(isGood);
      if (!settled.ok) return refuse(settled);
      const read = readPayload(envelope.payload);
      if (!read.ok) return refuse(read);
      const { report, subjects } = read;
      const problem = subjectProblem(subjects, report.binary_sha256) ?? nameProblem(settled.key, report);
      return problem === null ? admitted(report, signedBy(settled.key)) : refuse(problem);
    },
  };
}

/** A proof without an envelope: a report, a report that a transport vouches for, or the word that a host did not answer. */
function openBare(value: unknown, source: string, door: Door): OpenedProof {
  const schema = isObject(value) ? value['schema'] : undefined;
  if (schema === 'haunted.collected/v1') return openCollected(value, source, door);
  if (schema === 'haunted.collect-failure/v1') {
    const failure = checkValue(CollectFailure, value);
    if (!failure.ok) return { kind: 'malformed', detail: failure.detail };
    const { hostname, detail } = failure.value;
    return { kind: 'unreachable', unreachable: { hostname, detail } };
  }
  const report = checkValue(NodeReport, value);
  if (!report.ok) return { kind: 'malformed', detail: report.detail };
  return openReport(report.value, source, door);
}

/** As openProof, for a bare report that was held against its schema before. Never throws. */
export function openReport(report: NodeReport, source: string, door: Door): OpenedProof {
  if (door.acceptUnsigned) return admitted(report, { by: 'operator' });
  return refused(refusal('unsigned', 'it carries no signature'), source, report.hostname);
}

function openCollected(value: unknown, source: string, door: Door): OpenedProof {
  const collected = checkValue(Collected, value);
  if (!collected.ok) return { kind: 'malformed', detail: collected.detail };
  const { via, inventory_name: asked, report } = collected.value;
  if (report.hostname !== asked) {
    const detail = `the host asked as ${asked} calls itself ${report.hostname}`;
    return refused(refusal('wrong_name', detail), source, asked);
  }
  if (door.acceptTransport.includes(via)) return admitted(report, { by: 'transport', transport: via });
  if (door.acceptUnsigned) return admitted(report, { by: 'operator' });
  const detail = `only ${via} vouches for it, and that is not accepted here`;
  return refused(refusal('unsigned', detail), source, asked);
}

function subjectProblem(subjects: readonly string[], binary: string): Refusal | null {
  if (subjects.includes(binary)) return null;
  return refusal('wrong_subject', `its statement is not about its binary_sha256 ${binary}`);
}

function nameProblem(key: IndexedKey, report: NodeReport): Refusal | null {
  if (key.hostname === report.hostname) return null;
  const detail = `the key of ${String(key.hostname)} signed a report in the name of ${report.hostname}`;
  return refusal('wrong_name', detail);
}

function refused({ reason, detail }: Refusal, source: string, claimed: string | null): OpenedProof {
  return { kind: 'refused', refused: { reason, detail, source, claimed_hostname: claimed } };
}

function admitted(report: NodeReport, voucher: Voucher): OpenedProof {
  return { kind: 'report', report: verified(report, voucher) };
}

function signedBy({ keyid, role }: IndexedKey): Voucher {
  return { by: 'signature', keyid, role };
}

/** The one place where trust is given. */
function verified<T>(value: T, voucher: Voucher): Verified<T> {
  return { value, voucher } as Verified<T>;
}
