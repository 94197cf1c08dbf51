import { existsSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '../../fault.ts';
import type { FlagSettings } from '../../model/config.ts';
import type { Option, Values } from '../command.ts';
import { type LoadedConfig, loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { hasSwitch, oneOf, optionalText, textList } from '../options.ts';

const SCAN_FORMATS = ['table', 'json', 'sarif', 'markdown'] as const;
export type ScanFormat = (typeof SCAN_FORMATS)[number];

export const SCAN_OPTIONS = {
  definitions: {
    type: 'string',
    multiple: true,
    value: 'FILE|FOLDER',
    help: 'What defines the flags; haunted.yaml may name it. May be repeated.',
  },
  previous: {
    type: 'string',
    value: 'MANIFEST',
    help: 'The manifest before: meanings are inherited from it.',
  },
  base: {
    type: 'string',
    value: 'REF',
    help: 'Compare with this commit, and print only what changed for the worse or the better.',
  },
  format: { type: 'string', value: SCAN_FORMATS.join('|'), help: 'How to print it; table by default.' },
  strict: { type: 'boolean', help: 'End with 2 when a flag is read that is defined nowhere.' },
  'no-history': {
    type: 'boolean',
    help: 'Do not ask git who touched the lines and who works on the files. Faster.',
  },
} as const satisfies Record<string, Option>;

/** One command line of `haunted flags scan`, understood. */
export type ScanWords = {
  /** The source folder as typed, and absolute. */
  readonly folder: string;
  readonly root: string;
  readonly settings: SourceSettings;
  readonly previous: string | undefined;
  readonly base: string | undefined;
  readonly format: ScanFormat;
  readonly strict: boolean;
  readonly withHistory: boolean;
};

/** How a source tree is to be looked at, after haunted.yaml has had its say. */
export type SourceSettings = {
  /** What defines the flags, as typed or absolute. */
  readonly definitions: readonly string[];
  readonly declared: NonNullable<FlagSettings['reads']>;
  readonly ignore: readonly string[];
};

/** What a command line asks for. Throws BAD_USAGE for words that do not fit together, and what loading haunted.yaml throws. */
export async function readScanWords(
  values: Values,
  positionals: readonly string[],
  io: Io,
): Promise<ScanWords> {
  const [folder = '.', surplus] = positionals;
  if (surplus !== undefined)
    throw new Fault('BAD_USAGE', 'Give one source folder: `haunted flags scan DIR`.');
  const root = path.resolve(io.cwd, folder);
  const settings = await sourceSettings(textList(values, 'definitions'), root, io);
  const strict = hasSwitch(values, 'strict');
  const base = optionalText(values, 'base');
  if (settings.definitions.length === 0 && (strict || base !== undefined)) {
    const word = strict ? '--strict' : '--base';
    throw new Fault(
      'BAD_USAGE',
      `${word} compares what is read with what is defined: give --definitions, or name them in haunted.yaml.`,
    );
  }
  if (strict && base !== undefined)
    throw new Fault(
      'BAD_USAGE',
      '--strict is about the whole tree and --base about a change: give one of the two.',
    );
  return {
    folder,
    root,
    settings,
    previous: optionalText(values, 'previous'),
    base,
    format: oneOf(values, 'format', SCAN_FORMATS, 'table'),
    strict,
    withHistory: !hasSwitch(values, 'no-history'),
  };
}

/**
 * What `--definitions` and haunted.yaml say about a source tree: the haunted.yaml of the current folder when it has a word on
 * flags, else the one at the source root.
 */
export async function sourceSettings(
  typed: readonly string[],
  root: string,
  io: Io,
): Promise<SourceSettings> {
  const { config, folder } = await flagConfig(root, io);
  const flags = config.flags ?? {};
  const listed = (flags.definitions ?? []).map((file) => path.relative(io.cwd, path.resolve(folder, file)));
  return {
    definitions: typed.length > 0 ? typed : listed,
    declared: flags.reads ?? [],
    ignore: flags.ignore ?? [],
  };
}

async function flagConfig(root: string, io: Io): Promise<Pick<LoadedConfig, 'config' | 'folder'>> {
  const here = await loadConfig(io);
  if (here.config.flags !== undefined) return here;
  const file = path.join(root, 'haunted.yaml');
  // A folder that may not be looked into is told of by what lists it.
  if (root === io.cwd || !existsSync(file)) return here;
  return await loadConfig(io, file);
}
