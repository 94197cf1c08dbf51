import { Fault } from '../fault.ts';
import type { Outcome, Wish } from '../gate/gate.ts';
import type { Manifest } from '../model/manifest.ts';
import { quoted } from '../model/quoted.ts';
import type { Replay, ReplayMoment, ReplayQuestion } from '../model/replay.ts';
import type { ReplayServer } from '../model/replay-run.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Documents } from './documents.ts';
import { documentsOf, planOf } from './documents.ts';
import type { Keys, Stage } from './stage.ts';
import { keysFor, received, stageFor } from './stage.ts';
import type { World } from './world.ts';
import { worldOf } from './world.ts';

/** A moment that was played: what the replay says of it, and what the gate said. */
export type Played = {
  readonly name: string;
  readonly moment: ReplayMoment;
  /** Null when nothing was asked. */
  readonly verdict: Verdict | null;
  readonly servers: readonly ReplayServer[];
};

const DONE = { outcome: 'done', exit_status: 0, signal: null, reason: null } as const;

function outcomeOf(ended: ReplayQuestion['ended']): Outcome {
  return ended === 'done' ? DONE : { ...DONE, outcome: ended, exit_status: null };
}

const PRESS_MS = 60_000;

/**
 * Plays an incident through the gate as it is: signed documents at the door, `decide`, a ledger in memory, and servers that answer
 * as the record has it. The record goes on whatever the gate says; where the gate said no it goes on under a signed bypass. Fault
 * BAD_INPUT when the replay contradicts itself.
 */
export async function play(replay: Replay, keys: Keys = keysFor(replay.servers)): Promise<readonly Played[]> {
  const documents = documentsOf(replay);
  const [first = ''] = replay.starts_with;
  const world = worldOf({ cluster: replay.cluster, hostnames: replay.servers, documents, first });
  const stage = stageFor({ replay, world, keys });
  const scene: Scene = { replay, documents, world, stage, open: null };
  await begin(scene);
  const played: Played[] = [];
  for (const [name, moment] of Object.entries(replay.moments)) {
    const now = Date.parse(moment.time);
    if (now < stage.clock.now)
      throw new Fault(
        'BAD_INPUT',
        `The replay of ${replay.id} is wrong at moments.${name}: it comes before what it follows.`,
      );
    stage.clock.now = now;
    world.change(moment.world);
    const verdict = moment.ask === null ? null : await ask(scene, moment.ask, name);
    played.push({ name, moment, verdict, servers: world.servers() });
  }
  return played;
}

type Scene = {
  readonly replay: Replay;
  readonly documents: Documents;
  readonly world: World;
  readonly stage: Stage;
  /** A change that was pressed and whose end nobody has told the gate yet. */
  open: { readonly change: string; readonly outcome: Outcome } | null;
};

/** What was there before the first moment came there through the gate as well; a no here would be a moment of the incident. */
async function begin(scene: Scene): Promise<void> {
  const { replay, world, stage } = scene;
  for (const [at, name] of replay.starts_with.entries()) {
    const manifest = manifestOf(scene, name);
    if (at === 0) world.change(replay.starts_as);
    stage.clock.now = Math.max(stage.clock.now, Date.parse(manifest.created_at)) + PRESS_MS;
    if (at === 0) {
      const { verdict } = await stage.gate.adopt(stage.manifest(manifest), 'the team');
      if (verdict.verdict !== 'PROVEN') throw refused(replay, name, verdict);
      continue;
    }
    const { verdict, change } = await stage.gate.begin(wishOf(scene, { ...QUIET, manifest: name }));
    if (change === null) throw refused(replay, name, verdict);
    world.change({ all: { runs: name } });
    world.change(replay.starts_as);
    const settled = await stage.gate.end(replay.cluster, change.change, DONE);
    if (settled.verdict.verdict !== 'PROVEN') throw refused(replay, name, settled.verdict);
  }
}

const QUIET: ReplayQuestion = {
  gate: 'deploy',
  manifest: null,
  plan: null,
  actor: 'operator',
  a_no_here: 'beside',
  goes_on: 'pressed',
  ended: 'done',
};

