import path from 'node:path';
import * as z from 'zod';
import { readKeyring } from '../../adapters/files/keyring-file.ts';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import type { Config } from '../../model/config.ts';
import { KeptState } from '../../model/kept-state.ts';
import { LIMITS } from '../../model/limits.ts';
import { Artifact, DeclaredSplit, type Manifest } from '../../model/manifest.ts';
import { RollbackPlan } from '../../model/plan.ts';
import { Name } from '../../model/text.ts';
import { canonicalize } from '../../seal/canonical.ts';
import { sha256Hex } from '../../seal/digest.ts';
import { parseDocument } from '../../seal/parse-document.ts';
import type { Io } from '../io.ts';
import type { CreateWords } from './create-words.ts';
import { type Deployed, readConfigDigest, readDeployed } from './deployed-files.ts';
import { draftFlagTable } from './flag-table.ts';
import { flagsOfSource } from './flags-of-source.ts';
import { readInventory } from './inventory.ts';
import { flagsOfFile } from './listed-flags.ts';
import type { Ingredients } from './make-manifest.ts';
import { readFlagFile } from './read-flag-file.ts';
import { type MaybeDoor, readSoundManifest, readSoundManifests } from './read-manifest.ts';

/**
 * Reads and digests what a manifest is made of. Small documents come first, so that a mistake in them is told before a gigabyte
 * has been hashed. Throws what reading each of them throws, and BAD_INPUT when they do not fit together.
 */
export async function gatherIngredients(words: CreateWords, config: Config, io: Io): Promise<Ingredients> {
  const folder = io.cwd;
  const door = await doorOf(words, folder);
  const listed = words.source === undefined ? flagsOfFile(await readFlagFile(words.flags, folder)) : null;
  const previous =
    words.previous === undefined ? null : await readSoundManifest(words.previous, folder, door);
  const target =
    words.rollbackTo === undefined ? null : await readSoundManifest(words.rollbackTo, folder, door);
  const plan =
    words.plan === undefined ? null : await readDocumentAs(RollbackPlan, words.plan, 'plan', folder);
  const kept = await readSoundManifests(words.history, folder, door, (sentence) =>
    io.stderr(`haunted: ${sentence}\n`),
  );
  const named = [previous, target].filter((manifest) => manifest !== null);
  requireOneCluster(words.cluster, named, plan);
  // A folder may keep the manifests of several clusters; only those of this one are its history.
  const history = kept.filter((manifest) => manifest.cluster === words.cluster);
  requireLater(words.createdAt, previous);
  const scanned = words.source === undefined ? null : await flagsOfSource(words, previous, io);
  return {
    deploymentId: words.deploymentId,
    cluster: words.cluster,
    createdAt: words.createdAt,
    expiresAt: words.expiresAt,
    inventory:
      words.inventory === null
        ? (config.inventory?.hosts ?? [])
        : await readInventory(words.inventory, folder),
    table: draftFlagTable(
      scanned?.flags ?? listed ?? [],
      previous,
      (value) => sha256Hex(canonicalize(value)),
      {
        history,
        reopened: new Set(words.reopened.map(({ flag }) => flag)),
      },
    ),
    source: scanned?.source ?? null,
    reopened: words.reopened,
    declaredSplit:
      words.declaredSplit === undefined
        ? null
        : await readDocumentAs(DeclaredSplit, words.declaredSplit, 'declared split', folder),
    previous,
    target: targetOf(plan, target ?? previous, [...named, ...history]),
    plan,
    history,
    configSha256: readConfigDigest(words.configs, words.configSha256, folder),
    state:
      words.state === undefined ? [] : await readDocumentAs(KeptStates, words.state, 'list of state', folder),
    deployed: withFit(
      words.parts === undefined ? {} : await readDocumentAs(PartsFit, words.parts, 'list of parts', folder),
      readDeployed(words.binary, words.artifacts, folder),
    ),
  };
}

const KeptStates = z.array(KeptState).max(LIMITS.list);
const PartsFit = z.record(Name, Artifact.pick({ provides: true, needs: true }));

/** The artifacts with what each provides and needs. Fault BAD_INPUT for a part that is not deployed. */
function withFit(fit: z.infer<typeof PartsFit>, deployed: Deployed): Deployed {
  const named = new Set(deployed.artifacts.map(({ name }) => name));
  const lost = Object.keys(fit).find((name) => !named.has(name));
  if (lost !== undefined)
    throw new Fault(
      'BAD_INPUT',
      `The list of parts names ${JSON.stringify(lost)}, and no artifact of that name is deployed; there is ${[...named].join(', ') || 'none'}.`,
    );
  return { ...deployed, artifacts: deployed.artifacts.map((part) => ({ ...part, ...fit[part.name] })) };
}

async function doorOf(words: CreateWords, folder: string): Promise<MaybeDoor> {
  if (words.keyring === undefined) return null;
  const keyring = await readKeyring(path.resolve(folder, words.keyring));
  return { keyring, acceptUnsigned: words.acceptUnsigned, acceptTransport: [], now: words.now };
}

type SchemaOf<T> = Parameters<typeof parseDocument<T>>[0];

async function readDocumentAs<T>(
  schema: SchemaOf<T>,
  file: string,
  what: string,
  folder: string,
): Promise<T> {
  const bytes = await readDocument(path.resolve(folder, file), { what });
  return parseDocument(schema, bytes, `The ${what} ${shownPath(file)}`);
}

/** The manifest the way back leads to: the one the plan names, when it names one. */
function targetOf(
  plan: RollbackPlan | null,
  target: Manifest | null,
  given: readonly Manifest[],
): Manifest | null {
  const named = plan?.target_manifest_sha256 ?? null;
  if (named === null || named === target?.manifest_sha256) return target;
  const found = given.find((manifest) => manifest.manifest_sha256 === named);
  if (found !== undefined) return found;
  throw new Fault(
    'BAD_INPUT',
    `The plan goes back to manifest ${named}, which is not among those given; give it with --rollback-to or --history.`,
  );
}

function requireOneCluster(cluster: string, given: readonly Manifest[], plan: RollbackPlan | null): void {
  const other = given.find((manifest) => manifest.cluster !== cluster);
  const wrong =
    other === undefined
      ? null
      : `the manifest ${other.deployment_id} is for ${JSON.stringify(other.cluster)}`;
  const planned =
    plan === null || plan.cluster === cluster ? null : `the plan is for ${JSON.stringify(plan.cluster)}`;
  const clause = wrong ?? planned;
  if (clause === null) return;
  throw new Fault(
    'BAD_INPUT',
    `The new manifest is for the cluster ${JSON.stringify(cluster)}, and ${clause}: one of them is the wrong one.`,
  );
}

function requireLater(createdAt: number, previous: Manifest | null): void {
  if (previous === null || Date.parse(previous.created_at) <= createdAt) return;
  throw new Fault(
    'BAD_INPUT',
    `The previous manifest ${previous.deployment_id} was made at ${previous.created_at}, after this one; set the clock, or give --created-at.`,
  );
}
