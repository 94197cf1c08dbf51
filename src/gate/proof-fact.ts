import type { Fact } from '../model/entry.ts';
import type { FindingCode } from '../model/finding.ts';
import { reportOf } from './evidence-of.ts';
import { keptText } from './parts.ts';
import type { Answer } from './ports.ts';

type Held = {
  readonly cluster: string;
  readonly event_id: string | null;
  readonly nonce: string | null;
  /** The manifest it was held against. */
  readonly manifest_sha256: string | null;
  /** What speaks against it; absent when it was not judged. */
  readonly codes: readonly FindingCode[] | undefined;
};

/** What a server showed, for the ledger; nothing when it showed nothing that the door let in. */
export function proofFact(answer: Answer, held: Held): Fact[] {
  const report = reportOf(answer)?.value;
  if (report === undefined || held.codes === undefined) return [];
  const { cluster, event_id, nonce, manifest_sha256, codes } = held;
  return [
    {
      kind: 'proof',
      body: {
        cluster,
        hostname: answer.hostname,
        event_id,
        nonce,
        manifest_sha256,
        observed_at: report.observed_at,
        sequence: report.sequence,
        boot_id: report.boot_id ?? null,
        binary_sha256: report.binary_sha256,
        config_sha256: report.config_sha256 ?? null,
        accepted: codes.length === 0,
        findings: [...codes],
        document: answer.document === null ? null : keptText(answer.document),
      },
    },
  ];
}
