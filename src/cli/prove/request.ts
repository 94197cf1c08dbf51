import { hostname as machineName } from 'node:os';
import path from 'node:path';
import { DEFAULT_FLAG_ARGS } from '../../adapters/proc/process-flags.ts';
import { FINDERS } from '../../adapters/proc/find-service.ts';
import { Fault } from '../../fault.ts';
import type { ServiceSelector } from '../../model/config.ts';
import { Hostname, Name } from '../../model/text.ts';
import { quoted } from '../../model/quoted.ts';
import type { Values } from '../command.ts';
import { loadConfig, localService } from '../config.ts';
import type { Io } from '../io.ts';
import { hasSwitch, oneOf, optionalText, requiredText, textList } from '../options.ts';
import { stateFolder } from './state-file.ts';

/** Everything `haunted prove` was asked, checked, with absolute paths. */
export type ProveRequest = {
  readonly cluster: string;
  readonly hostname: string;
  /** How the service is found and where its switches are set; without a finder only a self-report is possible. */
  readonly service: ServiceSelector;
  readonly hasFinder: boolean;
  readonly ignoredExecutables: readonly string[];
  readonly comparePath: string | null;
  readonly treeSkip: readonly string[];
  readonly selfReport: string | null;
  readonly received: string | null;
  readonly holds: string | null;
  readonly guardReports: readonly string[];
  readonly saysLive: boolean | null;
  readonly challenge: { readonly event_id: string; readonly nonce: string } | null;
  readonly keyFile: string | null;
  readonly stateFolder: string | null;
  readonly rehash: boolean;
  readonly perProcess: boolean;
  readonly outFile: string | null;
  readonly format: 'json' | 'pretty';
};

/** What the command line and haunted.yaml ask for. Faults: BAD_USAGE, and what reading haunted.yaml throws. */
export async function readRequest(
  values: Values,
  positionals: readonly string[],
  io: Io,
): Promise<ProveRequest> {
  const [extra] = positionals;
  if (extra !== undefined) throw new Fault('BAD_USAGE', `\`haunted prove\` takes no ${quoted(extra)}.`);
  const at = (name: string): string | null => {
    const value = optionalText(values, name);
    return value === undefined ? null : path.resolve(io.cwd, requiredText(values, name, 'a path'));
  };
  const loaded = await loadConfig(io, optionalText(values, 'config'));
  const service = serviceOf(values, localService(loaded) ?? {}, (file) => path.resolve(io.cwd, file));
  const selfReport = optionalText(values, 'self-report') === '-' ? '-' : at('self-report');
  const hasFinder = FINDERS.some((finder) => service[finder] !== undefined);
  if (!hasFinder && selfReport === null)
    throw new Fault(
      'BAD_USAGE',
      'haunted does not know which process is the service: give one of --unit, --cgroup, --pid-file, --port, --command or --pid, or `service:` in haunted.yaml.',
    );
  if (selfReport !== null && service.tree !== undefined)
    throw new Fault(
      'BAD_USAGE',
      '--self-report and a tree are two answers to one question; give one of them.',
    );
  if (service.tree !== undefined && at('path') !== null)
    throw new Fault(
      'BAD_USAGE',
      '--path compares a program and --tree a release directory; give one of them.',
    );
  if (service.tree === undefined && textList(values, 'tree-skip').length > 0)
    throw new Fault('BAD_USAGE', '--tree-skip needs a tree; give --tree, or `tree:` in haunted.yaml.');
  return {
    cluster: named(optionalText(values, 'cluster') ?? loaded.config.cluster, 'cluster', Name),
    hostname: named(optionalText(values, 'hostname') ?? machineName(), 'hostname', Hostname),
    service,
    hasFinder,
    ignoredExecutables: textList(values, 'ignore-exe'),
    comparePath: at('path'),
    treeSkip: textList(values, 'tree-skip'),
    selfReport,
    received: at('received'),
    holds: at('holds'),
    guardReports: textList(values, 'guard-report').map((file) => path.resolve(io.cwd, file)),
    saysLive: saysLive(values),
    challenge: challengeOf(values),
    keyFile: at('key'),
    stateFolder: at('state') ?? stateFolder(io.env),
    rehash: hasSwitch(values, 'rehash'),
    perProcess: hasSwitch(values, 'all'),
    outFile: at('out'),
    format: oneOf(values, 'format', ['json', 'pretty'] as const, io.isStdoutTty ? 'pretty' : 'json'),
  };
}

