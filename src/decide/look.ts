import type { Manifest } from '../model/manifest.ts';
import type { Policy } from '../model/policy.ts';
import type { Evidence } from '../model/verified.ts';
import { messageBindings } from './binding.ts';
import { type Coverage, coverageOf, type Demand } from './coverage.ts';
import { instantReader } from './instant.ts';
import { type ClassJudgement, judgeClass, type Moment } from './judge-class.ts';
import { leftBehindBy } from './kept-state.ts';
import { classesOf, type NodeClass } from './node-class.ts';
import type { Registry } from './registry.ts';
import type { Effect, Seed } from './seed.ts';
import { judgeVector } from './vector.ts';

export type JudgedClass = { readonly nodes: NodeClass; readonly judgement: ClassJudgement };

/** The cluster as the evidence shows it at one moment. */
export type Look = {
  readonly reference: Manifest;
  readonly coverage: Coverage;
  readonly classes: readonly JudgedClass[];
  /** Facts about the whole cluster. */
  readonly seeds: readonly Seed[];
};

type Question = {
  readonly reference: Manifest;
  readonly inventory: readonly string[];
  /** Servers that another manifest in question lists; idle ones are no strangers. */
  readonly alsoListed?: readonly string[];
  readonly inForce: readonly Manifest[];
  /** Manifests whose message flags reach servers. */
  readonly senders: readonly Manifest[];
  readonly withdrawn: ReadonlySet<string>;
  /** Whom those flags reach: the servers that take live traffic, or every one, because it will take traffic once it is let in. */
  readonly reach: 'live' | 'every';
  readonly challenge: Demand['challenge'];
  readonly registry: Registry;
  readonly policy: Policy;
  readonly now: number;
  /** `none` at the rollback gate: what is wrong now is shown, but does not forbid the cure. */
  readonly effectOfSplit: Effect;
};

/** What does every server run, and which switches reach it, judged against one manifest? */
export function lookAt(evidence: Evidence, question: Question): Look {
  const { reference, registry, policy, now } = question;
  const coverage = coverageOf(evidence, {
    cluster: reference.cluster,
    inventory: question.inventory,
    alsoListed: question.alsoListed ?? [],
    policy,
    now,
    challenge: question.challenge,
  });
  const read = instantReader();
  const oldest = now - policy.max_proof_age_s * 1000;
  const classes = classesOf(coverage.accepted, (row) => read(row.last_seen_at) >= oldest);
  const moment: Moment = {
    phase: 'now',
    reference,
    inForce: question.inForce,
    senders: question.senders,
    messages: question.senders.flatMap((manifest) =>
      messageBindings(registry.tableOf(manifest), question.withdrawn),
    ),
    leftBehind: leftBehindBy(question.senders),
    registry,
    policy,
    now,
  };
  return {
    reference,
    coverage,
    classes: classes.map((nodes) => ({
      nodes,
      judgement: judgeClass({ ...nodes, live: nodes.live || question.reach === 'every' }, moment),
    })),
    seeds: judgeVector(classes, reference, policy, now, question.effectOfSplit),
  };
}

/** How many servers are haunted now? */
export function serversWrongNow(look: Look): number {
  const wrong = look.classes
    .filter((each) => each.judgement.isHaunted)
    .flatMap((each) => each.nodes.hostnames);
  return new Set(wrong).size;
}
