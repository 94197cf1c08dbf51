import { Fault } from '../../fault.ts';
import type { ServiceSelector } from '../../model/config.ts';
import { LIMITS } from '../../model/limits.ts';
import { NodeReport, type BoundFlag } from '../../model/node-report.ts';
import { configDigest } from '../../seal/config-digest.ts';
import { parseValue } from '../../seal/parse-document.ts';
import type { HostFacts, ProbedBinary, ProbedProcess } from './host-facts.ts';
import { FLAG_FILE_BYTES } from './probe-text.ts';

/** How the kernel's and the flag files' own words are read; the same readers as those of `haunted prove`. */
export type HostReaders = {
  /** A row of /proc/net/tcp as `0.0.0.0:9000`; null when it is none. */
  readonly socketAddress: (row: string) => string | null;
  /** Bytes read as latin1, as a document may hold them. */
  readonly shownName: (latin1: string) => string;
  /** The switches in a flag file. Fault: BAD_INPUT. */
  readonly flagsInFile: (file: string, bytes: Uint8Array) => readonly BoundFlag[];
  readonly flagsInEnvironment: (environ: string, prefixes: readonly string[]) => readonly BoundFlag[];
  readonly flagsInArguments: (args: readonly string[], names: readonly string[]) => readonly BoundFlag[];
};

export type ReportRequest = {
  readonly cluster: string;
  readonly hostname: string;
  readonly challenge: { readonly event_id: string; readonly nonce: string } | null;
  readonly service: ServiceSelector;
  /** Executables of the service that are not its binary, such as /bin/sh. */
  readonly ignored_executables: readonly string[];
};

const MS_PER_TICK = 10;
/** Some daemons write their pid file a moment before they are the process named in it. */
const PID_FILE_SLACK_MS = 2_000;
const STATES: Readonly<Record<string, string>> = {
  missing: 'does not exist there',
  not_a_file: 'is not a regular file there',
  unreadable: 'may not be read there by this user',
};

type Looked = { readonly process: ProbedProcess; readonly binary: ProbedBinary };

/**
 * The report of a server from what the probe found there. It carries the name of the inventory, for that is whose host key ssh has
 * checked. Faults, each with a clause that follows the server's name: AMBIGUOUS when its processes run different binaries, NO_PROCESS,
 * NOT_FOUND, BAD_INPUT and TOO_LARGE for its files.
 */
export function hostReport(facts: HostFacts, request: ReportRequest, readers: HostReaders): NodeReport {
  const { service } = request;
  const bootAt = facts.now - facts.uptimeMs;
  checkPidFile(facts, bootAt);
  const looked = lookedAt(facts, request, readers);
  const told = looked.find(({ binary }) => binary.onDiskSha256 !== binary.sha256) ?? looked[0];
  if (told === undefined)
    throw new Fault('NO_PROCESS', 'every process of the service there is a helper named with --ignore-exe');
  const { process, binary } = told;
  return parseValue(
    NodeReport,
    {
      schema: 'haunted.node-report/v1',
      cluster: request.cluster,
      hostname: request.hostname,
      observed_at: new Date(facts.now).toISOString(),
      sequence: facts.uptimeMs,
      boot_id: facts.bootId,
      challenge: request.challenge,
      binary_sha256: binary.sha256,
      binary_on_disk_sha256: binary.onDiskSha256,
      binary_path: readers.shownName(binary.path).slice(0, LIMITS.text),
      method: 'proc_exe',
      process: {
        pid: process.pid,
        started_at: new Date(bootAt + process.startTicks * MS_PER_TICK).toISOString(),
      },
      config_sha256: configOf(facts, service.config_files ?? []),
      bound_flags: sortedOnce(flagsOf(facts, service, readers)),
      received_flags: [],
      ...trafficOf(facts, service, readers),
      first_seen_on_this_binary: null,
      last_deploy_touched: binary.touchedAt === null ? null : new Date(binary.touchedAt).toISOString(),
    },
    'its answer',
  );
}

/** A file older than the process it names was left by an earlier one, and the id was given to somebody else since. */
function checkPidFile({ pidFileWrittenAt, processes }: HostFacts, bootAt: number): void {
  if (pidFileWrittenAt === null) return;
  const oldest = Math.min(...processes.map(({ startTicks }) => startTicks));
  if (bootAt + (oldest - 1) * MS_PER_TICK <= pidFileWrittenAt + PID_FILE_SLACK_MS) return;
  throw new Fault(
    'NO_PROCESS',
    'its pid file is older than the process it names, so an earlier process left it; restart the service or find it another way',
  );
}

