import type { Finding } from '../model/finding.ts';
import type { Gate } from '../model/intent.ts';
import type { Standing } from '../model/standing.ts';
import type { RollbackForecast, Verdict } from '../model/verdict.ts';
import { blockReason } from './block-reason.ts';
import { instantOf } from './instant.ts';
import type { Look } from './look.ts';
import { preDeployCheck } from './pre-deploy-check.ts';
import { findingOf, type Seed, seedOf } from './seed.ts';
import { bypassed, standingSeeds, underWaySeeds } from './standing.ts';
import { arrange, type Group, writeOut } from './write-out.ts';

const INVARIANTS: Record<Gate, string> = {
  deploy: 'all_servers_in_cluster_run_binary_from_current_deployment_manifest_and_the_way_back_exists',
  activate: 'all_servers_in_cluster_run_binary_from_current_deployment_manifest',
  rollback: 'no_server_would_be_wrong_after_the_rollback',
  proof: 'every_server_has_proven_that_it_matches_the_manifest',
};

type Parts = {
  readonly gate: Gate;
  readonly now: number;
  readonly manifestSha256: string | null;
  readonly eventId: string | null;
  readonly cluster: string | null;
  /** Null when no manifest could be read: then nothing else could be judged. */
  readonly look: Look | null;
  /** True at the rollback gate: what is wrong with servers now is shown, but does not forbid. */
  readonly softenNow: boolean;
  readonly seeds: readonly Seed[];
  readonly groups: readonly Group[];
  readonly rollback: RollbackForecast | null;
  /** What the ledger says; null where there is none. */
  readonly standing: Standing | null;
};

/** Puts everything that was found into the answer the thread asks for. */
export function composeVerdict(parts: Parts): Verdict {
  const { gate, look } = parts;
  const nowGroups = (look?.classes ?? []).map(({ nodes, judgement }) => ({
    hostnames: nodes.hostnames,
    seeds: parts.softenNow
      ? judgement.seeds.map((seed) => ({ ...seed, effect: 'none' as const }))
      : judgement.seeds,
  }));
  const out = writeOut([...nowGroups, ...parts.groups]);
  const { standing, manifestSha256: manifest } = parts;
  const wayBack = parts.rollback?.target_manifest_sha256 ?? null;
  const said = standingSeeds({ gate, standing, manifest, wayBack });
  const whole = [...parts.seeds, ...said, ...(look?.seeds ?? [])].map((seed) => findingOf(seed, null));
  const found = [...out.findings, ...(look?.coverage.findings ?? []), ...whole];
  const check = preDeployCheck(look);
  if (gate === 'proof') found.push(...notProven(look));
  const besides = underWaySeeds(gate, standing).map((seed) => findingOf(seed, null));
  const all = [...besides, ...bypassed(found, gate, standing)];
  const { findings, findings_omitted } = arrange(all, out.omitted);
  const verdict = wordOf(gate, all);
  return {
    schema: 'haunted.verdict/v1',
    gate,
    cluster: parts.cluster,
    invariant: INVARIANTS[gate],
    pre_deploy_check: check,
    verdict,
    block_reason: blockReason(gate, verdict, findings),
    should_also_revoke_deployer_creds: false,
    should_page_sre: verdict === 'BLOCK_DEPLOY' || verdict === 'BLOCK_ROLLBACK' || verdict === 'QUARANTINE',
    judged_at: instantOf(parts.now),
    manifest_sha256: parts.manifestSha256,
    event_id: parts.eventId,
    findings,
    findings_omitted,
    rollback: parts.rollback,
  };
}

/** BLOCK beats HOLD; at the proof gate anything that counts is QUARANTINE. */
function wordOf(gate: Gate, findings: readonly Finding[]): Verdict['verdict'] {
  const isBlocked = findings.some((finding) => finding.effect === 'block');
  const isHeld = findings.some((finding) => finding.effect === 'hold');
  if (gate === 'proof') return isBlocked || isHeld ? 'QUARANTINE' : 'PROVEN';
  const noun = gate === 'rollback' ? 'ROLLBACK' : 'DEPLOY';
  if (isBlocked) return `BLOCK_${noun}`;
  return isHeld ? 'HOLD' : `ALLOW_${noun}`;
}

/** How many servers of the inventory have not proven themselves? A stranger is trouble of its own and not one of them. */
function notProven(look: Look | null): Finding[] {
  if (look === null) return [];
  const { missing, findings, size } = look.coverage;
  const bad = new Set(missing);
  for (const finding of findings) {
    const counts = finding.effect !== 'none' && finding.code !== 'node_unlisted';
    if (counts && finding.hostname !== null) bad.add(finding.hostname);
  }
  for (const { nodes, judgement } of look.classes) {
    if (judgement.seeds.some((seed) => seed.effect !== 'none'))
      for (const hostname of nodes.hostnames) bad.add(hostname);
  }
  if (bad.size === 0) return [];
  const proven = size - bad.size;
  return [
    findingOf(
      seedOf('not_proven', {
        expected: `${size} of ${size} servers proven`,
        actual: `${proven} of ${size}`,
        sentence: `${proven} of ${size} servers have proven that they match.`,
      }),
      null,
    ),
  ];
}