/**
 * Which service is meant: words of the command line beat haunted.yaml, and a finder there replaces every finder here, for exactly
 * one is right. `at` says what a path that was typed stands for. Fault: BAD_USAGE.
 */
export function serviceOf(
  values: Values,
  configured: ServiceSelector,
  at: (file: string) => string,
): ServiceSelector {
  const text = (name: string): string | undefined => optionalText(values, name);
  const file = (name: string): string | undefined =>
    text(name) === undefined ? undefined : at(requiredText(values, name, 'a path'));
  const list = (name: string): string[] | undefined => {
    const given = textList(values, name);
    return given.length === 0 ? undefined : [...given];
  };
  const given = withoutUndefined({
    unit: text('unit'),
    cgroup: text('cgroup'),
    pid_file: file('pid-file'),
    port: wholeNumber(text('port'), 'port', 65_535),
    command: text('command'),
    pid: wholeNumber(text('pid'), 'pid', 2 ** 31 - 1),
  });
  const finders = Object.keys(given);
  if (finders.length > 1)
    throw new Fault(
      'BAD_USAGE',
      `Give one way of finding the service, not ${finders.length}: ${finders.map((name) => `--${name.replace('_', '-')}`).join(', ')}.`,
    );
  const kept = finders.length === 0 ? configured : withoutFinders(configured);
  const ports = list('traffic-port')?.map((port) => wholeNumber(port, 'traffic-port', 65_535) ?? 0);
  const service = {
    ...kept,
    ...given,
    ...withoutUndefined({
      tree: file('tree'),
      traffic_ports: ports,
      config_files: list('config-file')?.map(at),
      flag_files: list('flag-file')?.map(at),
      flag_env_prefix: list('flag-env-prefix'),
      flag_args: list('flag-arg') ?? kept.flag_args ?? [...DEFAULT_FLAG_ARGS],
    }),
  };
  const chosen = FINDERS.filter((finder) => service[finder] !== undefined);
  if (chosen.length > 1)
    throw new Fault(
      'BAD_USAGE',
      `haunted.yaml gives ${chosen.length} ways of finding the service (${chosen.join(', ')}); keep one.`,
    );
  if (service.command === '')
    throw new Fault('BAD_USAGE', '--command "" would match every process; give some text.');
  return service;
}

function withoutFinders(service: ServiceSelector): ServiceSelector {
  const {
    unit: _unit,
    cgroup: _cgroup,
    pid_file: _file,
    port: _port,
    command: _command,
    pid: _pid,
    ...rest
  } = service;
  return rest;
}

function wholeNumber(text: string | undefined, name: string, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= max) return value;
  throw new Fault('BAD_USAGE', `--${name} ${quoted(text)} is not a whole number from 1 to ${max}.`);
}

/** A name the command cannot do without. Fault: BAD_USAGE. */
export function named(value: string | undefined, name: string, schema: typeof Name): string {
  if (value === undefined)
    throw new Fault('BAD_USAGE', `--${name} is missing: give it, or write it into haunted.yaml.`);
  if (schema.safeParse(value).success) return value;
  throw new Fault(
    'BAD_USAGE',
    `--${name} ${quoted(value)} is not a ${name === 'hostname' ? 'host name: letters, digits, dots, hyphens and underscores' : 'name of 1 to 256 printable characters'}.`,
  );
}

function saysLive(values: Values): boolean | null {
  if (optionalText(values, 'taking-live-traffic') === undefined) return null;
  return oneOf(values, 'taking-live-traffic', ['yes', 'no'] as const, 'yes') === 'yes';
}

/** What --event and --nonce ask with; null when nobody asks. Fault: BAD_USAGE. */
export function challengeOf(values: Values): ProveRequest['challenge'] {
  const event = optionalText(values, 'event');
  const nonce = optionalText(values, 'nonce');
  if (event === undefined && nonce === undefined) return null;
  if (event === undefined || nonce === undefined)
    throw new Fault('BAD_USAGE', '--event and --nonce belong together: a proof answers both or neither.');
  return { event_id: named(event, 'event', Name), nonce: named(nonce, 'nonce', Name) };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
