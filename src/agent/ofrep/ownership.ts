import type { FlagOwnership, FlagType } from '../../model/flag.ts';
import type { GuardRefusalCode } from '../../model/guard-report.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Verified } from '../../model/verified.ts';
import { quoted } from '../../model/quoted.ts';
import type { FlagMetadata } from './flag-source.ts';
import type { RunningLook } from './running-binary.ts';

/**
 * Why an evaluation was refused; each is counted on its own. `flag_…` are the guard's words (model/guard-report.ts). The others are what
 * the guard calls `binary_not_ours`, told apart because each has another cure.
 */
type RefusalCode =
  | 'binary_unproven'
  | 'binary_mismatch'
  | 'stale_process'
  | 'manifest_expired'
  | FlagRefusalCode;
type FlagRefusalCode = Extract<
  GuardRefusalCode,
  'flag_not_owned' | 'flag_shackled' | 'flag_retired' | 'flag_dormant' | 'flag_type_changed' | 'flag_reused'
>;
export type Refusal = { readonly code: RefusalCode; readonly detail: string };

/** The signed manifest, ready for look-ups. */
export type OwnershipView = {
  readonly manifest: Manifest;
  readonly rowByFlag: ReadonlyMap<string, FlagOwnership>;
  /** The flags that may be answered at all, in the table's order. */
  readonly liveFlags: readonly string[];
  /** Epoch milliseconds; null for never. */
  readonly expiresAt: number | null;
};

/** The view of one manifest that passed the door. */
export function ownershipView({ value: manifest }: Verified<Manifest>): OwnershipView {
  const expires = manifest.expires_at ?? null;
  return {
    manifest,
    rowByFlag: new Map(manifest.flag_ownership_table.map((row) => [row.flag, row])),
    liveFlags: manifest.flag_ownership_table
      .filter(({ state }) => state === 'live' || state === 'dormant_but_bound')
      .map((row) => row.flag),
    expiresAt: expires === null ? null : Date.parse(expires),
  };
}

/**
 * May this node be given any flag now? Null when it may. What runs must be shown to be the binary of a manifest in force: a flag
 * belongs to a binary, and without one it belongs to nobody.
 */
export function standingProblem(view: OwnershipView, look: RunningLook, now: number): Refusal | null {
  const { manifest, expiresAt } = view;
  if (!look.ok)
    return {
      code: 'binary_unproven',
      detail: `It cannot be shown which binary runs here: ${sentence(look.detail)}`,
    };
  if (look.sha256 !== manifest.binary_sha256) {
    const runs = `process ${look.process.pid} runs ${short(look.sha256)}, and the manifest ${quoted(manifest.deployment_id)} is for ${short(manifest.binary_sha256)}`;
    if (look.onDiskSha256 === manifest.binary_sha256)
      return {
        code: 'stale_process',
        detail: `${capital(runs)}, which lies on disk and was not started. Restart the service.`,
      };
    return {
      code: 'binary_mismatch',
      detail: `${capital(runs)}. Deploy that binary here, or give the manifest of the one that runs.`,
    };
  }
  if (expiresAt !== null && now >= expiresAt)
    return {
      code: 'manifest_expired',
      detail: `The manifest ${quoted(manifest.deployment_id)} was in force until ${new Date(expiresAt).toISOString()}. Give a newer one.`,
    };
  return null;
}

/** Whose switch is this? The row of a live flag, or why the flag is nobody's here. */
export function rowOrRefusal(view: OwnershipView, flag: string): FlagOwnership | Refusal {
  const row = view.rowByFlag.get(flag);
  const name = quoted(flag, 256);
  if (row === undefined)
    return {
      code: 'flag_not_owned',
      detail: `The flag ${name} is not in the flag ownership table of the binary that runs here.`,
    };
  switch (row.state) {
    case 'live':
    // Counts as alive, here as in the guard: that somebody sets it is for the gates to say, and code in use must not lose it.
    case 'dormant_but_bound':
      return row;
    case 'shackled':
      return {
        code: 'flag_shackled',
        detail: `The flag ${name} is shackled: its code is dormant, and nothing may wake it.`,
      };
    case 'retired':
      return {
        code: 'flag_retired',
        detail: `The flag ${name} is retired: its code is gone, and its name is not used again.`,
      };
    case 'dormant':
      return {
        code: 'flag_dormant',
        detail: `The flag ${name} is dormant in the manifest: nothing may switch on code that nobody uses.`,
      };
  }
}

/** Whether what `rowOrRefusal` gave is a row. */
export function isRow(found: FlagOwnership | Refusal): found is FlagOwnership {
  return 'meaning' in found;
}

/** Is this value of the table's type? Null when it is, and when the table names none. */
export function typeProblem({ flag, type }: FlagOwnership, value: unknown): Refusal | null {
  if (type === undefined || isOfType(type, value)) return null;
  return {
    code: 'flag_type_changed',
    detail: `The flag ${quoted(flag, 256)} is ${type} in this binary, and its source gave ${kindOf(value)}. Correct the definition, or make the manifest anew.`,
  };
}

/**
 * What a definition says it means; null when it does not say. `haunted.meaning` says it, and a `meaning` that is written as one of our
 * ids (`m:…`), because `haunted prove` reads that one from a flagd file as well.
 */
export function saidMeaning(metadata: FlagMetadata): string | null {
  const plain = metadata['meaning'];
  const said = metadata['haunted.meaning'];
  if (said !== undefined) return String(said);
  return typeof plain === 'string' && plain.startsWith('m:') ? plain : null;
}

/** Does the definition mean what this binary means? Null when it does, and when it does not say. */
export function meaningProblem({ flag, meaning }: FlagOwnership, metadata: FlagMetadata): Refusal | null {
  const said = saidMeaning(metadata);
  if (said === null || said === meaning) return null;
  return {
    code: 'flag_reused',
    detail: `The flag ${quoted(flag, 256)} means ${quoted(meaning)} in this binary, and its definition is for ${quoted(said)}. One name must not have two meanings: take a new name.`,
  };
}

function isOfType(type: FlagType, value: unknown): boolean {
  switch (type) {
    case 'boolean':
    case 'string':
      return typeof value === type;
    case 'number':
    case 'float':
      return typeof value === 'number';
    case 'integer':
      return Number.isInteger(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a fraction';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function short(sha256: string): string {
  return `${sha256.slice(0, 12)}…`;
}

function sentence(clause: string): string {
  return /[.!?]$/.test(clause) ? clause : `${clause}.`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
