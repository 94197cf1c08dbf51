import { statSync } from 'node:fs';
import path from 'node:path';
import { readDocument } from '../adapters/files/read-document.ts';
import { Fault } from '../fault.ts';
import type { Config, ServiceSelector } from '../model/config.ts';
import { Name } from '../model/text.ts';
import type { Io } from './io.ts';

/** `haunted.yaml` after the environment has had its say. Paths in `config` that this machine opens are absolute. */
export type LoadedConfig = {
  /** The file it came from; null when there was none. */
  readonly file: string | null;
  /** The folder that relative paths of the file start from. */
  readonly folder: string;
  readonly config: Config;
  /** A policy document named by HAUNTED_POLICY, which beats `config.policy`; null when not set. */
  readonly policyFile: string | null;
};

const FILE_NAME = 'haunted.yaml';
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * What this folder says about its cluster: `explicitPath`, or haunted.yaml in the current folder (never in a parent, so that a
 * command means the same to everybody who stands here), or nothing at all. HAUNTED_CLUSTER, HAUNTED_KEYRING, HAUNTED_HISTORY,
 * HAUNTED_LEDGER and HAUNTED_POLICY beat the file; their paths start from the current folder. Options of a command beat both: the command asks
 * for them first. Throws BAD_INPUT naming the line, NOT_FOUND for a missing `explicitPath`, and what reading a file throws.
 */
export async function loadConfig(io: Io, explicitPath?: string): Promise<LoadedConfig> {
  const shown = explicitPath ?? FILE_NAME;
  const file = path.resolve(io.cwd, shown);
  const text = await readIfThere(file, explicitPath !== undefined);
  const folder = text === null ? io.cwd : path.dirname(file);
  return {
    file: text === null ? null : file,
    folder,
    config: {
      ...withAbsolutePaths(text === null ? {} : await parse(text, shown), folder),
      ...withoutUndefined({
        cluster: clusterFrom(io),
        keyring: pathFrom(io, 'HAUNTED_KEYRING'),
        history: pathFrom(io, 'HAUNTED_HISTORY'),
        ledger: pathFrom(io, 'HAUNTED_LEDGER'),
      }),
    },
    policyFile: pathFrom(io, 'HAUNTED_POLICY') ?? null,
  };
}

/** The selector with its paths made absolute, for a service on this machine; null when haunted.yaml names none. */
export function localService({ config, folder }: LoadedConfig): ServiceSelector | null {
  const { service } = config;
  if (service === undefined) return null;
  const at = (file: string): string => path.resolve(folder, file);
  return {
    ...service,
    ...withoutUndefined({
      pid_file: service.pid_file === undefined ? undefined : at(service.pid_file),
      tree: service.tree === undefined ? undefined : at(service.tree),
      config_files: service.config_files?.map(at),
      flag_files: service.flag_files?.map(at),
    }),
  };
}

/** Reading YAML costs as much start-up time as all the rest of a small check, so it is loaded for those who have some. */
async function parse(text: string, shown: string): Promise<Config> {
  const { parseConfig } = await import('./parse-config.ts');
  return parseConfig(text, shown);
}

async function readIfThere(file: string, isRequired: boolean): Promise<string | null> {
  if (!isRequired && isAbsent(file)) return null;
  try {
    const bytes = await readDocument(file, { maxBytes: MAX_BYTES, what: 'config' });
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('BAD_INPUT', `The config ${file} is not UTF-8 text; save it as UTF-8.`, { file }, error);
  }
}

/** Whether there is no such file; not when nobody can say. */
function isAbsent(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** Only what this machine opens; the paths of `service` may belong to another machine. */
function withAbsolutePaths(config: Config, folder: string): Config {
  const at = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : path.resolve(folder, file);
  const { inventory, ssh } = config;
  return {
    ...config,
    ...withoutUndefined({
      keyring: at(config.keyring),
      history: at(config.history),
      ledger: at(config.ledger),
      inventory: inventory && { ...inventory, ...withoutUndefined({ ansible: at(inventory.ansible) }) },
      ssh: ssh && {
        ...ssh,
        ...withoutUndefined({ config_file: at(ssh.config_file), identity_file: at(ssh.identity_file) }),
      },
    }),
  };
}

function clusterFrom(io: Io): string | undefined {
  const value = io.env['HAUNTED_CLUSTER'];
  if (value === undefined || value === '') return undefined;
  if (Name.safeParse(value).success) return value;
  throw new Fault(
    'BAD_INPUT',
    'HAUNTED_CLUSTER is not a cluster name: give 1 to 256 printable characters, or unset it.',
  );
}

/** A variable that is set to nothing is one that is not set. */
function pathFrom(io: Io, name: string): string | undefined {
  const value = io.env[name];
  return value === undefined || value === '' ? undefined : path.resolve(io.cwd, value);
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
