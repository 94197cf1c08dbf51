import { Fault } from '../fault.ts';
import { Keyring } from '../model/keyring.ts';
import type { Manifest } from '../model/manifest.ts';
import { keyringIndex } from '../seal/keyring.ts';
import type { KeyringIndex } from '../seal/keyring.ts';
import { openManifest } from '../seal/open.ts';
import type { Door } from '../seal/open.ts';
import { parseDocument, parseValue } from '../seal/parse-document.ts';
import { makeGuard } from './guard.ts';
import type { Guard, GuardedProcess } from './guard.ts';

/** A document: the path of a file, or its JSON as an object. */
type Source = string | object;

/** What this process is read from, for its digest. */
export type ArtifactSource =
  /** The program of this process, as a single executable is. */
  | 'executable'
  /** The folder that an interpreter reads the program from; `skip` as with `haunted prove --tree-skip`. */
  | { readonly tree: string; readonly skip?: readonly string[] }
  /** The one file that an interpreter reads the program from. */
  | { readonly file: string }
  /** The digest itself, which then is this program's own word. */
  | { readonly sha256: string };

export type GuardOptions = {
  /** The manifest of this binary, bare or signed. */
  readonly manifest: Source;
  /** Whose signatures count. Without one a manifest must be accepted unsigned. */
  readonly keyring?: Source;
  /** Take manifests that nobody signed. Whoever may write the file then decides what the guard lets in. */
  readonly acceptUnsigned?: boolean;
  readonly artifact?: ArtifactSource;
  /** Manifests of other binaries that are in force at the same time. */
  readonly alsoInForce?: readonly Source[];
  /** Hook and provider throw instead of answering with an error. */
  readonly strict?: boolean;
  /** With another binary's manifest: do not start, or start and refuse every flag (PROVIDER_FATAL). */
  readonly whenNotOurs?: 'throw' | 'refuse_all';
  /** How often the report is written, in seconds, 1 to 100. */
  readonly reportEverySeconds?: number;
  /** Epoch milliseconds; the clock of this machine by default. */
  readonly now?: () => number;
};

/** What the guard cannot do itself: reading and digesting. */
export type GuardWorld = {
  /** The bytes of a document, at most as many as one may have. Throws Fault. */
  readonly readDocument: (file: string, what: string) => Promise<Uint8Array>;
  /** The running process, with the digest of what it runs. Throws Fault. */
  readonly thisProcess: (artifact: ArtifactSource) => GuardedProcess;
};

/**
 * The guard of this process. Faults: BAD_INPUT when the manifest cannot be read, is not sound, not signed by a builder of the
 * keyring, expired, or another binary's; BAD_USAGE for wrong options; and what reading and digesting throw.
 */
export async function openGuard(options: GuardOptions, world: GuardWorld): Promise<Guard> {
  const { now = Date.now, whenNotOurs = 'throw', reportEverySeconds = 10 } = options;
  if (!Number.isInteger(reportEverySeconds) || reportEverySeconds < 1 || reportEverySeconds > 100)
    throw new Fault('BAD_USAGE', `reportEverySeconds must be a whole number from 1 to 100.`);
  const keyring = options.keyring === undefined ? null : await readKeyring(options.keyring, world);
  const door: Door = {
    keyring,
    acceptUnsigned: options.acceptUnsigned ?? false,
    acceptTransport: [],
    now: now(),
  };
  const manifest = await readManifest(options.manifest, world, door);
  const alsoInForce = [];
  for (const source of options.alsoInForce ?? []) alsoInForce.push(await readManifest(source, world, door));
  const guard = makeGuard({
    manifest,
    process: world.thisProcess(options.artifact ?? 'executable'),
    alsoInForce,
    isStrict: options.strict ?? false,
    everySeconds: reportEverySeconds,
    now,
  });
  if (guard.problem !== null && whenNotOurs === 'throw') throw new Fault('BAD_INPUT', guard.problem);
  return guard;
}

async function readManifest(source: Source, world: GuardWorld, door: Door): Promise<Manifest> {
  const name = nameOf(source, 'manifest');
  const bytes =
    typeof source === 'string' ? await world.readDocument(source, 'manifest') : bytesOf(source, name);
  const opened = openManifest(bytes, name, door);
  if (!opened.ok) {
    const hint =
      opened.refused.reason === 'unsigned'
        ? '; sign it with `haunted manifest sign`, or take it on your own account with `acceptUnsigned: true`'
        : '';
    throw new Fault('BAD_INPUT', `${name} was refused: ${opened.refused.detail}${hint}.`, {
      reason: opened.refused.reason,
    });
  }
  const manifest = opened.manifest.value;
  const until = manifest.expires_at ?? null;
  if (until !== null && Date.parse(until) <= door.now)
    throw new Fault('BAD_INPUT', `${name} expired at ${until}; give the manifest that is in force.`);
  return manifest;
}

async function readKeyring(source: Source, world: GuardWorld): Promise<KeyringIndex> {
  const name = nameOf(source, 'keyring');
  const keyring =
    typeof source === 'string'
      ? parseDocument(Keyring, await world.readDocument(source, 'keyring'), name)
      : parseValue(Keyring, source, name);
  return keyringIndex(keyring, name);
}

function nameOf(source: Source, what: string): string {
  return typeof source === 'string' ? `The ${what} ${source}` : `The ${what} given as an object`;
}

function bytesOf(source: object, name: string): Uint8Array {
  try {
    return Buffer.from(JSON.stringify(source));
  } catch (error) {
    throw new Fault('BAD_INPUT', `${name} is no JSON.`, {}, error);
  }
}
