import { clockOffset, readBootId } from '../../adapters/proc/kernel-clock.ts';
import type { ClockReading } from '../../adapters/proc/kernel-clock.ts';
import { liveTraffic } from '../../adapters/proc/live-traffic.ts';
import type { Traffic, TrafficLook } from '../../adapters/proc/live-traffic.ts';
import { FRESH_TABLES } from '../../adapters/proc/proc-tables.ts';
import type { ProcTables } from '../../adapters/proc/proc-tables.ts';
import { checkStillTheSame } from '../../adapters/proc/process-look.ts';
import type { ProcessLook } from '../../adapters/proc/process-look.ts';
import type { BoundFlag, NodeReport } from '../../model/node-report.ts';
import { flagsInFiles } from './flags-on-host.ts';
import { readGuardReports } from './guard-reports.ts';
import { observe } from './observe.ts';
import type { Observed, Tell } from './observe.ts';
import { readHolds, readReceived } from './own-word.ts';
import type { SelfReport } from '../../model/self-report.ts';
import { firstSeen, loadedAfter, nextSequence, treeQuestion } from './prover-state.ts';
import type { ProverState } from '../../model/prover-memory.ts';
import { configOf, flagsOfProcess, nodeReport } from './report.ts';
import type { Ran, Surroundings } from './report.ts';
import type { ProveRequest } from './request.ts';

/** What one look at this server found. */
export type ServerLook = {
  readonly reports: readonly NodeReport[];
  /** What the processes run; null when nobody was to look at any. */
  readonly observed: Observed | null;
  /** What is to be remembered of it. */
  readonly after: ProverState;
};

type Looking = {
  readonly state: ProverState;
  readonly clock: ClockReading;
  /** The service's own word for its binary, where that is asked for. */
  readonly own: SelfReport | null;
  readonly tell: Tell;
  /** How the whole machine is asked, and the sockets of the service; each time anew by default. */
  readonly tables?: ProcTables;
  readonly trafficOf?: TrafficLook;
};

/** One look at the service of a request: what runs, its config, its switches, its traffic. Faults: everything that finding and reading throws. */
export async function lookAtServer(
  request: ProveRequest,
  { state, clock, own, tell, tables = FRESH_TABLES, trafficOf = liveTraffic }: Looking,
): Promise<ServerLook> {
  const observed = request.hasFinder ? await observe(request, { state, clock, tell, tables }) : null;
  const around = await surroundings(request, { clock, state, own, observed, tell, trafficOf });
  const reports = reportsOf(request, { own, observed, around, tell });
  for (const look of observed?.looks ?? []) checkStillTheSame(look);
  return { reports, observed, after: stateAfter(state, { around, observed, reports }) };
}

type Found = {
  readonly own: SelfReport | null;
  readonly observed: Observed | null;
  readonly tell: Tell;
};

async function surroundings(
  request: ProveRequest,
  {
    clock,
    state,
    own,
    observed,
    tell,
    trafficOf,
  }: Found & {
    readonly clock: ClockReading;
    readonly state: ProverState;
    readonly trafficOf: TrafficLook;
  },
): Promise<Surroundings> {
  const { service, saysLive } = request;
  const seenAt = new Date(clock.now).toISOString();
  const pids = observed?.looks.map((look) => look.process.pid) ?? [];
  const traffic = observed === null ? null : trafficOf(pids, service.traffic_ports ?? null);
  const guards = await readGuardReports(request.guardReports, {
    cluster: request.cluster,
    processes: own === null ? (observed?.looks ?? []) : [],
    ownSha256: own?.binary_sha256 ?? null,
    bootId: readBootId(),
    now: clock.now,
    tell,
  });
  return {
    request,
    clock,
    sequence: nextSequence(state, clock.uptimeMs),
    firstSeen: (sha256) => firstSeen(state, sha256, seenAt),
    ...configsOf(configOf(service), own?.config_sha256 ?? null),
    holds: [...(own?.holds ?? []), ...(request.holds === null ? [] : await readHolds(request.holds))],
    fileFlags: [
      ...(await flagsInFiles(service.flag_files ?? [])),
      ...(own?.bound_flags ?? []),
      ...guards.bound,
    ],
    received: [
      ...(own?.received_flags ?? []),
      ...guards.received,
      ...(request.received === null ? [] : await readReceived(request.received)),
    ],
    traffic,
    isLive: isLive(traffic, saysLive, tell),
  };
}

