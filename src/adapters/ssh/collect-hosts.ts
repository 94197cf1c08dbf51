import { Fault } from '../../fault.ts';
import type { CollectFailure, Collected } from '../../model/collected.ts';
import { askHost, type AskContext, type HostAnswer } from './ask-host.ts';
import { socketPath } from './control-folder.ts';
import type { HostFacts } from './host-facts.ts';
import { hostReport, type HostReaders, type ReportRequest } from './host-report.ts';
import type { HostTarget } from './host-target.ts';
import { closeMaster } from './open-master.ts';

export type CollectRequest = AskContext & {
  readonly report: Omit<ReportRequest, 'hostname'>;
  readonly readers: HostReaders;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told after each host, in the order they answer. */
  readonly onAnswer: (target: HostTarget, answer: { readonly ok: boolean; readonly detail: string }) => void;
};

export type CollectLine = Collected | CollectFailure;

type Asked = {
  readonly at: string;
  readonly line: CollectLine;
  /** What names the service's first process for ever: boot, numbering, pid and start. Null when it is not known. */
  readonly identity: string | null;
  readonly pid: number;
};

/**
 * One line for every target, in their order: what it runs, or why it did not say. At most `settings.parallel` are asked at once,
 * and a dead one holds up nobody but itself. Faults: INTERRUPTED when the run is aborted, after every ssh has ended and every connection
 * of this run is closed; UNSUPPORTED when there is no ssh on this machine.
 */
export async function collectHosts(
  targets: readonly HostTarget[],
  request: CollectRequest,
): Promise<CollectLine[]> {
  const asked = new Map<HostTarget, Asked>();
  const queue = targets.values();
  const worker = async (): Promise<void> => {
    for (const target of queue) {
      if (request.signal.aborted) return;
      const answer = await askHost(target, request);
      const at = new Date(request.now()).toISOString();
      const result = lineOf(target, answer, { request, at });
      asked.set(target, result);
      const { line } = result;
      request.onAnswer(
        target,
        'report' in line ? { ok: true, detail: '' } : { ok: false, detail: line.detail },
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(request.settings.parallel, targets.length) }, worker));
  if (request.signal.aborted) {
    await Promise.all(
      targets.map(
        async (target) => await closeMaster(socketPath(request.control_folder, target, request.settings)),
      ),
    );
    throw new Fault('INTERRUPTED', 'The collection was interrupted; nothing was written.');
  }
  return withoutTwins(targets.flatMap((target) => asked.get(target) ?? []));
}

function lineOf(
  target: HostTarget,
  answer: HostAnswer,
  { request, at }: { readonly request: CollectRequest; readonly at: string },
): Asked {
  const failed = (detail: string): Asked => ({
    at,
    identity: null,
    pid: 0,
    line: failure(target.name, at, detail),
  });
  if (!answer.ok) return failed(answer.detail);
  try {
    const report = hostReport(answer.facts, { ...request.report, hostname: target.name }, request.readers);
    return {
      at,
      ...identityOf(answer.facts),
      line: {
        schema: 'haunted.collected/v1',
        via: 'ssh',
        inventory_name: target.name,
        collected_at: at,
        report,
      },
    };
  } catch (error) {
    if (error instanceof Fault) return failed(error.message.replace(/\.$/, ''));
    // A mistake of ours in reading one answer must not hide all the others; it is named, and the exit code is not 0.
    return failed(`its answer could not be read, which is a bug in haunted (${String(error)})`);
  }
}

/**
 * Two names that lead to one process are one server asked twice, and so some server was not asked at all: the eighth one. Nobody can
 * tell from here which name is wrong, so none of them counts.
 */
function withoutTwins(asked: readonly Asked[]): CollectLine[] {
  const byIdentity = Map.groupBy(asked, ({ identity }) => identity);
  return asked.map((each) => {
    const twins = each.identity === null ? [] : (byIdentity.get(each.identity) ?? []);
    if (twins.length < 2) return each.line;
    const others = twins.filter((other) => other !== each).map(({ line }) => nameOf(line));
    return failure(
      nameOf(each.line),
      each.at,
      `it answers with the same process ${each.pid} as ${others.slice(0, 5).join(', ')}${others.length > 5 ? ` and ${others.length - 5} more` : ''}: these names lead to one machine, so some server was not asked; mend the inventory`,
    );
  });
}

function identityOf({ bootId, pidSpace, processes: [first] }: HostFacts): Pick<Asked, 'identity' | 'pid'> {
  if (bootId === null || first === undefined) return { identity: null, pid: 0 };
  return { identity: `${bootId} ${pidSpace} ${first.pid} ${first.startTicks}`, pid: first.pid };
}

function nameOf(line: CollectLine): string {
  return 'report' in line ? line.inventory_name : line.hostname;
}

function failure(hostname: string, at: string, detail: string): CollectFailure {
  return {
    schema: 'haunted.collect-failure/v1',
    via: 'ssh',
    hostname,
    attempted_at: at,
    detail: detail.slice(0, 2_000),
  };
}
