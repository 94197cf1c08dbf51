import { readFileSync } from 'node:fs';
import { Fault } from '../../fault.ts';
import type { ServiceSelector, SshSettings } from '../../model/config.ts';

/** What the probe is to look for on every server. Paths are those of the server; a relative one starts from the login folder. */
export type ProbeRequest = {
  /** With exactly one way of finding the service. */
  readonly service: ServiceSelector;
  /** Compare the running binary with this file instead of the one the kernel names. */
  readonly compare_path: string | null;
};

/** A flag file on a server may have this many bytes; more are not fetched and make the host a failure. */
export const FLAG_FILE_BYTES = 1024 * 1024;

const FINDERS = ['unit', 'cgroup', 'pid_file', 'port', 'command', 'pid'] as const;
const PROBE = new URL('probe.sh', import.meta.url);

/** What ssh runs on a server: a shell that reads its text from standard input, so that nothing of it is in an argument anywhere. */
export function probeCommand({ sudo = false }: Pick<SshSettings, 'sudo'>): string {
  return sudo ? 'sudo -n sh -s' : 'sh -s';
}

/**
 * The text given to that shell: settings, then probe.sh. `mark` is a
 * word of this run that cannot be in whatever a login shell prints. Faults: BAD_USAGE for a service that cannot be asked about
 * in this way.
 */
export function probeText({ service, compare_path }: ProbeRequest, mark: string): string {
  const settings = {
    h_mark: mark,
    h_finder: finderOf(service),
    h_unit: service.unit ?? '',
    h_cgroup: service.cgroup ?? '',
    h_pid_file: service.pid_file ?? '',
    h_port: hexPort(service.port ?? 0),
    h_command: service.command ?? '',
    h_pid_wanted: String(service.pid ?? ''),
    h_compare: compare_path ?? '',
    h_traffic_ports: (service.traffic_ports ?? []).map(hexPort).join(' '),
    h_config_files: lines(service.config_files),
    h_flag_files: lines(service.flag_files),
    h_prefixes: lines(service.flag_env_prefix?.map((prefix) => prefix.replace(/=$/, ''))),
    h_flag_args: (service.flag_args ?? []).map((name) => name.replace(/^-+/, '')).join(' '),
    h_file_bytes: String(FLAG_FILE_BYTES + 1),
  };
  const words = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}\n`);
  return `${words.join('')}${probeBody()}`;
}

function finderOf(service: ServiceSelector): string {
  const given = FINDERS.filter((finder) => service[finder] !== undefined);
  const [finder] = given;
  if (finder === undefined || given.length > 1)
    throw new Fault(
      'BAD_USAGE',
      `Give exactly one way of finding the service on the servers, not ${given.length}: unit, cgroup, pid_file, port, command or pid.`,
    );
  if (service.unit !== undefined && /[*?[\]]/.test(service.unit))
    throw new Fault('BAD_USAGE', `The unit ${JSON.stringify(service.unit)} is a pattern; name one unit.`);
  if (service.cgroup?.split('/').includes('..') === true)
    throw new Fault(
      'BAD_USAGE',
      `The control group ${JSON.stringify(service.cgroup)} holds "..": name it from its root.`,
    );
  if (service.tree !== undefined)
    throw new Fault(
      'UNSUPPORTED',
      'What an interpreted service has loaded cannot be told over ssh; run `haunted prove` with --tree on each server and collect its reports with --via files.',
    );
  const strange = service.flag_args?.find((name) => !/^[A-Za-z0-9._-]+$/.test(name));
  if (strange !== undefined)
    throw new Fault('BAD_USAGE', `${JSON.stringify(strange)} is not the name of an argument.`);
  return finder;
}

let body: string | undefined;

/** Without its comments and indents: they are for readers here. */
function probeBody(): string {
  body ??= readFileSync(PROBE, 'utf8').replaceAll(/^ *(?:#.*)?\n|^ +/gm, '');
  return body;
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

function lines(values: readonly string[] | undefined): string {
  return (values ?? []).join('\n');
}

/** A word that a POSIX shell takes for exactly this text. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
