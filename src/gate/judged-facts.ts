import type { Fact } from '../model/entry.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Verdict } from '../model/verdict.ts';
import { keptText } from './parts.ts';

/** A verdict as the ledger keeps it: what the gate said about which event. */
export function verdictFact(cluster: string, event_id: string, verdict: Verdict): Fact {
  const { gate, manifest_sha256, rollback, pre_deploy_check: check } = verdict;
  return {
    kind: 'verdict',
    body: {
      cluster,
      event_id,
      gate,
      verdict: verdict.verdict,
      manifest_sha256,
      wrong_now:
        rollback === null || gate !== 'rollback'
          ? check.servers_on_other_binary.length
          : rollback.servers_wrong_now,
      wrong_after: rollback?.servers_wrong_after ?? null,
      findings: [
        ...new Set(verdict.findings.filter(({ effect }) => effect !== 'none').map(({ code }) => code)),
      ],
      document: keptText(JSON.stringify(verdict)),
    },
  };
}

/** A manifest as the ledger keeps it when it is let in. */
export function acceptedBody(
  { cluster, manifest_sha256, deployment_id, generation }: Manifest,
  standing: 'candidate' | 'in_force',
  document: string | null,
): Extract<Fact, { kind: 'manifest_accepted' }>['body'] {
  return { cluster, manifest_sha256, deployment_id, generation, standing, document };
}
