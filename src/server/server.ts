import type { AddressInfo } from 'node:net';
import { Fault } from '../fault.ts';
import { PROOFS_IN_A_LEASE } from '../gate/carry-on.ts';
import { openGate } from '../gate/open-gate.ts';
import type { OpenGate } from '../gate/open-gate.ts';
import type { GateParts } from '../gate/parts.ts';
import type { Acts } from '../gate/ports.ts';
import { isLoopback } from '../http/callers.ts';
import { drain, httpListener, listen, renewTls } from '../http/listener.ts';
import type { Tls } from '../http/listener.ts';
import type { Health } from '../model/operator-wire.ts';
import { agentApi } from './agent-api.ts';
import { agentStreams } from './agent-streams.ts';
import type { AgentStreams } from './agent-streams.ts';
import { SERVER_LIMITS } from './limits.ts';
import type { ServerLimits } from './limits.ts';
import { operatorApi } from './operator-api.ts';
import type { Members } from './ports.ts';
import { proofDesk } from './proofs.ts';
import { questions } from './questions.ts';
import type { Questions } from './questions.ts';
import { faultTold } from './respond.ts';
import { openRoll } from './roll.ts';
import type { Enrolled, Roll } from './roll.ts';
import { routeRequests } from './routes.ts';
import { tellStreams } from './tell-streams.ts';

export type ServerOptions = Omit<GateParts, 'nodes'> & {
  readonly members: Members;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls: Tls | null;
  /** The operators’ token now. */
  readonly token: () => string;
  readonly version: string;
  /** How long a lease lasts, in seconds; agents prove themselves three times in it. */
  readonly leaseS: number;
  readonly limits?: Partial<ServerLimits>;
  readonly onJoined: (enrolled: Enrolled['member']) => void;
  /** `not_kept`: attendance could not be written down, and is tried again. `not_told`: the ledger could not be read, so traffic was told nothing. */
  readonly onProblem: (what: 'not_kept' | 'not_told', error: Fault) => void;
  readonly onBug: (error: unknown) => void;
};

export type RunningServer = {
  readonly url: string;
  readonly port: number;
  /** The gate inside, which asks through the agents. */
  readonly gate: OpenGate;
  /** A new key and certificate for connections from now on. Fault BAD_INPUT. */
  readonly renew: (tls: Tls) => void;
  /** Lets calls of the gate end, ends streams, answers what is under way, writes down attendance. Closes no ledger. */
  readonly close: () => Promise<void>;
};

/**
 * The control plane: the gate and its ledger behind HTTP. Faults: BAD_USAGE for an address that others can reach without TLS, and when it
 * cannot listen; NO_PERMISSION; BAD_INPUT for a TLS key that is none; those of the ports.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, tls, members, chance, ledger } = options;
  if (!isLoopback(host) && tls === null)
    throw new Fault(
      'BAD_USAGE',
      `Other machines can reach ${host}, so it needs --tls-cert and --tls-key; or listen on 127.0.0.1.`,
    );
  const limits = { ...SERVER_LIMITS, ...options.limits };
  const { now } = chance;
  const roll = await openRoll(members);
  let isStopping = false;
  const asking: Questions = questions({ roll, streams: () => streams, challengeMs: limits.challengeMs, now });
  const proveEveryMs = Math.max(100, Math.floor((options.leaseS * 1_000) / PROOFS_IN_A_LEASE));
  const streams: AgentStreams = agentStreams({ ...limits, proveEveryMs, onOpen: asking.ask });
  const announce = tellStreams({ roll, streams, chance, challengeMs: limits.challengeMs });
  const acts: Acts = { ...options.acts, announce };
  const gate = openGate({ ...options, nodes: asking.nodes, acts });
  const operators = operatorApi({
    gate,
    ledger,
    members,
    roll,
    streams,
    limits,
    now,
    isStopping: () => isStopping,
    onBug: options.onBug,
  });
  const agents = agentApi({
    members,
    roll,
    streams,
    limits,
    now,
    questions: asking,
    takeProof: proofDesk({ gate, roll, questions: asking, now }),
    keyring: () => options.door().keyring,
    onJoined: ({ member }) => options.onJoined(member),
  });
  const route = routeRequests({
    agents,
    operators,
    health: async () => await healthOf({ ledger, roll, streams, version: options.version, isStopping }),
    token: options.token,
    isPlain: tls === null,
    onBug: options.onBug,
  });
  const server = httpListener(limits, tls, (_, detail) => faultTold('BAD_INPUT', detail));
  server.on('request', (request, response) => void route(request, response));
  const save = async (): Promise<void> => {
    try {
      await roll.save();
    } catch (error) {
      if (error instanceof Fault) options.onProblem('not_kept', error);
      else options.onBug(error);
    }
  };
  // Before anybody can prove anything: whom a process before this one told to be out has to be known by then.
  await gate.tellAgain().catch((error: unknown) => {
    if (!(error instanceof Fault)) throw error;
    options.onProblem('not_told', error);
  });
  const saving = setInterval(() => void save(), limits.saveMs);
  const bound = await listen(server, host, port).catch((error: unknown) => {
    clearInterval(saving);
    streams.close();
    throw error;
  });
  return {
    url: urlOf(host, bound, tls !== null),
    port: bound.port,
    gate,
    renew: (fresh) => renewTls(server, fresh),
    close: async () => {
      isStopping = true;
      // What is under way is waited for, but not for ever: then who has not answered counts as silent.
      const late = setTimeout(asking.close, limits.drainMs);
      // A question that the gate began by itself is one of these: its servers can answer only while this listens.
      await Promise.all([operators.idle(), atMost(gate.askNoMore(), limits.drainMs)]);
      clearTimeout(late);
      streams.close();
      await drain(server, limits.drainMs);
      // A caller that has left does not end the work for it, and whoever called may close the ledger now.
      await agents.idle();
      await atMost(gate.idle(), limits.drainMs);
      clearInterval(saving);
      await save();
    },
  };
}

/** A hook that hangs is not waited for for ever. */
async function atMost(work: Promise<void>, ms: number): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  const end = new Promise<void>((resolve) => (late = setTimeout(resolve, ms)));
  await Promise.race([work, end]);
  clearTimeout(late);
}

type Well = {
  readonly ledger: ServerOptions['ledger'];
  readonly roll: Roll;
  readonly streams: AgentStreams;
  readonly version: string;
  readonly isStopping: boolean;
};

async function healthOf({ ledger, roll, streams, version, isStopping }: Well): Promise<Health> {
  let count: number | null = null;
  let problem: string | null = isStopping ? 'it was told to stop' : null;
  try {
    ({ count } = await ledger.head());
  } catch (error) {
    // The sentence names files, and this is told to everybody.
    problem =
      error instanceof Fault ? `the ledger cannot be read (${error.code})` : 'the ledger cannot be read';
  }
  return {
    schema: 'haunted.health/v1',
    ok: problem === null,
    version,
    problem,
    ledger: { count },
    members: roll.list().length,
    connected: streams.count(),
    stopping: isStopping,
  };
}

function urlOf(host: string, { port }: AddressInfo, isTls: boolean): string {
  return `${isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
