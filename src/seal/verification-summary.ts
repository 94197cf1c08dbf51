import { EXIT_BY_VERDICT } from '../model/verdict.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Subject } from './statement.ts';

const SITE = 'https://haunted-server-detector.dev';

/** What a verdict was about and what it rests on: that which the verdict itself does not say. */
export type Judged = {
  /** The binaries the answer is about. */
  readonly subjects: readonly Subject[];
  /** sha256 of the policy's RFC 8785 form. */
  readonly policy_sha256: string;
  /** Every document that was judged; a summary that lists inputs must list all of them. */
  readonly inputs: readonly { readonly uri: string; readonly sha256: string }[];
  /** When the answer stops being of use; a cluster changes in seconds, and SLSA has no word for it. */
  readonly expires_at: string;
  /** Version of haunted. */
  readonly version: string;
};

/**
 * A verdict as the predicate of a SLSA Verification Summary (spec 1.2), so that other verifiers understand whether it passed. The
 * gate and the manifest are part of `resourceUri`, so that leave to deploy cannot be shown as leave to roll back. The verdict
 * itself and its expiry are fields named by URIs, as the specification asks of extensions.
 */
export function verificationSummary(verdict: Verdict, judged: Judged, gate: string): object {
  const isPassed = EXIT_BY_VERDICT[verdict.verdict] === 0;
  const cluster = encodeURIComponent(verdict.cluster ?? '');
  const manifest = verdict.manifest_sha256 === null ? '' : `&manifest=sha256:${verdict.manifest_sha256}`;
  const event = verdict.event_id === null ? '' : `&event=${encodeURIComponent(verdict.event_id)}`;
  return {
    verifier: { id: `${SITE}/gate/${encodeURIComponent(gate)}`, version: { haunted: judged.version } },
    timeVerified: verdict.judged_at,
    resourceUri: `haunted:${cluster}?gate=${verdict.gate}${manifest}${event}`,
    policy: { uri: `haunted:${cluster}/policy`, digest: { sha256: judged.policy_sha256 } },
    inputAttestations: judged.inputs.map(({ uri, sha256 }) => ({ uri, digest: { sha256 } })),
    verificationResult: isPassed ? 'PASSED' : 'FAILED',
    verifiedLevels: [isPassed ? `HAUNTED_${verdict.verdict}` : 'FAILED'],
    [`${SITE}/ns/expires`]: judged.expires_at,
    [`${SITE}/ns/verdict/v1`]: verdict,
  };
}
