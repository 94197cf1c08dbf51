import { readPrivateKey } from '../../adapters/files/key-file.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Policy } from '../../model/policy.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { Evidence } from '../../model/verified.ts';
import { canonicalize } from '../../seal/canonical.ts';
import { sha256Hex } from '../../seal/digest.ts';
import { signVerdict } from '../../seal/sign.ts';
import { VERSION } from '../version.ts';
import type { Io } from '../io.ts';
import type { LoadedIntent } from './load-intent.ts';
import { typedPath } from './typed-path.ts';

type Judged = {
  readonly verdict: Verdict;
  readonly loaded: LoadedIntent;
  readonly evidence: Evidence;
  readonly policy: Policy;
};

/**
 * Signs a verdict with a gate's key and writes it. Inputs are listed by what was judged: each file named on the command line by
 * its bytes, each earlier manifest by its own digest, each accepted report by its RFC 8785 form. Faults: KEY_UNSAFE, BAD_INPUT for
 * a key of another role, CANNOT_WRITE.
 */
export async function writeSignedVerdict(
  judged: Judged,
  sign: { readonly with: string; readonly to: string },
  io: Io,
): Promise<void> {
  const key = await readPrivateKey(typedPath(sign.with, io.cwd));
  const { verdict, loaded, evidence, policy } = judged;
  const summary = {
    subjects: subjectsOf(loaded),
    policy_sha256: sha256Hex(canonicalize(policy)),
    inputs: inputsOf(loaded, evidence),
    expires_at: expiryOf(evidence, policy, Date.parse(verdict.judged_at)),
    version: VERSION,
  };
  await writeFileAtomic(typedPath(sign.to, io.cwd), signVerdict(verdict, summary, key));
}

/** The binary the answer is about; for a manifest that was refused, the very bytes that were refused. */
function subjectsOf({ intent, document }: LoadedIntent): { name: string; sha256: string }[] {
  const opened = intent.gate === 'rollback' ? intent.target : intent.manifest;
  if (opened?.ok !== true) return [{ name: document.uri, sha256: sha256Hex(document.bytes) }];
  const { deployment_id: name, binary_sha256: sha256 }: Manifest = opened.manifest.value;
  return [{ name, sha256 }];
}

function inputsOf(loaded: LoadedIntent, evidence: Evidence): { uri: string; sha256: string }[] {
  const manifests = evidence.history.flatMap((entry) => (entry.ok ? [entry.manifest.value] : []));
  return [
    ...loaded.files.map(({ uri, bytes }) => ({ uri, sha256: sha256Hex(bytes) })),
    ...manifests.map(({ cluster, generation, manifest_sha256: sha256 }) => ({
      uri: `haunted:${encodeURIComponent(cluster)}/manifest/${generation}`,
      sha256,
    })),
    ...evidence.reports.map(({ value }) => ({
      uri: `haunted:${encodeURIComponent(value.cluster)}/report/${value.hostname}/${value.sequence}`,
      sha256: sha256Hex(canonicalize(value)),
    })),
  ];
}

/** An answer is of use until the oldest report it rests on is stale. */
function expiryOf({ reports }: Evidence, policy: Policy, judgedAt: number): string {
  const oldest = reports.reduce(
    (least, { value }) => Math.min(least, Date.parse(value.observed_at)),
    judgedAt,
  );
  return new Date(oldest + policy.max_proof_age_s * 1000).toISOString();
}
