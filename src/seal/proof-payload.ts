import { NodeReport } from '../model/node-report.ts';
import { Hostname } from '../model/text.ts';
import { isObject } from './is-object.ts';
import { readJson } from './json.ts';
import { checkValue } from './parse-document.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { PREDICATES, readStatement } from './statement.ts';

/** A signed proof's payload, read but not yet held against the key that signed it. */
export type ProofPayload = {
  readonly ok: true;
  /** The sha256 of the statement's subjects. */
  readonly subjects: readonly string[];
  readonly report: NodeReport;
};

/** The proof in a payload whose signature is known to be good, or why it is none. */
export function readProofPayload(payload: Uint8Array): ProofPayload | Refusal {
  const statement = readStatement(payload, PREDICATES.proof);
  if (!statement.ok) return statement;
  const report = checkValue(NodeReport, statement.predicate);
  if (!report.ok) return refusal('malformed', `its report ${report.detail}`);
  return { ok: true, subjects: statement.subjects, report: report.value };
}

/** The host a payload says it speaks for, true or not; null when it does not say. */
export function claimedHostname(payload: Uint8Array): string | null {
  const read = readJson(payload);
  const predicate = read.ok && isObject(read.value) ? read.value['predicate'] : undefined;
  return hostnameIn(predicate);
}

/** The host name in a report, if there is one that is fit to be shown. */
export function hostnameIn(report: unknown): string | null {
  const hostname = Hostname.safeParse(isObject(report) ? report['hostname'] : undefined);
  return hostname.success ? hostname.data : null;
}
