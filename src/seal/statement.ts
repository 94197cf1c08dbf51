import { isObject } from './is-object.ts';
import { readJson } from './json.ts';
import { quoted } from '../model/quoted.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const STATEMENT = 'https://in-toto.io/Statement/v1';

/** What a signed document is, by the URI its statement carries. A verdict is a SLSA Verification Summary that others can read. */
export const PREDICATES = {
  manifest: 'https://haunted-server-detector.dev/deployment-manifest/v1',
  proof: 'https://haunted-server-detector.dev/node-proof/v1',
  verdict: 'https://slsa.dev/verification_summary/v1',
  plan: 'https://haunted-server-detector.dev/rollback-plan/v1',
  word: 'https://haunted-server-detector.dev/operator-word/v1',
  checkpoint: 'https://haunted-server-detector.dev/ledger-checkpoint/v1',
} as const;

/** Something a signature speaks about, known by its sha256. The name is advice. */
export type Subject = { readonly name: string; readonly sha256: string };

/** An in-toto Statement v1, read: the sha256 of its subjects, and its predicate as plain JSON. */
export type Statement = {
  readonly ok: true;
  readonly subjects: readonly string[];
  readonly predicate: unknown;
};

/** The payload bytes of a statement that says `predicate` about `subjects`. */
export function writeStatement(
  predicateType: string,
  subjects: readonly Subject[],
  predicate: unknown,
): Uint8Array {
  const subject = subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } }));
  return Buffer.from(JSON.stringify({ _type: STATEMENT, subject, predicateType, predicate }));
}

/**
 * The statement in a payload, if it is one and of the type asked for. A field that is not read is a claim nobody checked, so an
 * unknown field of the statement is refused, although in-toto would let it pass.
 */
export function readStatement(payload: Uint8Array, predicateType: string): Statement | Refusal {
  const read = readJson(payload);
  if (!read.ok) return { ...read, detail: `its payload ${read.detail}` };
  const { value } = read;
  if (!isObject(value)) return refusal('malformed', 'its payload is not an in-toto statement');
  if (value['_type'] !== STATEMENT)
    return refusal('malformed', `its payload is not a statement of type ${STATEMENT}`);
  const signedAs = value['predicateType'];
  if (typeof signedAs !== 'string') return refusal('malformed', 'its statement has no predicateType');
  if (signedAs !== predicateType)
    return refusal('wrong_predicate', `it is signed as ${quoted(signedAs)}, not as ${predicateType}`);
  const unknown = Object.keys(value).find((key) => !FIELDS.has(key));
  if (unknown !== undefined)
    return refusal('malformed', `its statement has the unknown field ${quoted(unknown)}`);
  const subjects = subjectsOf(value['subject']);
  if (subjects === undefined)
    return refusal('malformed', 'the subject of its statement is not a list of digests');
  return { ok: true, subjects, predicate: value['predicate'] };
}

const FIELDS = new Set(['_type', 'subject', 'predicateType', 'predicate']);

/** The sha256 of each subject. One known by another algorithm only is somebody else's business, and is passed over. */
function subjectsOf(subject: unknown): readonly string[] | undefined {
  if (!Array.isArray(subject)) return undefined;
  const digests = (subject as readonly unknown[]).map((item) =>
    isObject(item) ? item['digest'] : undefined,
  );
  if (!digests.every(isObject)) return undefined;
  return digests.map((digest) => digest['sha256']).filter((sha256) => typeof sha256 === 'string');
}
