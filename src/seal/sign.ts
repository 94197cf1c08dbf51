import { Fault } from '../fault.ts';
import type { Role } from '../model/keyring.ts';
import { Manifest } from '../model/manifest.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { Verdict } from '../model/verdict.ts';
import { sealEnvelope } from './envelope.ts';
import type { SigningKey } from './keys.ts';
import { manifestProblem } from './manifest-problem.ts';
import { parseValue } from './parse-document.ts';
import { quoted } from '../model/quoted.ts';
import { withArticle } from '../model/with-article.ts';
import { PREDICATES, writeStatement } from './statement.ts';
import type { Subject } from './statement.ts';
import { verificationSummary } from './verification-summary.ts';
import type { Judged } from './verification-summary.ts';

/**
 * The manifest in a builder's envelope. Takes the JSON as it was read: that, and not a copy a schema has filled in, is signed.
 * Fault BAD_INPUT for a key of another role, and for a manifest that the door would refuse: signing it would help nobody.
 */
export function signManifest(raw: unknown, source: string, key: SigningKey): string {
  requireRole(key, 'builder', 'a manifest');
  const manifest = parseValue(Manifest, raw, source);
  const problem = manifestProblem(manifest, raw);
  if (problem !== null)
    throw new Fault('BAD_INPUT', `${source} is not worth a signature: ${problem.detail}.`, { source });
  return sealEnvelope(writeStatement(PREDICATES.manifest, subjectsOf(manifest), raw), key);
}

/** A node's report in its own envelope. Fault BAD_INPUT for a key of another role or of another host. */
export function signReport(report: NodeReport, key: SigningKey): string {
  requireRole(key, 'node', 'a proof');
  if (key.hostname !== report.hostname) {
    const sentence = `The key ${quoted(key.name)} speaks for ${String(key.hostname)} and cannot sign for ${report.hostname}.`;
    throw new Fault('BAD_INPUT', sentence);
  }
  const subjects = [{ name: report.hostname, sha256: report.binary_sha256 }];
  return sealEnvelope(writeStatement(PREDICATES.proof, subjects, report), key);
}

/**
 * A verdict in the gate's envelope, as a SLSA Verification Summary with the whole verdict inside. Fault BAD_INPUT for a key of
 * another role, and for a verdict about no binary, since a statement about nothing says nothing.
 */
export function signVerdict(verdict: Verdict, judged: Judged, key: SigningKey): string {
  requireRole(key, 'gate', 'a verdict');
  if (judged.subjects.length === 0)
    throw new Fault('BAD_INPUT', 'A verdict that is about no binary cannot be signed.');
  const summary = verificationSummary(verdict, judged, key.name);
  return sealEnvelope(writeStatement(PREDICATES.verdict, judged.subjects, summary), key);
}

/** Each digest the manifest owns, once. */
function subjectsOf(manifest: Manifest): readonly Subject[] {
  const artifacts = manifest.artifacts ?? [];
  const named = new Map([[manifest.binary_sha256, manifest.deployment_id]]);
  for (const { sha256, name } of artifacts) named.set(sha256, name);
  return [...named].map(([sha256, name]) => ({ name, sha256 }));
}

function requireRole(key: SigningKey, role: Role, what: string): void {
  if (key.role === role) return;
  const sentence = `The key ${quoted(key.name)} is ${withArticle(key.role)} key, and only ${withArticle(role)} key signs ${what}.`;
  throw new Fault('BAD_INPUT', sentence);
}
