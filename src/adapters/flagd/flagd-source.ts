import { createHash } from 'node:crypto';
import { FlagdCore } from '@openfeature/flagd-core';
import { watchFile } from '../../agent/ofrep/file-watch.ts';
import type { Evaluation, FlagContext, FlagMetadata, FlagSource } from '../../agent/ofrep/flag-source.ts';
import { FAILURE_CODES, SUCCESS_REASONS } from '../../agent/ofrep/flag-source.ts';
import { listeners } from '../../agent/ofrep/listeners.ts';
import { Fault } from '../../fault.ts';
import { flagdText } from './definitions.ts';

export type FlagdOptions = {
  readonly path: string;
  /** The file as sentences name it. */
  readonly file: string;
  /** What the file holds, parsed from JSON or YAML. Throws a Fault when it holds neither. */
  readonly read: () => Promise<unknown>;
  /** How often the file is looked at, in milliseconds. */
  readonly everyMs: number;
  /** Told when a new file was taken into use (null), and when it was not: the sentence says why, and the old one stays. */
  readonly onReload: (problem: string | null) => void;
};

export type FlagdSource = FlagSource & {
  /** Looks at the file now. */
  readonly look: () => Promise<void>;
  readonly close: () => void;
};

// flagd-core writes to the console otherwise; what matters of it comes back as an error code.
const SILENT = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

/**
 * The flags of a flagd file, evaluated as flagd does. Faults at the start only, for a file that cannot be used: BAD_INPUT and what
 * `read` throws. Later a broken file changes nothing but what `onReload` hears.
 */
export async function flagdSource({
  path,
  file,
  read,
  everyMs,
  onReload,
}: FlagdOptions): Promise<FlagdSource> {
  const changed = listeners();
  let used = await load(file, read);
  const reload = async (): Promise<void> => {
    try {
      const next = await load(file, read);
      if (next.version === used.version) return;
      used = next;
      onReload(null);
      changed.tell();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      onReload(error.message);
    }
  };
  const watch = await watchFile(path, everyMs, reload);
  // What was written between the first reading and the start of the watch.
  await reload();
  return {
    evaluate: (flag, context) => Promise.resolve(evaluate(used.core, flag, context)),
    evaluateAll: async (flags, context, freshness) => {
      // Whoever was told of a change by a stream must not be given what was before it.
      if (freshness.etag !== null || freshness.lastModified !== null) await watch.look();
      const { core } = used;
      return { kind: 'flags', byFlag: new Map(flags.map((flag) => [flag, evaluate(core, flag, context)])) };
    },
    version: () => used.version,
    onChange: changed.add,
    look: watch.look,
    close: watch.close,
  };
}

type Loaded = { readonly core: FlagdCore; readonly version: string };

async function load(file: string, read: FlagdOptions['read']): Promise<Loaded> {
  const text = flagdText(await read(), file);
  // Rules are interpreted, not compiled to JavaScript: nobody's flag file becomes code in this process.
  const core = new FlagdCore(undefined, SILENT, { disableDynamicCodeGeneration: true });
  try {
    core.setConfigurations(text);
  } catch (error) {
    throw new Fault(
      'BAD_INPUT',
      `The flagd definition ${file} cannot be used: ${reasonOf(error)}.`,
      { file },
      error,
    );
  }
  return { core, version: createHash('sha256').update(text).digest('hex') };
}

function evaluate(core: FlagdCore, name: string, context: FlagContext): Evaluation {
  const flag = core.getFlag(name);
  if (flag === undefined) return { kind: 'not_found' };
  const metadata = flatMetadata(flag.metadata);
  if (flag.state === 'DISABLED') return { kind: 'code_default', reason: 'DISABLED', variant: null, metadata };
  const said = flag.evaluate(context as Parameters<typeof flag.evaluate>[0], SILENT);
  if (said.reason === 'ERROR') {
    const code = FAILURE_CODES.find((each) => each === String(said.errorCode)) ?? 'GENERAL';
    return { kind: 'failed', code, detail: `${said.errorMessage}.` };
  }
  // OFREP has no DEFAULT, flagd's word for a rule that chose nothing.
  const reason = SUCCESS_REASONS.find((each) => each === said.reason) ?? 'UNKNOWN';
  const variant = said.variant ?? null;
  if (said.value === undefined) return { kind: 'code_default', reason, variant, metadata };
  return { kind: 'value', value: said.value, reason, variant, metadata };
}

/** What OFREP can carry of a flag's metadata. */
function flatMetadata(metadata: Readonly<Record<string, unknown>>): FlagMetadata {
  return Object.fromEntries(
    Object.entries(metadata).filter(
      (entry): entry is [string, boolean | number | string] =>
        ['boolean', 'string'].includes(typeof entry[1]) || Number.isFinite(entry[1]),
    ),
  );
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = cause instanceof Error ? cause.message : 'flagd-core refused it';
  return text.replaceAll(/\s+/g, ' ').replace(/\.$/, '').slice(0, 300);
}
