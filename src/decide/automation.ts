import type { Manifest } from '../model/manifest.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Standing } from '../model/standing.ts';
import type { Registry } from './registry.ts';
import { type Seed, seedOf } from './seed.ts';

type Question = {
  readonly plan: RollbackPlan;
  readonly target: Manifest | null;
  readonly standing: Standing | null;
  readonly registry: Registry;
};

/**
 * May automation press this? A drift corrector, a failover, a self-heal is a rollback without a button, and it knows less than the
 * people who work at the cluster. It may put back what is in force, and nothing older; and while the cluster is in quarantine it
 * waits for a person (reddit_2016, bigquery_18036_2018). People are asked less: see decisions/0016. Only a ledger knows both.
 */
export function judgeAutomation({ plan, target, standing, registry }: Question): Seed[] {
  if (plan.actor !== 'automation' || standing === null) return [];
  return [...goingFurtherBack(target, registry.find(standing.in_force ?? '')), ...waiting(standing)];
}

function goingFurtherBack(target: Manifest | null, inForce: Manifest | null): Seed[] {
  if (target === null || inForce === null || target.generation >= inForce.generation) return [];
  return [
    seedOf('manifest_superseded', {
      expected: inForce.generation,
      actual: target.generation,
      where: [`manifest:${inForce.deployment_id}`],
      sentence: `Automation would go back to ${target.deployment_id} (generation ${target.generation}), and ${inForce.deployment_id} (generation ${inForce.generation}) has been put in force since: only a person may undo that.`,
    }),
  ];
}

function waiting({ quarantines }: Standing): Seed[] {
  return quarantines.map(({ quarantine, since }) =>
    seedOf('quarantined', {
      effect: 'hold',
      expected: 'a person at the button',
      actual: 'automation',
      where: [`ledger:${quarantine}`],
      sentence: `The cluster has been in quarantine since ${since} (${quarantine}): automation waits until it has proven itself, or until a person decides.`,
    }),
  );
}
