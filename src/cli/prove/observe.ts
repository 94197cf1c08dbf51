import { digestCache } from '../../adapters/proc/digest-cache.ts';
import type { DigestCache } from '../../adapters/proc/digest-cache.ts';
import { findService } from '../../adapters/proc/find-service.ts';
import type { Service } from '../../adapters/proc/find-service.ts';
import type { ClockReading } from '../../adapters/proc/kernel-clock.ts';
import { FRESH_TABLES } from '../../adapters/proc/proc-tables.ts';
import type { ProcTables } from '../../adapters/proc/proc-tables.ts';
import { shownName } from '../../adapters/proc/kernel-path.ts';
import { lookAtProcess, runningBinaries } from '../../adapters/proc/process-look.ts';
import type { ProcessLook } from '../../adapters/proc/process-look.ts';
import { loadedBefore, treeQuestion } from './prover-state.ts';
import type { ProverState } from '../../model/prover-memory.ts';
import type { RunningBinary } from '../../adapters/proc/running-binary.ts';
import { Fault } from '../../fault.ts';
import type { ProveRequest } from './request.ts';

export type Tell = (sentence: string) => void;
export type Observed = {
  readonly looks: readonly ProcessLook[];
  readonly service: Service;
  readonly cache: DigestCache;
};

/**
 * What do the processes of the service run? Every one of them is looked at, but for helpers the operator named. Faults:
 * NO_PROCESS, NO_PERMISSION, and AMBIGUOUS when they differ and one report was asked for: no single report could say it, and
 * one that shows a clean process would hide a haunted one.
 */
export async function observe(
  request: ProveRequest,
  {
    state,
    clock,
    tell,
    tables = FRESH_TABLES,
  }: {
    readonly state: ProverState;
    readonly clock: ClockReading;
    readonly tell: Tell;
    readonly tables?: ProcTables;
  },
): Promise<Observed> {
  const { service: selector, comparePath, treeSkip } = request;
  const cache = digestCache(request.rehash ? [] : state.digests);
  const service = await findService(selector, { now: clock.now, tables });
  const binaries = withoutHelpers(
    runningBinaries(service.processes, cache, clock.now),
    request.ignoredExecutables,
    tell,
  );
  if (binaries.length === 0)
    throw new Fault(
      'NO_PROCESS',
      `Every process found by ${service.wanted} has ended or is a helper named with --ignore-exe; is the service up?`,
      {
        wanted: service.wanted,
      },
    );
  if (!request.perProcess) checkAgreement(binaries.map(executableOf), service.wanted);
  const looks = binaries.map((binary) =>
    lookAtProcess(binary, {
      cache,
      clock,
      comparePath,
      tree: selector.tree === undefined ? null : { folder: selector.tree, skipped: treeSkip },
      rememberedOf: ({ pid, startTicks }) =>
        loadedBefore(state, { pid, startTicks, tree: treeQuestion(selector.tree ?? '', treeSkip) }),
    }),
  );
  if (!request.perProcess) checkAgreement(looks, service.wanted);
  return { looks, service, cache };
}

function withoutHelpers(
  binaries: readonly RunningBinary[],
  ignored: readonly string[],
  tell: Tell,
): RunningBinary[] {
  return binaries.filter(({ link, process }) => {
    if (!ignored.includes(shownName(link))) return true;
    tell(`process ${process.pid} runs ${shownName(link)} and is left out, as --ignore-exe says.`);
    return false;
  });
}

type Ran = {
  readonly process: { readonly pid: number };
  readonly sha256: string;
  readonly shownPath: string;
};

function executableOf({ process, sha256, link }: RunningBinary): Ran {
  return { process, sha256, shownPath: shownName(link) };
}

function checkAgreement(ran: readonly Ran[], wanted: string): void {
  const byDigest = Map.groupBy(ran, ({ sha256 }) => sha256);
  if (byDigest.size < 2) return;
  const groups = [...byDigest].map(([sha256, some]) => {
    const pids = some
      .slice(0, 5)
      .map(({ process }) => process.pid)
      .join(', ');
    return `${sha256.slice(0, 12)}… (${some[0]?.shownPath ?? ''}) in process ${pids}${some.length > 5 ? ` and ${some.length - 5} more` : ''}`;
  });
  throw new Fault(
    'AMBIGUOUS',
    `The processes found by ${wanted} do not run one binary: ${groups.join('; ')}. Restart the service; or name helper programs with --ignore-exe PATH; or ask for one report each with --all, which no gate takes for clean.`,
    { wanted, digests: [...byDigest.keys()] },
  );
}
