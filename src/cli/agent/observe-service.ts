import { statSync } from 'node:fs';
import { readBootId, readClock } from '../../adapters/proc/kernel-clock.ts';
import { rootOf, withoutMark } from '../../adapters/proc/kernel-path.ts';
import { rememberedTraffic } from '../../adapters/proc/live-traffic.ts';
import type { ProcTables } from '../../adapters/proc/proc-tables.ts';
import type { Joiners, Look, Observer, SeenProcess, Trail } from '../../agent/ports.ts';
import { Fault } from '../../fault.ts';
import type { Observed } from '../prove/observe.ts';
import type { ProverState } from '../../model/prover-memory.ts';
import type { ProveRequest } from '../prove/request.ts';
import { lookAtServer } from '../prove/server-look.ts';
import type { ServerLook } from '../prove/server-look.ts';
import { openState, saveState } from '../prove/state-file.ts';

export type ObserverParts = {
  readonly request: ProveRequest;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Shared by all services. */
  readonly tables: ProcTables;
  /** Told of what the prover's memory lacks, in one sentence. */
  readonly onMemory: (sentence: string) => void;
};

/** Looks at one service as `haunted prove` does, with a memory that is kept as it keeps it. */
export async function observeService({ request, now, tables, onMemory }: ObserverParts): Promise<Observer> {
  const opened = await openState(request.stateFolder, { ...request, bootId: readBootId() }, onMemory);
  const trafficOf = rememberedTraffic(tables.sockets);
  let state = opened.state;
  let kept = memoryMark(state);
  const remember = async ({ after }: ServerLook): Promise<void> => {
    state = after;
    // Numbers go up with the uptime by themselves, so a disk is written to only for what cannot be found out again.
    if (opened.file === null || memoryMark(after) === kept) return;
    kept = memoryMark(after);
    await saveState(opened.file, after, onMemory);
  };
  return {
    look: async (challenge): Promise<Look> => {
      try {
        const looking = { state, clock: readClock(now), own: null, tell: () => {}, tables, trafficOf };
        const look = await lookAtServer({ ...request, challenge }, looking);
        await remember(look);
        const [report] = look.reports;
        if (report === undefined || look.observed === null)
          throw new Fault('NO_PROCESS', 'No process of the service was found.');
        return { ok: true, report, trail: trailOf(request, look.observed, report.binary_path ?? null) };
      } catch (error) {
        // Whatever the reason: nobody can tell what runs, and a bug of ours must not end the proofs of other services.
        const isKnown = error instanceof Fault;
        return {
          ok: false,
          code: isKnown ? error.code : 'BUG',
          problem: isKnown ? error.message : `haunted has a bug here: ${String(error).slice(0, 400)}`,
          trail: trailOf(request, null, null, isKnown && error.code === 'NO_PROCESS'),
        };
      }
    },
  };
}

/** Another text when there is something new to remember, the number of the report apart. */
function memoryMark({ first_seen, loaded, digests }: ProverState): string {
  return JSON.stringify([Object.keys(first_seen), loaded, digests.length]);
}

function trailOf(
  request: ProveRequest,
  observed: Observed | null,
  binaryPath: string | null,
  anybody = false,
): Trail {
  const { service } = request;
  const files = [
    ...(service.pid_file === undefined ? [] : [service.pid_file]),
    ...(service.config_files ?? []),
    ...(service.flag_files ?? []),
    ...(request.comparePath === null ? [] : [request.comparePath]),
  ];
  const looks = observed?.looks ?? [];
  return {
    processes: observed === null ? [] : seenOf(observed),
    joiners: joinersOf(service, observed, anybody),
    files: [...files, ...looks.slice(0, 1).flatMap(({ process }) => pathFromHere(process.pid, binaryPath))],
    trees:
      service.tree === undefined
        ? []
        : looks.slice(0, 1).flatMap(({ process }) => pathFromHere(process.pid, service.tree ?? null)),
  };
}

/** Helpers that are left out of the proof are watched too, so that they are not taken for somebody new. */
function seenOf({ looks, service }: Observed): SeenProcess[] {
  const looked = new Map(looks.map(({ executable }) => [executable.process.pid, executable.stat]));
  return service.processes.flatMap(({ pid }) => {
    const stat = looked.get(pid) ?? statSync(`/proc/${pid}/exe`, { throwIfNoEntry: false });
    return stat === undefined ? [] : [{ pid, dev: Number(stat.dev), ino: Number(stat.ino) }];
  });
}

function joinersOf(service: ProveRequest['service'], observed: Observed | null, anybody: boolean): Joiners {
  const isFamily = [service.pid_file, service.port, service.command].some((given) => given !== undefined);
  const group = observed?.service.group ?? null;
  return {
    anybody,
    children: isFamily,
    groups: group === null ? [] : [group],
    command: service.command ?? null,
  };
}

/** A path of the service's own files, as this process can open it. */
function pathFromHere(pid: number, file: string | null): string[] {
  if (file === null) return [];
  try {
    return [rootOf(pid) + (withoutMark(file) ?? file)];
  } catch {
    // The process ended a moment ago; the look after this one says so.
    return [];
  }
}
