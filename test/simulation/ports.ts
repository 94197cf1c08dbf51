import { Fault } from '../../src/fault.ts';
import type { Acts, Answer, Chance, Nodes } from '../../src/gate/ports.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import type { Door } from '../../src/seal/open.ts';
import { openProof } from '../../src/seal/open.ts';
import type { Process, Scheduler } from './scheduler.ts';
import type { Fleet, Server } from './servers.ts';

/** How long a server that was asked may take, in milliseconds. */
const ANSWER_WITHIN_MS = 5_000;

type Written = { readonly by: Process; readonly sched: Scheduler; readonly whenWritten: () => Promise<void> };

/**
 * The ledger as one process reaches it. Reading, writing and being told of it are steps: what was written stays whatever becomes of
 * the process, and a disk may fail before an entry is written and after.
 */
export function steppedLedger(inner: Ledger, { by, sched, whenWritten }: Written): Ledger {
  return {
    id: inner.id,
    append: async (facts, options) => {
      const before = await sched.waitFor(by, `append ${kindsOf(facts)}`, { canFail: true });
      if (before === 'fails') throw new Fault('CANNOT_WRITE', 'The disk is full; nothing was written.');
      const head = await sched.whole(async () => {
        const after = await inner.append(facts, options);
        await whenWritten();
        return after;
      });
      const after = await sched.waitFor(by, 'append is acknowledged', { canFail: true });
      if (after === 'fails') throw new Fault('CANNOT_WRITE', 'The disk failed; nobody knows what it holds.');
      return head;
    },
    head: inner.head,
    async *read(from) {
      await sched.waitFor(by, `read from ${from}`);
      yield* inner.read(from);
    },
    close: inner.close,
  };
}

function kindsOf(facts: Parameters<Ledger['append']>[0]): string {
  return facts.map(({ kind }) => kind).join(' ');
}

type Asking = {
  readonly by: Process;
  readonly sched: Scheduler;
  readonly fleet: Fleet;
  /** Tells the invariants when an event began to be asked about. */
  readonly asking: (event_id: string) => void;
};

/** Servers asked one by one over a connection of its own each, such as ssh: what comes too late is lost with the connection. */
export function connectedNodes({ by, sched, fleet, asking }: Asking): Nodes {
  const askOne = async (
    host: string,
    challenge: NonNullable<NodeReport['challenge']>,
    door: Door,
  ): Promise<Answer> => {
    const server = fleet.serverOf(host);
    const asked = await sched.waitFor(by, `asks ${host}`, { touches: host, canFail: true });
    const given = asked === 'fails' || server.isCut ? null : fleet.look(server, challenge);
    const more = { touches: host, canFail: true, ...(given === null ? { afterMs: ANSWER_WITHIN_MS } : {}) };
    const heard = await sched.waitFor(by, `hears from ${host}`, more);
    if (given === null || heard === 'fails' || server.isCut) return silence(host);
    return answerWith(host, given, door);
  };
  return {
    ask: async ({ hostnames, event_id, nonce }, door, onAnswer) => {
      asking(`${event_id}/${nonce}`);
      return await Promise.all(
        hostnames.map(async (host) => {
          const answer = await askOne(host, { event_id, nonce }, door);
          onAnswer?.(answer);
          return answer;
        }),
      );
    },
  };
}

/** Questions that agents have not answered yet, by event, nonce and host. */
export type Pending = Map<string, (answer: Answer) => void>;

export function pendingKey(host: string, { event_id, nonce }: NonNullable<NodeReport['challenge']>): string {
  return `${event_id}/${nonce}/${host}`;
}

type AskingAgents = Asking & {
  readonly pending: Pending;
  readonly challenged: (server: Server, challenge: NonNullable<NodeReport['challenge']>) => void;
};

/** Servers asked through their agents: question and answer travel on their own, late, twice or never. */
export function agentNodes({ by, sched, fleet, asking, pending, challenged }: AskingAgents): Nodes {
  const askOne = async (
    host: string,
    challenge: NonNullable<NodeReport['challenge']>,
    onAnswer: ((answer: Answer) => void) | undefined,
  ): Promise<Answer> =>
    await new Promise((resolve) => {
      const key = pendingKey(host, challenge);
      const done = (answer: Answer): void => {
        callOff();
        pending.delete(key);
        onAnswer?.(answer);
        resolve(answer);
      };
      const callOff = sched.later(by, `${host} did not answer in time`, () => done(silence(host)), {
        touches: host,
        afterMs: ANSWER_WITHIN_MS,
      });
      pending.set(key, done);
      challenged(fleet.serverOf(host), challenge);
    });
  return {
    ask: async ({ hostnames, event_id, nonce }, _door, onAnswer) => {
      asking(`${event_id}/${nonce}`);
      return await Promise.all(
        hostnames.map(async (host) => await askOne(host, { event_id, nonce }, onAnswer)),
      );
    },
  };
}

function silence(hostname: string): Answer {
  const unreachable = { hostname, detail: 'no answer until the deadline' };
  return { hostname, opened: { kind: 'unreachable', unreachable }, document: null };
}

export function answerWith(hostname: string, given: NodeReport, door: Door): Answer {
  return { hostname, opened: openProof(given, hostname, door), document: JSON.stringify(given) };
}

type Acting = {
  readonly by: Process;
  readonly sched: Scheduler;
  readonly ordered: (order: Parameters<Acts['order']>[0]) => void;
  readonly announced: (order: Parameters<Acts['order']>[0]) => void;
  readonly paged: (page: Parameters<Acts['page']>[0]) => void;
};

/** Traffic and pagers: what they are told may fail. */
export function steppedActs({ by, sched, ordered, announced, paged }: Acting): Acts {
  return {
    announce: (order) => {
      if (by.isAlive) announced(order);
    },
    order: async (order) => {
      if ((await sched.waitFor(by, 'orders traffic', { canFail: true })) === 'fails')
        return 'Traffic was not told: the program ended with 1.';
      ordered(order);
      return null;
    },
    page: async (page) => {
      if ((await sched.waitFor(by, 'pages', { canFail: true })) === 'fails')
        return 'Nobody was paged: the program ended with 1.';
      paged(page);
      return null;
    },
  };
}

/** Time and names of one gate; counted, so that a run can be repeated. */
export function countedChance(now: () => number, gate: string): Chance {
  let names = 0;
  return {
    now,
    name: (kind) => `${kind}-${gate}-${(names += 1)}`,
    nonce: () => `${gate}-${(names += 1)}.`.padEnd(32, '0'),
  };
}
