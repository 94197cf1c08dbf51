import path from 'node:path';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { defaultPlan } from '../../decide/rollback-effect.ts';
import { Fault } from '../../fault.ts';
import type { Intent } from '../../model/intent.ts';
import type { Manifest } from '../../model/manifest.ts';
import { RollbackPlan } from '../../model/plan.ts';
import type { OpenedManifest } from '../../model/verified.ts';
import type { Door } from '../../seal/open.ts';
import { parseDocument } from '../../seal/parse-document.ts';
import { quoted } from '../../model/quoted.ts';
import { loadManifest, uriOf } from './load-manifest.ts';
import type { ManifestFile } from './load-manifest.ts';
import { typedPath } from './typed-path.ts';
import type { IntentWords } from './words.ts';

type PlanFile = { readonly plan: RollbackPlan; readonly bytes: Uint8Array; readonly uri: string };

/** What somebody wants to do, and the file that a report about it should point at. */
export type LoadedIntent = {
  readonly intent: Intent;
  readonly document: { readonly bytes: Uint8Array; readonly uri: string };
  /** Every file that was read for it. */
  readonly files: readonly { readonly bytes: Uint8Array; readonly uri: string }[];
};

type WordsOf<G extends IntentWords['gate']> = Extract<IntentWords, { gate: G }>;

type Room = {
  readonly door: Door;
  readonly cwd: string;
  /** Among these a plan's target is looked for. */
  readonly history: readonly OpenedManifest[];
};

/** Reads the manifests and the plan that a command line names. Fault BAD_INPUT for a plan for another cluster. */
export async function loadIntent(words: IntentWords, room: Room): Promise<LoadedIntent> {
  switch (words.gate) {
    case 'deploy':
      return await loadDeploy(words, room);
    case 'activate': {
      const manifest = await loadManifest(words.manifest, room.door, room.cwd);
      const current = await maybeManifest(words.current, room);
      const intent = {
        gate: 'activate',
        manifest: manifest.opened,
        current: current?.opened ?? null,
      } as const;
      return loaded(intent, manifest, { manifests: [manifest, current], plan: null });
    }
    case 'rollback':
      return await loadRollback(words, room);
    case 'proof':
      return await loadProof(words, room);
  }
}

async function loadDeploy(words: WordsOf<'deploy'>, room: Room): Promise<LoadedIntent> {
  const manifest = await loadManifest(words.manifest, room.door, room.cwd);
  const current = await loadManifest(words.current, room.door, room.cwd);
  const plan = await maybePlan(words.plan, room);
  return loaded(
    { gate: 'deploy', manifest: manifest.opened, current: current.opened, plan: plan?.plan ?? null },
    manifest,
    { manifests: [manifest, current], plan },
  );
}

async function loadRollback(words: WordsOf<'rollback'>, room: Room): Promise<LoadedIntent> {
  const to = await maybeManifest(words.to, room);
  const current = await maybeManifest(words.current, room);
  const plan = await maybePlan(words.plan, room);
  const document = to ?? plan;
  if (document === null) throw new Error('the words were read, so there is a target or a plan');
  const target = to?.opened ?? findTarget(plan?.plan ?? null, room.history);
  const pressed = pressedBy(words.actor, plan?.plan ?? null, valueOf(target ?? undefined));
  return loaded({ gate: 'rollback', target, current: current?.opened ?? null, plan: pressed }, document, {
    manifests: [to, current],
    plan,
  });
}

/** The plan with who presses. Fault BAD_USAGE when plan and command line say two things. */
function pressedBy(
  actor: RollbackPlan['actor'] | null,
  plan: RollbackPlan | null,
  target: Manifest | null,
): RollbackPlan | null {
  if (actor === null || actor === undefined) return plan;
  if (plan?.actor !== undefined && plan.actor !== actor)
    throw new Fault(
      'BAD_USAGE',
      `The plan says that ${plan.actor} presses, and --actor says ${actor}: one of the two is wrong.`,
    );
  if (plan === null && target === null) return null;
  return { ...(plan ?? defaultPlan(target?.cluster ?? '', target?.manifest_sha256 ?? null)), actor };
}

async function loadProof(words: WordsOf<'proof'>, room: Room): Promise<LoadedIntent> {
  const manifest = await loadManifest(words.manifest, room.door, room.cwd);
  const current = await maybeManifest(words.current, room);
  const plan = await maybePlan(words.plan, room);
  const { event_id, nonce } = words;
  return loaded(
    {
      gate: 'proof',
      manifest: manifest.opened,
      current: current?.opened ?? null,
      plan: plan?.plan ?? null,
      event_id,
      nonce,
    },
    manifest,
    { manifests: [manifest, current], plan },
  );
}

type Files = { readonly manifests: readonly (ManifestFile | null)[]; readonly plan: PlanFile | null };

function loaded(
  intent: Intent,
  document: LoadedIntent['document'],
  { manifests, plan }: Files,
): LoadedIntent {
  requireSameCluster(plan, manifests);
  return { intent, document, files: [...manifests, plan].filter((file) => file !== null) };
}

async function maybeManifest(file: string | null, { door, cwd }: Room): Promise<ManifestFile | null> {
  return file === null ? null : await loadManifest(file, door, cwd);
}

async function maybePlan(file: string | null, { cwd }: Room): Promise<PlanFile | null> {
  return file === null ? null : await loadPlan(file, cwd);
}

async function loadPlan(file: string, cwd: string): Promise<PlanFile> {
  const bytes = await readDocument(typedPath(file, cwd), { what: 'plan' });
  return {
    plan: parseDocument(RollbackPlan, bytes, `The plan ${shownPath(file)}`),
    bytes,
    uri: uriOf(path.resolve(cwd, file), cwd),
  };
}

/** The plan's target among the earlier manifests; null when it names none that is there, which is for the judge to say. */
function findTarget(plan: RollbackPlan | null, history: readonly OpenedManifest[]): OpenedManifest | null {
  const digest = plan?.target_manifest_sha256 ?? null;
  if (digest === null) return null;
  return history.find((entry) => entry.ok && entry.manifest.value.manifest_sha256 === digest) ?? null;
}

function requireSameCluster(plan: PlanFile | null, files: readonly (ManifestFile | null)[]): void {
  const manifest = files.map((file) => valueOf(file?.opened)).find((value) => value !== null);
  if (plan === null || manifest === undefined || manifest.cluster === plan.plan.cluster) return;
  throw new Fault(
    'BAD_INPUT',
    `The plan is for the cluster ${quoted(plan.plan.cluster)}, and the manifest is for ${quoted(manifest.cluster)}: one of the two files is the wrong one.`,
  );
}

function valueOf(opened: OpenedManifest | undefined): Manifest | null {
  return opened?.ok === true ? opened.manifest.value : null;
}
