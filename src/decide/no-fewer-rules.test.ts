import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  activate,
  at,
  evidence as evidenceOf,
  NOW,
  opened,
  sha,
  verified,
} from '../../test/world/documents.ts';
import { LISTED, obedient, type World, worlds } from '../../test/world/worlds.ts';
import type { Intent } from '../model/intent.ts';
import type { Manifest } from '../model/manifest.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';
import type { OpenedManifest } from '../model/verified.ts';
import { decide } from './decide.ts';

const RUNS = { numRuns: 250, seed: 20_120_801 };

function ask({ evidence, intent, policy }: World): Verdict {
  return decide(evidence, intent, policy, NOW);
}

function planOf(intent: Intent): RollbackPlan | null {
  return intent.gate === 'activate' ? null : intent.plan;
}

/** The target of a rollback and the manifest being left, where both are named and let in. */
function manifestsOf(intent: Intent): [Manifest, Manifest] {
  const target = intent.gate === 'rollback' ? intent.target : null;
  const left = intent.gate === 'rollback' ? intent.current : null;
  fc.pre(target !== null && target.ok && left !== null && left.ok);
  return [valueOf(target), valueOf(left)];
}

function valueOf(opened: OpenedManifest | null): Manifest {
  if (opened === null || !opened.ok) throw new Error('the property should have passed this world over');
  return opened.manifest.value;
}

/** The target as a new manifest that says the same: an activation of it is what a rollback to it must not be easier than. */
function again(target: Manifest, left: Manifest): Manifest {
  return {
    ...target,
    manifest_sha256: sha('8'),
    deployment_id: 'target-again',
    generation: Math.max(left.generation, target.generation) + 10,
    previous_manifest_sha256: left.manifest_sha256,
  };
}

/** What a server would say after the rollback, going by the forecast alone. */
function reportAfter(verdict: Verdict, before: NodeReport, target: Manifest): NodeReport | null {
  const row = verdict.rollback?.nodes.find((each) => each.hostname === before.hostname);
  const binary = row?.after.binary_sha256 ?? null;
  if (row === undefined || binary === null) return null;
  const changed =
    binary !== before.binary_sha256 || row.after.config_sha256 !== (before.config_sha256 ?? null);
  return {
    ...before,
    observed_at: at(-1),
    binary_sha256: binary,
    binary_on_disk_sha256: binary,
    config_sha256: row.after.config_sha256,
    bound_flags: changed ? obedient(before.hostname, target).bound_flags : before.bound_flags,
  };
}

describe('a rollback is judged by no fewer rules than an activation', () => {
  it('what an activation of the target would refuse in the state after, no rollback allows', () => {
    fc.assert(
      fc.property(worlds('rollback'), (world) => {
        const { evidence, intent, policy } = world;
        const [target, left] = manifestsOf(intent);
        const scope = planOf(intent)?.scope ?? ['binary', 'config'];
        // Withdrawn flags fall silent, which an activation has no word for; without the config the switches on hosts stay.
        fc.pre((planOf(intent)?.withdraw_flags ?? []).length === 0 && scope.includes('config'));
        const verdict = ask(world);
        // One report of each server, so that it is plain what each would say after.
        const given = evidence.reports
          .map(({ value }) => value)
          .filter(({ hostname }) => LISTED.includes(hostname));
        fc.pre(given.length === LISTED.length);
        const reports = given.map((before) => reportAfter(verdict, before, target));
        fc.pre(reports.every((report) => report !== null));
        const next = again(target, left);
        const after = decide(
          {
            ...evidence,
            reports: reports.filter((report) => report !== null).map(verified),
            history: evidence.history,
          },
          activate(next, left),
          policy,
          NOW,
        );
        expect(after.verdict === 'ALLOW_DEPLOY' || verdict.verdict !== 'ALLOW_ROLLBACK').toBe(true);
      }),
      RUNS,
    );
  });

  it('a deploy that is allowed has a way back that the rollback gate allows once it is deployed', () => {
    fc.assert(
      fc.property(worlds('deploy'), (world) => {
        const { intent, evidence, policy } = world;
        fc.pre(intent.gate === 'deploy' && ask(world).verdict === 'ALLOW_DEPLOY');
        const next = intent.gate === 'deploy' ? valueOf(intent.manifest) : world.reference;
        const plan = planOf(intent);
        const named = plan === null ? next.rollback_target_manifest_sha256 : plan.target_manifest_sha256;
        const target = evidence.history.find(
          (entry) => entry.ok && entry.manifest.value.manifest_sha256 === named,
        );
        // No age applies to the manifest that runs at the deploy gate; at the button it does.
        fc.pre(target !== undefined && Date.parse(valueOf(target).created_at) <= NOW);
        fc.pre((valueOf(target ?? null).expires_at ?? null) === null);
        const back = decide(
          { ...evidenceOf(LISTED.map((hostname) => obedient(hostname, next))), history: evidence.history },
          { gate: 'rollback', target: target ?? null, current: opened(next), plan },
          { ...policy, max_target_age_days: 36_500 },
          NOW,
        );
        expect(back.findings.filter(({ effect }) => effect !== 'none')).toEqual([]);
        expect(back.verdict).toBe('ALLOW_ROLLBACK');
      }),
      RUNS,
    );
  });
});