/** Main process first, then by age; helpers left out. */
function lookedAt(facts: HostFacts, { ignored_executables }: ReportRequest, readers: HostReaders): Looked[] {
  const byAge = [...facts.processes].sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
  const main = byAge.find(({ pid }) => pid === facts.mainPid) ?? rootOf(byAge);
  const ordered = main === undefined ? byAge : [main, ...byAge.filter((each) => each !== main)];
  const looked = ordered
    .flatMap((process): Looked[] => {
      const binary = facts.binaryByPid.get(process.runsAs);
      return binary === undefined ? [] : [{ process, binary }];
    })
    .filter(({ binary }) => !ignored_executables.includes(readers.shownName(binary.link)));
  const kinds = new Map(looked.map(({ binary, process }) => [binary.sha256, { binary, process }]));
  if (kinds.size < 2) return looked;
  const said = [...kinds.values()].map(
    ({ binary, process }) =>
      `${binary.sha256.slice(0, 12)}… (${readers.shownName(binary.link).slice(0, 200)}) in process ${process.pid}`,
  );
  throw new Fault(
    'AMBIGUOUS',
    `its processes do not run one binary: ${said.slice(0, 5).join('; ')}; restart the service, or name helper programs with --ignore-exe PATH`,
  );
}

/** The one whose parent is not of the family; undefined when there are several such, or none. */
function rootOf(processes: readonly ProbedProcess[]): ProbedProcess | undefined {
  const pids = new Set(processes.map(({ pid }) => pid));
  const roots = processes.filter(({ parent }) => !pids.has(parent));
  return roots.length === 1 ? roots[0] : undefined;
}

function configOf(facts: HostFacts, files: readonly string[]): string | null {
  return configDigest(
    files.map((file, at) => {
      const word = facts.config[at] ?? '';
      if (!/^[0-9a-f]{64}$/.test(word)) throw cannotUse('config file', file, word);
      return { path: file, sha256: word };
    }),
  );
}

function flagsOf(facts: HostFacts, service: ServiceSelector, readers: HostReaders): BoundFlag[] {
  const files = (service.flag_files ?? []).flatMap((file, at) => {
    const found = facts.flagFiles[at];
    if (found?.state !== 'there' || found.bytes === null)
      throw cannotUse('flag file', file, found?.state ?? '');
    if (found.bytes.length > FLAG_FILE_BYTES)
      throw new Fault(
        'TOO_LARGE',
        `its flag file ${file} is larger than ${FLAG_FILE_BYTES / 1024 / 1024} MiB`,
      );
    return readers.flagsInFile(file, found.bytes);
  });
  const { flag_env_prefix: prefixes = [], flag_args: names = [] } = service;
  return [
    ...files,
    ...(prefixes.length === 0 ? [] : readers.flagsInEnvironment(utf8(facts.environment), prefixes)),
    ...facts.commandLines.flatMap((args) => readers.flagsInArguments(args.map(utf8), names)),
  ];
}

function cannotUse(what: string, file: string, state: string): Fault {
  return new Fault('NOT_FOUND', `its ${what} ${file} ${STATES[state] ?? 'could not be read'}`);
}

/**
 * As for `haunted prove`: with traffic ports declared, live means listening on one or still serving a connection to one; without,
 * nothing could show that the server is drained, so it counts as live.
 */
function trafficOf(
  { listening, established }: HostFacts,
  { traffic_ports: ports }: ServiceSelector,
  readers: HostReaders,
): Pick<NodeReport, 'taking_live_traffic' | 'traffic'> {
  const doors = [...new Set(listening.map(readers.socketAddress).filter((door) => door !== null))].sort();
  const isOpen = doors.some(
    (door) => ports?.includes(Number(door.slice(door.lastIndexOf(':') + 1))) === true,
  );
  return {
    taking_live_traffic: ports === undefined || isOpen || established > 0,
    traffic: { listening: doors.slice(0, LIMITS.list), established, leased: null },
  };
}

/** Sorted by flag and source, each setting once: equal servers then give equal lists, which the gate judges once. */
function sortedOnce(flags: readonly BoundFlag[]): BoundFlag[] {
  const byText = new Map(
    flags.map((flag) => [
      JSON.stringify([flag.flag, flag.source, flag.value ?? null, flag.meaning ?? null]),
      flag,
    ]),
  );
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flag]) => flag);
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
