import { hostname as machineName } from 'node:os';
import path from 'node:path';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { FINDERS } from '../../adapters/proc/find-service.ts';
import { DEFAULT_FLAG_ARGS } from '../../adapters/proc/process-flags.ts';
import { Fault } from '../../fault.ts';
import { AgentConfig } from '../../model/agent-config.ts';
import type { AgentService, Doors } from '../../model/agent-config.ts';
import { quoted } from '../../model/quoted.ts';
import { Hostname } from '../../model/text.ts';
import { readJson } from '../../seal/json.ts';
import { parseValue } from '../../seal/parse-document.ts';
import type { ProveRequest } from '../prove/request.ts';

/** One service of agent.yaml: what `haunted prove` would be asked about it, and its doors. */
export type AgentTask = { readonly request: ProveRequest; readonly doors: Doors };

/** What agent.yaml says, with absolute paths. */
export type AgentPlan = {
  readonly server: string;
  readonly caFile: string | null;
  readonly state: string | null;
  readonly tasks: readonly AgentTask[];
};

const MAX_BYTES = 1024 * 1024;

/** Reads agent.yaml, YAML or JSON. Faults: BAD_INPUT, BAD_USAGE for what does not go together, and what reading throws. */
export async function readAgentConfig(file: string): Promise<AgentPlan> {
  const bytes = await readDocument(file, { what: 'agent config', maxBytes: MAX_BYTES });
  const config = parseValue(AgentConfig, await valueIn(bytes, file), shownPath(file));
  const at = (name: string): string => path.resolve(path.dirname(file), name);
  const state = config.state === undefined ? null : at(config.state);
  if (config.doors !== undefined && config.services.length > 1)
    throw new Fault(
      'BAD_INPUT',
      `${shownPath(file)} has ${config.services.length} services and \`doors\` for none of them by name: put \`doors\` under each service.`,
    );
  const tasks = config.services.map((service) => ({
    request: requestOf(service, { at, state, file }),
    doors: service.doors ?? config.doors ?? {},
  }));
  checkNames(tasks, file);
  return {
    server: config.server,
    caFile: config.ca_file === undefined ? null : at(config.ca_file),
    state,
    tasks,
  };
}

/** JSON is read without waking the reader of YAML, which an agent would carry around for all its life. */
async function valueIn(bytes: Uint8Array, file: string): Promise<unknown> {
  const json = readJson(bytes);
  if (json.ok) return json.value;
  const { parseYaml } = await import('../../adapters/yaml/parse.ts');
  const text = new TextDecoder('utf-8', { fatal: false }).decode(bytes);
  return parseYaml(text, shownPath(file)).value;
}

type Around = {
  readonly at: (name: string) => string;
  readonly state: string | null;
  readonly file: string;
};

function requestOf(entry: AgentService, { at, state, file }: Around): ProveRequest {
  const { service } = entry;
  const hostname = entry.hostname ?? machineName();
  const where = `${shownPath(file)}, service ${quoted(hostname)} of ${quoted(entry.cluster)}`;
  if (!Hostname.safeParse(hostname).success)
    throw new Fault('BAD_INPUT', `${where}: the name of this machine is no host name; give \`hostname\`.`);
  const finders = FINDERS.filter((finder) => service[finder] !== undefined);
  if (finders.length !== 1)
    throw new Fault(
      'BAD_INPUT',
      `${where}: give exactly one way of finding the service (${FINDERS.join(', ')}), not ${finders.length}.`,
    );
  if (service.tree !== undefined && entry.compare_path !== undefined)
    throw new Fault(
      'BAD_INPUT',
      `${where}: \`compare_path\` compares a program and \`tree\` is a release directory; give one.`,
    );
  return {
    cluster: entry.cluster,
    hostname,
    service: {
      ...service,
      ...(service.pid_file === undefined ? {} : { pid_file: at(service.pid_file) }),
      ...(service.tree === undefined ? {} : { tree: at(service.tree) }),
      ...(service.config_files === undefined ? {} : { config_files: service.config_files.map(at) }),
      ...(service.flag_files === undefined ? {} : { flag_files: service.flag_files.map(at) }),
      flag_args: service.flag_args ?? [...DEFAULT_FLAG_ARGS],
    },
    hasFinder: true,
    ignoredExecutables: entry.ignore_executables ?? [],
    comparePath: entry.compare_path === undefined ? null : at(entry.compare_path),
    treeSkip: entry.tree_skip ?? [],
    selfReport: null,
    received: entry.received === undefined ? null : at(entry.received),
    holds: entry.holds === undefined ? null : at(entry.holds),
    guardReports: (entry.guard_reports ?? []).map(at),
    saysLive: null,
    challenge: null,
    keyFile: null,
    stateFolder: state,
    rehash: false,
    perProcess: false,
    outFile: null,
    format: 'json',
  };
}

/** Two services of one name would be one member of the cluster, and the newer stream would end the older one. */
function checkNames(tasks: readonly AgentTask[], file: string): void {
  const names = tasks.map(({ request }) => `${request.hostname} of ${request.cluster}`);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined)
    throw new Fault(
      'BAD_INPUT',
      `${shownPath(file)} has two services that are ${twice}; give each its own \`hostname\`.`,
    );
}
