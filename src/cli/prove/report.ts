import { clockOffset, readBootId, startedAt } from '../../adapters/proc/kernel-clock.ts';
import type { ClockReading } from '../../adapters/proc/kernel-clock.ts';
import { readConfigFiles } from '../../adapters/proc/config-files.ts';
import { readEnvironment } from '../../adapters/proc/environment.ts';
import type { Traffic } from '../../adapters/proc/live-traffic.ts';
import { flagsInArguments, flagsInEnvironment } from '../../adapters/proc/process-flags.ts';
import { readArguments } from '../../adapters/proc/process-stat.ts';
import type { ProcessStat } from '../../adapters/proc/process-stat.ts';
import type { ServiceSelector } from '../../model/config.ts';
import type { HeldState } from '../../model/kept-state.ts';
import { LIMITS } from '../../model/limits.ts';
import { NodeReport } from '../../model/node-report.ts';
import type { BoundFlag, ReceivedFlag, ReportMethod } from '../../model/node-report.ts';
import { configDigest } from '../../seal/config-digest.ts';
import { parseValue } from '../../seal/parse-document.ts';
import type { ProveRequest } from './request.ts';

/** What runs, by whatever method it was found out. */
export type Ran = {
  readonly method: ReportMethod;
  readonly sha256: string;
  readonly onDiskSha256: string | null;
  readonly shownPath: string | null;
  readonly touchedAt: number | null;
  readonly process: ProcessStat | null;
};

/** What is the same in every report of one look. */
export type Surroundings = {
  readonly request: ProveRequest;
  readonly clock: ClockReading;
  readonly sequence: number;
  readonly firstSeen: (sha256: string) => string;
  readonly configSha256: string | null;
  /** What a restart would load, where the service itself says what it uses; null else. */
  readonly configOnDiskSha256: string | null;
  readonly holds: readonly HeldState[];
  readonly fileFlags: readonly BoundFlag[];
  readonly received: readonly ReceivedFlag[];
  readonly traffic: Traffic | null;
  readonly isLive: boolean;
};

/** One haunted.node-report/v1. `flags` are those of the process or processes it stands for. Fault: BAD_INPUT when it cannot be one. */
export function nodeReport(ran: Ran, processFlags: readonly BoundFlag[], around: Surroundings): NodeReport {
  const { request, clock, traffic } = around;
  return parseValue(
    NodeReport,
    {
      schema: 'haunted.node-report/v1',
      cluster: request.cluster,
      hostname: request.hostname,
      observed_at: new Date(clock.now).toISOString(),
      sequence: around.sequence,
      boot_id: readBootId(),
      challenge: request.challenge,
      binary_sha256: ran.sha256,
      binary_on_disk_sha256: ran.onDiskSha256,
      binary_path: ran.shownPath?.slice(0, LIMITS.text) ?? null,
      method: ran.method,
      process:
        ran.process === null
          ? null
          : {
              pid: ran.process.pid,
              started_at: new Date(startedAt(ran.process.startTicks, clockOffset(clock))).toISOString(),
            },
      config_sha256: around.configSha256,
      ...(around.configOnDiskSha256 === null ? {} : { config_on_disk_sha256: around.configOnDiskSha256 }),
      ...(around.holds.length === 0 ? {} : { holds: around.holds }),
      bound_flags: sortedOnce([...around.fileFlags, ...processFlags]),
      received_flags: around.received,
      taking_live_traffic: around.isLive,
      traffic:
        traffic === null
          ? null
          : {
              listening: traffic.listening.slice(0, LIMITS.list),
              established: traffic.established,
              leased: null,
            },
      first_seen_on_this_binary: around.firstSeen(ran.sha256),
      last_deploy_touched: ran.touchedAt === null ? null : new Date(ran.touchedAt).toISOString(),
    },
    'What was found',
  );
}

/** The switches set in a process's own environment and arguments. Fault: NO_PERMISSION. */
export function flagsOfProcess(pid: number, selector: ServiceSelector): BoundFlag[] {
  const { flag_env_prefix: prefixes = [], flag_args: names = [] } = selector;
  return [
    ...(prefixes.length === 0 ? [] : flagsInEnvironment(readEnvironment(pid), prefixes)),
    ...(names.length === 0 ? [] : flagsInArguments(readArguments(pid), names)),
  ];
}

/** The joint digest of the config files; null when none are named. Faults: NOT_FOUND, NO_PERMISSION, BAD_INPUT. */
export function configOf({ config_files: files = [] }: ServiceSelector): string | null {
  return configDigest(readConfigFiles(files));
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
