import path from 'node:path';
import { Fault } from '../../fault.ts';
import { SshSettings, type ServiceSelector } from '../../model/config.ts';
import { Name } from '../../model/text.ts';
import { quoted } from '../../model/quoted.ts';
import type { Values } from '../command.ts';
import { loadConfig, type LoadedConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { hasSwitch, oneOf, optionalText, requiredText, textList } from '../options.ts';
import { challengeOf, named, serviceOf } from '../prove/request.ts';
import type { TargetWords } from './targets.ts';

/** What `haunted collect` was asked, checked; paths of this machine are absolute. */
export type CollectWords = {
  readonly via: 'ssh' | 'files';
  readonly loaded: LoadedConfig;
  readonly targets: TargetWords;
  readonly evidence: readonly string[];
  /** Null for stdout. */
  readonly out: { readonly path: string; readonly isFolder: boolean } | null;
};

/** What only asking over ssh needs to know. */
export type SshWords = {
  readonly cluster: string;
  /** Its paths are those of the servers. */
  readonly service: ServiceSelector;
  readonly compare_path: string | null;
  readonly ignored_executables: readonly string[];
  readonly challenge: { readonly event_id: string; readonly nonce: string } | null;
  readonly settings: SshSettings;
};

/** What the command line and haunted.yaml ask for. Faults: BAD_USAGE, and what reading haunted.yaml throws. */
export async function readWords(
  values: Values,
  positionals: readonly string[],
  io: Io,
): Promise<CollectWords> {
  const [extra] = positionals;
  if (extra !== undefined)
    throw new Fault(
      'BAD_USAGE',
      `\`haunted collect\` takes no ${quoted(extra)}; did you mean --host or --evidence?`,
    );
  const evidence = textList(values, 'evidence').map((word) =>
    word === '-' ? word : path.resolve(io.cwd, notEmpty(word, 'evidence')),
  );
  const via = oneOf(values, 'via', ['ssh', 'files'] as const, evidence.length > 0 ? 'files' : 'ssh');
  if (via === 'ssh' && evidence.length > 0)
    throw new Fault('BAD_USAGE', '--evidence is read with --via files; servers are asked with --via ssh.');
  if (via === 'files' && evidence.length === 0)
    throw new Fault('BAD_USAGE', '--via files needs --evidence FILE, DIR or -: where the reports were left.');
  if (via === 'files' && (optionalText(values, 'event') ?? optionalText(values, 'nonce')) !== undefined)
    throw new Fault(
      'BAD_USAGE',
      'Reports in files cannot be asked anything: --event and --nonce are for --via ssh.',
    );
  const out = optionalText(values, 'out');
  return {
    via,
    loaded: await loadConfig(io, optionalText(values, 'config')),
    targets: {
      hosts: textList(values, 'host'),
      inventory: fileWord(values, 'inventory', io),
      group: optionalText(values, 'group') ?? null,
    },
    evidence,
    out:
      out === undefined
        ? null
        : { path: path.resolve(io.cwd, notEmpty(out, 'out')), isFolder: /[/\\]$/.test(out) },
  };
}

/** What is asked of each server. Faults: BAD_USAGE. */
export function readSshWords(values: Values, { config }: LoadedConfig, io: Io): SshWords {
  return {
    cluster: named(optionalText(values, 'cluster') ?? config.cluster, 'cluster', Name),
    service: serviceOf(values, config.service ?? {}, (file) => file),
    compare_path: optionalText(values, 'path') ?? null,
    ignored_executables: textList(values, 'ignore-exe'),
    challenge: challengeOf(values),
    settings: settingsOf(values, config.ssh, io),
  };
}

function settingsOf(values: Values, configured: SshSettings | undefined, io: Io): SshSettings {
  const given = {
    user: optionalText(values, 'user'),
    port: numberWord(values, 'ssh-port'),
    config_file: fileWord(values, 'ssh-config', io) ?? undefined,
    identity_file: fileWord(values, 'identity', io) ?? undefined,
    sudo: hasSwitch(values, 'sudo') ? true : undefined,
    connect_timeout_s: numberWord(values, 'connect-timeout'),
    host_timeout_s: numberWord(values, 'host-timeout'),
    parallel: numberWord(values, 'parallel'),
    control_persist_s: numberWord(values, 'persist'),
  };
  const parsed = SshSettings.safeParse({
    ...configured,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  });
  if (parsed.success) return checked(parsed.data);
  const [issue] = parsed.error.issues;
  const option = OPTION_OF[String(issue?.path[0])] ?? 'ssh';
  throw new Fault('BAD_USAGE', `--${option} is out of range: ${issue?.message ?? 'it does not fit'}.`);
}

const OPTION_OF: Readonly<Record<string, string>> = {
  user: 'user',
  port: 'ssh-port',
  config_file: 'ssh-config',
  identity_file: 'identity',
  connect_timeout_s: 'connect-timeout',
  host_timeout_s: 'host-timeout',
  parallel: 'parallel',
  control_persist_s: 'persist',
};

/** A login name goes into ssh's own arguments, where a hyphen would make it an option. */
function checked(settings: SshSettings): SshSettings {
  if (settings.user === undefined || /^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,63}$/.test(settings.user))
    return settings;
  throw new Fault('BAD_USAGE', `${quoted(settings.user)} is not a login name ssh may be given.`);
}

function numberWord(values: Values, name: string): number | undefined {
  const text = optionalText(values, name);
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Fault('BAD_USAGE', `--${name} ${quoted(text)} is not a whole number.`);
}

function fileWord(values: Values, name: string, io: Io): string | null {
  if (optionalText(values, name) === undefined) return null;
  return path.resolve(io.cwd, requiredText(values, name, 'a path'));
}

function notEmpty(word: string, name: string): string {
  if (word === '') throw new Fault('BAD_USAGE', `--${name} is empty: give a path.`);
  return word;
}
