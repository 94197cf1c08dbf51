import { performance } from 'node:perf_hooks';
import { readBootId, clockOffset, readClock } from '../../adapters/proc/kernel-clock.ts';
import { checkStillTheSame } from '../../adapters/proc/process-look.ts';
import type { ProcessLook } from '../../adapters/proc/process-look.ts';
import { listeners } from '../../agent/ofrep/listeners.ts';
import type { RunningBinary, RunningLook } from '../../agent/ofrep/running-binary.ts';
import { Fault } from '../../fault.ts';
import { observe } from '../prove/observe.ts';
import type { Observed } from '../prove/observe.ts';
import { loadedAfter, treeQuestion } from '../prove/prover-state.ts';
import type { ProverState } from '../../model/prover-memory.ts';
import type { ProveRequest } from '../prove/request.ts';

export type ServiceOptions = {
  readonly request: ProveRequest;
  /** What the prover remembers of this node. */
  readonly state: ProverState;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How often everything is looked at, in milliseconds: processes that joined, files on disk, release trees. */
  readonly everyMs: number;
  /** How old a look at the known processes may be, in milliseconds. */
  readonly freshMs: number;
};

/** A service that is down may be asked about often, and each whole look costs some milliseconds. */
const DOWN_MS = 100;

export type RunningService = RunningBinary & {
  /** The next look is a whole one. */
  readonly refresh: () => void;
  readonly close: () => void;
};

type Seen = { readonly look: RunningLook; readonly processes: readonly ProcessLook[]; readonly at: number };

/**
 * What the service runs, as `haunted prove` sees it, at any moment. The whole look (who belongs to the service, what each has mapped) is taken
 * every `everyMs`; between two of them each answer asks the kernel whether the same processes still run the same files, which costs
 * some 20 microseconds a process. Once one does not, the whole look is taken before anything is answered.
 */
export function runningService(options: ServiceOptions): RunningService {
  const changed = listeners();
  const bootId = readBootId();
  let state = options.state;
  let seen: Seen | null = null;
  let checkedAt = 0;
  let looking: Promise<Seen> | null = null;

  const lookAtAll = async (): Promise<Seen> => {
    const at = performance.now();
    const before = seen;
    try {
      const clock = readClock(options.now);
      const observed = await observe(options.request, { state, clock, tell: () => {} });
      for (const process of observed.looks) checkStillTheSame(process);
      state = remembered(state, observed, { request: options.request, offset: clockOffset(clock) });
      seen = { look: lookOf(observed, bootId), processes: observed.looks, at };
    } catch (error) {
      // Whatever the reason, it is a node whose binary nobody can name: that is an answer here, and a Fault says it best.
      const look: RunningLook =
        error instanceof Fault
          ? { ok: false, code: error.code, detail: error.message }
          : { ok: false, code: 'BUG', detail: `haunted has a bug here (${String(error)})` };
      seen = { look, processes: [], at };
    }
    checkedAt = performance.now();
    if (before !== null && keyOf(before.look) !== keyOf(seen.look)) changed.tell();
    return seen;
  };

  const wholeLook = (): Promise<Seen> => {
    looking ??= lookAtAll().finally(() => {
      looking = null;
    });
    return looking;
  };

  const look = async (): Promise<RunningLook> => {
    const now = performance.now();
    if (seen === null || now - seen.at >= options.everyMs) return (await wholeLook()).look;
    if (now - checkedAt < (seen.look.ok ? options.freshMs : DOWN_MS)) return seen.look;
    if (!seen.look.ok || !seen.processes.every(isStillTheSame)) return (await wholeLook()).look;
    checkedAt = now;
    return seen.look;
  };

  // Those who wait for an event ask nobody.
  const timer = setInterval(() => void look(), options.everyMs);
  timer.unref();
  return {
    look,
    onChange: changed.add,
    refresh: () => {
      if (seen !== null) seen = { ...seen, at: Number.NEGATIVE_INFINITY };
    },
    close: () => clearInterval(timer),
  };
}

function isStillTheSame(process: ProcessLook): boolean {
  try {
    checkStillTheSame(process);
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

/** All run the same, or there would have been a Fault; one whose file was replaced says more than the others. */
function lookOf({ looks }: Observed, bootId: string): RunningLook {
  const told = looks.find((each) => each.onDiskSha256 !== each.sha256) ?? looks[0];
  if (told === undefined)
    return { ok: false, code: 'NO_PROCESS', detail: 'no process of the service was found' };
  const { pid, startTicks } = told.process;
  const { sha256, onDiskSha256, method } = told;
  return { ok: true, sha256, onDiskSha256, method, process: { pid, startTicks, bootId } };
}

function keyOf(look: RunningLook): string {
  return look.ok ? `${look.sha256} ${look.onDiskSha256}` : look.code;
}

/** Digests of files, and what interpreted processes had loaded: a tree that changes under a process is told from what it runs. */
function remembered(
  state: ProverState,
  { looks, cache }: Observed,
  { request, offset }: { readonly request: ProveRequest; readonly offset: number },
): ProverState {
  const tree = treeQuestion(request.service.tree ?? '', request.treeSkip);
  return {
    ...state,
    loaded: loadedAfter(state, looks, { tree, offset }),
    digests: cache.entries().map(([identity, sha256]) => [identity, sha256]),
  };
}