function refused(replay: Replay, name: string, verdict: Verdict): Fault {
  return new Fault(
    'BAD_INPUT',
    `The replay of ${replay.id} starts with ${quoted(name)}, and the gate says ${verdict.verdict}: make it a moment. ${verdict.block_reason ?? ''}`,
  );
}

async function ask(scene: Scene, question: ReplayQuestion, name: string): Promise<Verdict> {
  const { replay, stage } = scene;
  if (question.gate === 'proof') return await prove(scene);
  await settle(scene);
  const wish = wishOf(scene, question);
  const asked = await stage.gate.begin({ ...wish, dry_run: true });
  if (question.goes_on === 'past_the_gate') return asked.verdict;
  const isYes = asked.verdict.block_reason === null;
  if (question.goes_on === 'pressed') await abandonOpen(scene);
  const bypass = isYes ? null : stage.bypass(replay.cluster, `the record goes on after ${name}`);
  const begun = await stage.gate.begin({ ...wish, bypass });
  // A target that nobody can name cannot be begun under any bypass: then the record goes on past the gate.
  if (begun.change !== null && question.goes_on === 'pressed')
    scene.open = { change: begun.change.change, outcome: outcomeOf(question.ended) };
  return asked.verdict;
}

/** No bypass lets two changes happen at once. Where the record had two, somebody gave the first one up by name before the other went on. */
async function abandonOpen({ stage, replay }: Scene): Promise<void> {
  const [state] = await stage.gate.look(replay.cluster);
  const change = state?.change ?? null;
  if (change === null) return;
  const outcome = {
    outcome: 'abandoned',
    exit_status: null,
    signal: null,
    reason: 'the record goes on',
  } as const;
  await stage.gate.end(replay.cluster, change.change, outcome);
}

/** The proof that is asked after what was pressed last, or else outside of any change. */
async function prove(scene: Scene): Promise<Verdict> {
  return (await settle(scene)) ?? (await scene.stage.gate.prove(scene.replay.cluster)).verdict;
}

async function settle(scene: Scene): Promise<Verdict | null> {
  const { replay, stage, open } = scene;
  if (open === null) return null;
  scene.open = null;
  return (await stage.gate.end(replay.cluster, open.change, open.outcome)).verdict;
}

function wishOf(scene: Scene, { gate, manifest: name, plan: short, actor }: ReplayQuestion): Wish {
  const { stage, replay } = scene;
  if (gate === 'proof') throw new Error('a proof is no wish');
  const manifest = name === null ? null : manifestOf(scene, name);
  const plan =
    short === null && gate !== 'rollback'
      ? null
      : planOf(short ?? WHOLE, { cluster: replay.cluster, target: targetOf(scene, gate, manifest), actor });
  return {
    action: gate,
    manifest: manifest === null ? null : stage.manifest(manifest),
    cluster: replay.cluster,
    plan: plan === null ? null : received(JSON.stringify(plan), 'the plan'),
    bypass: null,
    history: [],
    actor,
    reason: null,
    dry_run: false,
  };
}

const WHOLE = {
  mechanism: 'to_manifest' as const,
  scope: ['binary' as const, 'config' as const],
  withdraw_flags: [],
};

/** A plan at the deploy gate is the way back from there. */
function targetOf(
  { documents }: Scene,
  gate: ReplayQuestion['gate'],
  manifest: Manifest | null,
): Manifest | null {
  if (gate === 'rollback' || manifest === null) return manifest;
  const digest = manifest.rollback_target_manifest_sha256;
  return [...documents.manifests.values()].find((each) => each.manifest_sha256 === digest) ?? null;
}

function manifestOf({ documents, replay }: Scene, name: string): Manifest {
  const manifest = documents.manifests.get(name);
  if (manifest === undefined)
    throw new Fault(
      'BAD_INPUT',
      `The replay of ${replay.id} names the manifest ${quoted(name)}, and has none of that name.`,
    );
  return manifest;
}