/** Files say what a restart would load. The service’s own word says what it uses, and where there are both they are told apart. */
function configsOf(
  onDisk: string | null,
  inUse: string | null,
): Pick<Surroundings, 'configSha256' | 'configOnDiskSha256'> {
  return { configSha256: inUse ?? onDisk, configOnDiskSha256: inUse === null ? null : onDisk };
}

/** What nobody could look at counts as taking live traffic: more is asked of such a server, never less. */
function isLive(traffic: Traffic | null, saysLive: boolean | null, tell: Tell): boolean {
  const kernelSays = traffic?.isLive ?? true;
  if (saysLive !== null) {
    if (saysLive !== kernelSays)
      tell(
        `taking live traffic: ${saysLive ? 'yes' : 'no'}, because you said so; the kernel’s tables say otherwise.`,
      );
    return saysLive;
  }
  tell(
    `taking live traffic: ${kernelSays ? 'yes' : 'no'}, ${traffic?.reason ?? 'nobody looked at its sockets'}.`,
  );
  return kernelSays;
}

function reportsOf(
  request: ProveRequest,
  { own, observed, around, tell }: Found & { readonly around: Surroundings },
): NodeReport[] {
  const flagsOf = ({ process }: ProcessLook): BoundFlag[] => flagsOfProcess(process.pid, request.service);
  const looks = observed?.looks ?? [];
  for (const look of looks) tellOfDisk(look, tell);
  if (own !== null) return [nodeReport(ranBySelfReport(own, observed), looks.flatMap(flagsOf), around)];
  if (request.perProcess) return looks.map((look) => nodeReport(look, flagsOf(look), around));
  // All run the same; the one whose file was replaced says more than the others.
  const told = looks.find((look) => look.onDiskSha256 !== look.sha256) ?? looks[0];
  return told === undefined ? [] : [nodeReport(told, looks.flatMap(flagsOf), around)];
}

function ranBySelfReport(own: SelfReport, observed: Observed | null): Ran {
  return {
    method: 'self_report',
    sha256: own.binary_sha256,
    onDiskSha256: null,
    shownPath: own.binary_path ?? null,
    touchedAt: null,
    process: observed?.looks[0]?.process ?? null,
  };
}

function tellOfDisk({ process, sha256, onDiskSha256, shownPath }: ProcessLook, tell: Tell): void {
  if (onDiskSha256 === sha256) return;
  const disk = onDiskSha256 === null ? 'is gone from disk' : `is ${onDiskSha256.slice(0, 12)}… on disk`;
  tell(`process ${process.pid} runs ${sha256.slice(0, 12)}…, but ${shownPath} ${disk}.`);
}

function stateAfter(
  state: ProverState,
  {
    around,
    observed,
    reports,
  }: {
    readonly around: Surroundings;
    readonly observed: Observed | null;
    readonly reports: readonly NodeReport[];
  },
): ProverState {
  const offset = clockOffset(around.clock);
  const { service, treeSkip } = around.request;
  const tree = treeQuestion(service.tree ?? '', treeSkip);
  const seen = reports.map(
    (report) => [report.binary_sha256, around.firstSeen(report.binary_sha256)] as const,
  );
  return {
    ...state,
    sequence: around.sequence,
    first_seen: { ...state.first_seen, ...Object.fromEntries(seen) },
    loaded: loadedAfter(state, observed?.looks ?? [], { tree, offset }),
    digests: (observed?.cache.entries() ?? state.digests).map(([identity, sha256]) => [identity, sha256]),
  };
}
