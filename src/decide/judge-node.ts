import type { FindingCode } from '../model/finding.ts';
import type { Manifest } from '../model/manifest.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { Policy } from '../model/policy.ts';
import type { OpenedManifest, Verified } from '../model/verified.ts';
import { lookAt } from './look.ts';
import { manifestBefore } from './manifest-before.ts';
import { openedManifests } from './manifest-standing.ts';
import { registryOf } from './registry.ts';
import { goneFlags } from './withdrawn.ts';

type Ground = {
  /** What the server has to run. */
  readonly manifest: Manifest;
  /** The manifest in force before, whose senders may still emit; null when it is inferred from the history. */
  readonly before: Manifest | null;
  readonly withdrawn: readonly string[];
  /** When their senders stopped, RFC 3339; null for just now. */
  readonly withdrawnSince: string | null;
  readonly history: readonly OpenedManifest[];
  readonly policy: Policy;
};

type Shown = {
  readonly report: Verified<NodeReport>;
  /** The proof of this server that counted before; null for none. It shows a clock that ran backwards, and a proof shown twice. */
  readonly earlier: Verified<NodeReport> | null;
  readonly challenge: { readonly event_id: string; readonly nonce: string } | null;
};

/**
 * Does one server prove that it runs its manifest, coherently? The proof gate asks the same of all of them at once; this is for
 * proofs that come one by one. The answer is the codes of what speaks against it, sorted, each once; empty when nothing does. Made once
 * for a manifest, asked often. `now` in milliseconds since the epoch.
 */
export function nodeJudge(ground: Ground): (shown: Shown, now: number) => readonly FindingCode[] {
  const { manifest, history, policy } = ground;
  const registry = registryOf(manifest.cluster, [manifest, ...openedManifests(history)]);
  const before = manifestBefore(manifest, ground.before, registry);
  const question = {
    reference: manifest,
    inForce: before === null ? [manifest] : [manifest, before],
    senders: before === null ? [] : [before],
    reach: 'every' as const,
    registry,
    policy,
    effectOfSplit: 'none' as const,
  };
  const withdrawal = { withdraw_flags: [...ground.withdrawn], withdrawn_since: ground.withdrawnSince };
  const listed = new Set(manifest.cluster_inventory);
  return ({ report, earlier, challenge }, now) => {
    const { hostname } = report.value;
    if (!listed.has(hostname)) return ['node_unlisted'];
    if (earlier !== null && isShownAgain(report.value, earlier.value)) return ['proof_replayed'];
    const reports = earlier === null ? [report] : [earlier, report];
    const look = lookAt(
      { reports, refused: [], unreachable: [], history },
      {
        ...question,
        withdrawn: goneFlags(withdrawal, question.inForce, now),
        inventory: [hostname],
        challenge,
        now,
      },
    );
    const found = [
      ...look.coverage.findings.filter(({ effect }) => effect !== 'none').map(({ code }) => code),
      ...look.classes.flatMap(({ judgement }) =>
        judgement.seeds.filter(({ effect }) => effect !== 'none').map(({ code }) => code),
      ),
    ];
    // Nothing is wrong with it, and another one was the newest: it shows what was, not what is.
    if (found.length === 0 && !look.coverage.accepted.includes(report.value)) return ['proof_invalid'];
    return [...new Set(found)].sort();
  };
}

/** The sequence grows within a boot: the same number again is the same proof again, or an older one. */
function isShownAgain(report: NodeReport, earlier: NodeReport): boolean {
  const isSameBoot = (report.boot_id ?? null) === (earlier.boot_id ?? null);
  return isSameBoot && report.sequence <= earlier.sequence;
}
