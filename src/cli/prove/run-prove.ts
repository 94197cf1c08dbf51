import { readPrivateKey } from '../../adapters/files/key-file.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { clockOffset, readBootId, readClock } from '../../adapters/proc/kernel-clock.ts';
import type { ClockReading } from '../../adapters/proc/kernel-clock.ts';
import { liveTraffic } from '../../adapters/proc/live-traffic.ts';
import type { Traffic } from '../../adapters/proc/live-traffic.ts';
import { checkStillTheSame } from '../../adapters/proc/process-look.ts';
import type { ProcessLook } from '../../adapters/proc/process-look.ts';
import { firstSeen, loadedBefore, nextSequence, treeQuestion } from './prover-state.ts';
import type { ProverState } from './prover-state.ts';
import type { BoundFlag, NodeReport } from '../../model/node-report.ts';
import { signReport } from '../../seal/sign.ts';
import type { Values } from '../command.ts';
import type { Io } from '../io.ts';
import { flagsInFiles } from './flags-on-host.ts';
import { observe } from './observe.ts';
import type { Observed, Tell } from './observe.ts';
import { readReceived, readSelfReport } from './own-word.ts';
import type { SelfReport } from './own-word.ts';
import { configOf, flagsOfProcess, nodeReport } from './report.ts';
import type { Ran, Surroundings } from './report.ts';
import { readRequest } from './request.ts';
import type { ProveRequest } from './request.ts';
import { openState, saveState } from './state-file.ts';

/** Makes this server's report and prints it, bare or signed. Faults: everything that finding, reading and writing throws. */
export async function prove(values: Values, positionals: readonly string[], io: Io): Promise<number> {
  const request = await readRequest(values, positionals, io);
  const tell: Tell = (sentence) => io.stderr(`haunted prove: ${sentence}\n`);
  const key = request.keyFile === null ? null : await readPrivateKey(request.keyFile);
  const own = request.selfReport === null ? null : await readSelfReport(request.selfReport, io);
  const clock = readClock(io.now);
  const opened = await openState(request.stateFolder, { ...request, bootId: readBootId() }, tell);

  const observed = request.hasFinder ? await observe(request, { state: opened.state, clock, tell }) : null;
  const around = await surroundings(request, { clock, state: opened.state, own, observed, tell });
  const reports = reportsOf(request, { own, observed, around, tell });
  for (const look of observed?.looks ?? []) checkStillTheSame(look);

  // The number is used up before anybody sees it: a report that is shown twice must not differ.
  if (opened.file !== null)
    await saveState(opened.file, stateAfter(opened.state, { around, observed, reports }), tell);
  const text = reports
    .map((report) => (key === null ? shown(report, request.format) : signReport(report, key)))
    .join('\n');
  if (request.outFile === null) io.stdout(`${text}\n`);
  else await writeFileAtomic(request.outFile, `${text}\n`);
  return 0;
}

function shown(report: NodeReport, format: ProveRequest['format']): string {
  return format === 'json' ? JSON.stringify(report) : JSON.stringify(report, null, 2);
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
  }: Found & { readonly clock: ClockReading; readonly state: ProverState },
): Promise<Surroundings> {
  const { service, saysLive } = request;
  const seenAt = new Date(clock.now).toISOString();
  const pids = observed?.looks.map((look) => look.process.pid) ?? [];
  const traffic = observed === null ? null : liveTraffic(pids, service.traffic_ports ?? null);
  return {
    request,
    clock,
    sequence: nextSequence(state, clock.uptimeMs),
    firstSeen: (sha256) => firstSeen(state, sha256, seenAt),
    configSha256: configOf(service) ?? own?.config_sha256 ?? null,
    fileFlags: [...(await flagsInFiles(service.flag_files ?? [])), ...(own?.bound_flags ?? [])],
    received: [
      ...(own?.received_flags ?? []),
      ...(request.received === null ? [] : await readReceived(request.received)),
    ],
    traffic,
    isLive: isLive(traffic, saysLive, tell),
  };
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
  const loaded = (observed?.looks ?? [])
    .filter((look) => look.method === 'tree_digest')
    .map(({ process: { pid, startTicks }, sha256 }) => ({
      tree,
      pid,
      start_ticks: startTicks,
      sha256,
      clock_offset_ms: loadedBefore(state, { pid, startTicks, tree })?.clock_offset_ms ?? offset,
    }));
  const others = state.loaded.filter(
    (each) => !loaded.some(({ pid }) => pid === each.pid && tree === each.tree),
  );
  const seen = reports.map(
    (report) => [report.binary_sha256, around.firstSeen(report.binary_sha256)] as const,
  );
  return {
    ...state,
    sequence: around.sequence,
    first_seen: { ...state.first_seen, ...Object.fromEntries(seen) },
    loaded: [...others, ...loaded],
    digests: (observed?.cache.entries() ?? state.digests).map(([identity, sha256]) => [identity, sha256]),
  };
}
