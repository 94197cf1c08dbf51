import path from 'node:path';
import { memberCalls } from '../../adapters/control-plane/member-calls.ts';
import { fileEvents } from '../../adapters/files/file-events.ts';
import { keptTables } from '../../adapters/proc/kept-tables.ts';
import type { ProcTables } from '../../adapters/proc/proc-tables.ts';
import { watchServices } from '../../adapters/proc/watch-services.ts';
import type { ServicesWatch } from '../../adapters/proc/watch-services.ts';
import type { AgentClock, ControlPlane, Credentials } from '../../agent/ports.ts';
import { serveMember } from '../../agent/serve-member.ts';
import { Fault } from '../../fault.ts';
import { quoted } from '../../model/quoted.ts';
import { signingKey } from '../../seal/keys.ts';
import type { Values } from '../command.ts';
import type { Io } from '../io.ts';
import { optionalText } from '../options.ts';
import { stateFolder } from '../prove/state-file.ts';
import { VERSION } from '../version.ts';
import { agentClock } from './agent-clock.ts';
import { readAgentConfig } from './agent-config.ts';
import type { AgentPlan, AgentTask } from './agent-config.ts';
import { readCaFile } from './join.ts';
import { journal } from './journal.ts';
import type { Journal } from './journal.ts';
import { readMembership } from './membership-file.ts';
import { newsEntry } from './news-entry.ts';
import { observeService } from './observe-service.ts';
import { openDoors } from './open-doors.ts';

const CONFIG = '/etc/haunted/agent.yaml';
/** How often the kernel is asked about processes and files: whatever changed is looked at within a second. */
const WATCH_MS = 700;

/** Answers for the services of agent.yaml until SIGTERM or SIGINT, then ends with 0. Faults: everything that starting throws. */
export async function runAgent(values: Values, positionals: readonly string[], io: Io): Promise<number> {
  const [extra] = positionals;
  if (extra !== undefined)
    throw new Fault(
      'BAD_USAGE',
      `\`haunted agent\` has no ${quoted(extra)}: it is \`haunted agent --config FILE\`, \`haunted agent join\` or \`haunted agent ofrep\`.`,
    );
  const note = journal(io);
  const plan = await readAgentConfig(path.resolve(io.cwd, optionalText(values, 'config') ?? CONFIG));
  const state = plan.state ?? stateFolder(io.env);
  if (state === null)
    throw new Fault('BAD_USAGE', 'Where is the state of the agent? Give `state` in its config.');
  const ca = plan.caFile === null ? null : await readCaFile(plan.caFile);
  const control = memberCalls({ url: plan.server, ca });
  const watching = watchServices(WATCH_MS, fileEvents);
  const tables = keptTables();
  const around = { plan, state, control, watching, tables, clock: agentClock(io.now), note };
  const closers: (() => Promise<void>)[] = [];
  try {
    for (const task of plan.tasks) closers.push(await serveTask(task, around));
    note({
      level: 'info',
      event: 'started',
      sentence: `Answering for ${plan.tasks.length} service${plan.tasks.length === 1 ? '' : 's'} to ${plan.server}.`,
      fields: { version: VERSION, server: plan.server },
    });
    await aborted(io.signal);
    note({
      level: 'info',
      event: 'stopping',
      sentence: 'Asked to stop; the doors close, and nobody vouches any more.',
    });
  } finally {
    await Promise.all(closers.map(async (close) => await close()));
    watching.close();
    tables.close();
    control.close();
  }
  return 0;
}

type Around = {
  readonly plan: AgentPlan;
  readonly state: string;
  readonly control: ControlPlane;
  readonly watching: ServicesWatch;
  readonly tables: ProcTables;
  readonly clock: AgentClock;
  readonly note: Journal;
};

async function serveTask(
  { request, doors }: AgentTask,
  { plan, state, control, watching, tables, clock, note }: Around,
): Promise<() => Promise<void>> {
  const { cluster, hostname } = request;
  const credentials = async (): Promise<Credentials> => await credentialsOf(request, { plan, state });
  const problem = (event: string, sentence: string): void =>
    note({
      level: 'warn',
      event,
      sentence: `${hostname} of ${cluster}: ${sentence}`,
      fields: { cluster, hostname },
    });
  const served = serveMember({
    credentials: await credentials(),
    rejoined: credentials,
    observer: await observeService({
      request: { ...request, stateFolder: state },
      now: clock.now,
      tables,
      onMemory: (sentence) => problem('memory', sentence),
    }),
    watch: watching.watch,
    control,
    clock,
    onNews: (news) => note(newsEntry(news, request)),
  });
  try {
    const open = await openDoors(doors, {
      source: served.readiness,
      status: () => ({ ...served.status(), version: VERSION, server: plan.server }),
      onHookProblem: (sentence) => problem('hook_failed', sentence),
    });
    const forget = served.readiness.onChange(({ ready, reason }) =>
      note({
        level: ready ? 'info' : 'warn',
        event: ready ? 'up' : 'down',
        sentence: `${hostname} of ${cluster}: ${ready ? 'may take live traffic' : 'takes no live traffic'}: ${reason}.`,
        fields: { cluster, hostname, reason },
      }),
    );
    note({
      level: 'info',
      event: 'listening',
      sentence: `${hostname} of ${cluster}: ${shownDoors(open.addresses)}.`,
      fields: { cluster, hostname, doors: open.addresses },
    });
    return async () => {
      forget();
      await open.close();
      served.close();
    };
  } catch (error) {
    served.close();
    throw error;
  }
}

/** What this server joined with last. Faults: BAD_INPUT when that was another control plane, and everything that reading throws. */
async function credentialsOf(
  { cluster, hostname }: AgentTask['request'],
  { plan, state }: Pick<Around, 'plan' | 'state'>,
): Promise<Credentials> {
  const { server, session, key } = await readMembership(state, { cluster, hostname });
  if (server !== plan.server)
    throw new Fault(
      'BAD_INPUT',
      `${hostname} joined ${cluster} at ${server}, and the config names ${plan.server}; correct it, or join there with a new token.`,
    );
  return { member: { cluster, hostname, session }, key: signingKey(key, 'The key of the membership') };
}

function shownDoors(addresses: Readonly<Record<string, string>>): string {
  const shown = Object.entries(addresses).map(([door, address]) => `${door} on ${address}`);
  return shown.length === 0 ? 'no doors; only its proofs tell of it' : shown.join(', ');
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
