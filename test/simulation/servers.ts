import type { ProofAnswer } from '../../src/model/agent-wire.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import {
  leaseEnded,
  looked,
  NO_LEASE,
  proofAnswered,
  proofSent,
  readinessUnder,
} from '../../src/agent/held-lease.ts';
import type { HeldLease, SentProof } from '../../src/agent/held-lease.ts';
import { report, sha } from '../world/documents.ts';
import { kill, newProcess } from './scheduler.ts';
import type { Process, Scheduler } from './scheduler.ts';

/** Which binary: of the manifests A, B and C, or one that nobody knows. */
export type Version = 'A' | 'B' | 'C' | 'X';

export const BINARIES: Readonly<Record<Version, string>> = {
  A: sha('a'),
  B: sha('b'),
  C: sha('c1'),
  X: sha('e'),
};

export const EPOCH = Date.parse('2012-08-01T09:30:00Z');
/** How often an agent proves unasked, as `haunted serve` tells it: a third of a lease. */
const PROVE_EVERY_MS = 10_000;
/** How soon an agent sees a service that started anew. */
const SEEN_WITHIN_MS = 1_000;

/** What one look at a server was, for the invariants. */
export type Look = { readonly host: string; readonly at: number; readonly running: Version | null };

export type Server = {
  readonly host: string;
  disk: Version;
  /** Null while nothing runs. */
  running: Version | null;
  isCut: boolean;
  /** How far its wall clock is off, in milliseconds. */
  skewMs: number;
  boot: number;
  sequence: number;
  /** The agent, if this world has agents; a dead one answers nobody. */
  agent: Process | null;
  held: HeldLease;
  /** Since when it runs what it runs, by the monotonic clock. */
  since: number;
};

/** A report that an agent sends, and which proof of its lease it is. */
type Sent = {
  readonly report: NodeReport;
  readonly proof: SentProof;
  readonly agent: Process;
  readonly look: Look;
};

export type Fleet = {
  readonly servers: ReadonlyMap<string, Server>;
  readonly looks: Map<string, Look>;
  readonly look: (server: Server, challenge: NodeReport['challenge']) => NodeReport | null;
  readonly copy: (host: string, version: Version) => void;
  /** The service starts anew with what is on the disk. */
  readonly restart: (host: string) => void;
  readonly isReady: (server: Server) => boolean;
  readonly startAgent: (host: string) => void;
  readonly stopAgent: (host: string) => void;
  /** The agent takes a look and sends a proof of it. Null when there is nothing to prove. */
  readonly prove: (server: Server, challenge: NodeReport['challenge']) => Sent | null;
  readonly answered: (server: Server, sent: Sent, answer: ProofAnswer) => void;
  readonly leaseTaken: (server: Server, reason: string) => void;
  readonly serverOf: (host: string) => Server;
};

type Options = {
  readonly sched: Scheduler;
  readonly running: Readonly<Record<string, Version>>;
  readonly hasAgents: boolean;
  /** How a proof that nobody asked for gets to the gate. */
  readonly post: (server: Server, sent: Sent) => void;
};

/** The agent looks at its service: another binary than before ends its lease. */
function see(server: Server): void {
  const shown =
    server.running === null ? null : { binary_sha256: BINARIES[server.running], config_sha256: sha('c') };
  server.held = looked(server.held, shown, 'something else runs');
}

/** The servers and their agents. */
export function newFleet({ sched, running, hasAgents, post }: Options): Fleet {
  const { clock } = sched;
  const looks = new Map<string, Look>();
  const servers = new Map(
    Object.entries(running).map(([host, version], at): [string, Server] => [
      host,
      {
        host,
        disk: version,
        running: version,
        isCut: false,
        skewMs: 0,
        boot: 1,
        sequence: 0,
        agent: null,
        held: NO_LEASE,
        since: clock.mono - 3_600_000 + at,
      },
    ]),
  );
  const serverOf = (host: string): Server => {
    const server = servers.get(host);
    if (server === undefined) throw new Error(`there is no server ${host}`);
    return server;
  };
  const look: Fleet['look'] = (server, challenge) => {
    if (server.running === null) return null;
    server.sequence = Math.max(server.sequence + 1, clock.mono);
    const binary = BINARIES[server.running];
    looks.set(`${server.host}/${server.boot}/${server.sequence}`, {
      host: server.host,
      at: clock.mono,
      running: server.running,
    });
    return report(server.host, binary, {
      observed_at: new Date(EPOCH + clock.mono + server.skewMs).toISOString(),
      sequence: server.sequence,
      boot_id: `${server.host}-${server.boot}`,
      challenge: challenge ?? null,
      binary_on_disk_sha256: BINARIES[server.disk],
      taking_live_traffic: server.agent === null || isReady(server),
    });
  };
  const isReady = (server: Server): boolean =>
    server.agent?.isAlive === true &&
    server.running !== null &&
    readinessUnder(server.held, clock.mono).ready;
  const prove: Fleet['prove'] = (server, challenge) => {
    const { agent } = server;
    if (agent === null || !agent.isAlive) return null;
    see(server);
    const made = look(server, challenge);
    if (made === null) return null;
    const { lease, proof } = proofSent(server.held, clock.mono);
    server.held = lease;
    const seen = { host: server.host, at: clock.mono, running: server.running };
    return { report: made, proof, agent, look: seen };
  };
  const unasked = (server: Server): void => {
    const sent = prove(server, null);
    if (sent !== null) post(server, sent);
  };
  const again = (server: Server, agent: Process): void => {
    sched.later(
      agent,
      `${server.host} proves itself`,
      () => {
        unasked(server);
        again(server, agent);
      },
      { touches: server.host, afterMs: PROVE_EVERY_MS, isBackground: true },
    );
  };
  const startAgent = (host: string): void => {
    const server = serverOf(host);
    const agent = newProcess(`agent of ${host}`);
    server.agent = agent;
    server.held = NO_LEASE;
    sched.later(agent, `${host} proves itself`, () => unasked(server), { touches: host });
    again(server, agent);
  };
  const fleet: Fleet = {
    servers,
    looks,
    look,
    serverOf,
    isReady,
    startAgent,
    prove,
    stopAgent: (host) => {
      const { agent } = serverOf(host);
      if (agent !== null) kill(agent);
    },
    copy: (host, version) => {
      serverOf(host).disk = version;
    },
    restart: (host) => {
      const server = serverOf(host);
      if (server.running !== server.disk) server.since = clock.mono;
      server.running = server.disk;
      if (server.agent === null) return;
      sched.later(server.agent, `${host} sees that the service started`, () => unasked(server), {
        touches: host,
        afterMs: SEEN_WITHIN_MS,
      });
    },
    answered: (server, sent, answer) => {
      if (sent.agent.isAlive) server.held = proofAnswered(server.held, sent.proof, answer);
    },
    leaseTaken: (server, reason) => {
      if (server.agent?.isAlive === true) server.held = leaseEnded(server.held, reason);
    },
  };
  if (hasAgents) for (const host of servers.keys()) startAgent(host);
  return fleet;
}
