import { Fault } from '../../src/fault.ts';
import type { Gate, Wish } from '../../src/gate/gate.ts';
import { openGate } from '../../src/gate/open-gate.ts';
import type { OpenGate } from '../../src/gate/open-gate.ts';
import type { GateParts } from '../../src/gate/parts.ts';
import type { Page, TrafficOrder, TrafficPolicy } from '../../src/gate/ports.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { memoryLedger } from '../../src/ledger/memory.ts';
import { DEFAULT_POLICY } from '../../src/model/policy.ts';
import type { Door } from '../../src/seal/open.ts';
import { agentNodes, answerWith, connectedNodes, countedChance, pendingKey } from './ports.ts';
import { steppedActs, steppedLedger } from './ports.ts';
import type { Pending } from './ports.ts';
import { newProcess, newScheduler } from './scheduler.ts';
import type { Process, Scheduler } from './scheduler.ts';
import { EPOCH, newFleet } from './servers.ts';
import type { Fleet, Server, Version } from './servers.ts';
import { KEYRING } from './setups.ts';
import type { Witness } from './witness.ts';
import { newWitness } from './witness.ts';

/** A gate in a process of its own; when that dies, another one is opened over the same ledger. */
type GateProcess = { readonly process: Process; readonly gate: OpenGate; readonly pending: Pending };

/** A part of the gate that is wrong on purpose, to see that the invariants notice. */
export type Sabotage = {
  readonly parts?: (parts: GateParts) => GateParts;
  readonly ledger?: (ledger: Ledger) => Ledger;
  readonly gate?: (gate: OpenGate, parts: GateParts) => OpenGate;
  readonly agent?: (fleet: Fleet) => Fleet;
};

export type Settings = {
  /** The history before, as lines of a ledger, and when this world goes on, by the monotonic clock. */
  readonly lines: readonly string[];
  readonly startMs: number;
  readonly running: Readonly<Record<string, Version>>;
  /** `served`: one gate for all, behind requests, with agents. `here`: each button opens a gate of its own and asks the servers itself. */
  readonly mode: 'served' | 'here';
  readonly traffic?: Partial<TrafficPolicy>;
  readonly sabotage?: Sabotage;
};

export type World = {
  readonly sched: Scheduler;
  readonly fleet: Fleet;
  readonly witness: Witness;
  readonly ledger: Ledger;
  readonly settings: Settings;
  readonly traffic: TrafficPolicy;
  readonly pages: Page[];
  /** What the load balancer was told last of each server. */
  readonly balancer: Map<string, 'up' | 'down'>;
  /** The wall clock of gates, in milliseconds since the epoch. */
  readonly gateClock: { skewMs: number };
  readonly gateNow: () => number;
  /** What that clock says now by each setting it has had: what was judged before it jumped is written after it. */
  readonly gateNows: () => readonly number[];
  readonly startGate: (name?: string) => GateProcess;
  /** The gate that all use, in a served world. */
  readonly served: () => GateProcess;
  /** The gate as somebody far away uses it: a lost connection is a fault. */
  readonly behind: (caller: Process) => Gate;
};

export function newWorld(settings: Settings): World {
  const sched = newScheduler(settings.startMs);
  const { sabotage = {}, lines } = settings;
  const inner = (sabotage.ledger ?? ((same) => same))(memoryLedger('simulation', lines));
  const traffic: TrafficPolicy = { lease_s: 30, takes_out: 'unproven', floor: 0, ...settings.traffic };
  const net = newProcess('network');
  const skews = [0];
  const gateClock = {
    get skewMs(): number {
      return skews.at(-1) ?? 0;
    },
    set skewMs(skewMs: number) {
      skews.push(skewMs);
    },
  };
  const gateNow = (): number => EPOCH + sched.clock.mono + gateClock.skewMs;
  const gateNows = (): readonly number[] =>
    [...new Set(skews)].map((skew) => EPOCH + sched.clock.mono + skew);
  const door = (): Door => ({ keyring: KEYRING, acceptUnsigned: true, acceptTransport: [], now: gateNow() });
  const pages: Page[] = [];
  const balancer = new Map<string, 'up' | 'down'>();
  const witness = newWitness(inner, lines.length);
  let current: GateProcess | null = null;
  let gates = 0;

  const post = (server: Server, sent: Parameters<Fleet['answered']>[1]): void => {
    const { host } = server;
    const arrive = (fate: 'happens' | 'fails'): void => {
      if (fate === 'fails' || server.isCut || current === null || !current.process.isAlive) return;
      const { gate, pending, process } = current;
      const answer = answerWith(host, sent.report, door());
      const { challenge } = sent.report;
      const waits =
        challenge === null || challenge === undefined ? undefined : pending.get(pendingKey(host, challenge));
      waits?.(answer);
      const weighed = waits === undefined ? gate.receive('smars', answer) : gate.weigh('smars', answer);
      weighed.then(
        (earned) => {
          if (!process.isAlive) return;
          if (earned.lease !== null) witness.granted(sent.look, earned.lease.until);
          const back = { touches: host, canFail: true };
          const tell = (fate: 'happens' | 'fails'): void => {
            if (fate === 'happens' && !server.isCut) fleet.answered(server, sent, earned);
          };
          sched.later(net, `${host} hears what its proof earned`, tell, back);
        },
        (error: unknown) => {
          if (!(error instanceof Fault)) witness.bug(error);
        },
      );
    };
    sched.later(net, `the proof of ${host} arrives`, arrive, { touches: host, canFail: true });
  };
  const honest = newFleet({
    sched,
    running: settings.running,
    hasAgents: settings.mode === 'served',
    post: (server, sent) => post(server, sent),
  });
  const fleet = sabotage.agent?.(honest) ?? honest;

  const ordered = (order: TrafficOrder): void => {
    witness.ordered(order, gateNow());
    for (const { hostname } of order.give) balancer.set(hostname, 'up');
    for (const { hostname } of order.take) balancer.set(hostname, 'down');
  };
  const announced = ({ take }: TrafficOrder): void => {
    for (const { hostname, reason } of take) {
      const server = fleet.serverOf(hostname);
      if (server.agent === null) continue;
      const told = (fate: 'happens' | 'fails'): void => {
        if (fate === 'happens' && !server.isCut) fleet.leaseTaken(server, reason);
      };
      sched.later(net, `${hostname} hears that its lease ended`, told, { touches: hostname, canFail: true });
    }
  };
  const startGate = (name = `gate-${(gates += 1)}`): GateProcess => {
    const process = newProcess(name);
    const pending: Pending = new Map();
    const asking = (event: string): void => witness.asking(event, sched.clock.mono);
    const common = { by: process, sched, fleet, asking };
    const challenged = (server: Server, challenge: { event_id: string; nonce: string }): void => {
      const hear = (fate: 'happens' | 'fails'): void => {
        if (fate === 'fails' || server.isCut) return;
        const sent = fleet.prove(server, challenge);
        if (sent !== null) post(server, sent);
      };
      const more = { touches: server.host, canFail: true };
      sched.later(net, `${server.host} is asked`, hear, more);
    };
    const honestParts: GateParts = {
      ledger: steppedLedger(inner, { by: process, sched, whenWritten: witness.catchUp }),
      nodes:
        settings.mode === 'served' ? agentNodes({ ...common, pending, challenged }) : connectedNodes(common),
      chance: countedChance(gateNow, name),
      acts: steppedActs({
        by: process,
        sched,
        ordered,
        announced,
        paged: (page) => {
          witness.paged(page);
          pages.push(page);
        },
      }),
      door,
      rules: () => ({ policy: DEFAULT_POLICY, traffic }),
    };
    const parts = sabotage.parts?.(honestParts) ?? honestParts;
    const honestGate = openGate(parts);
    const gate = sabotage.gate?.(honestGate, parts) ?? honestGate;
    // As `haunted serve` does when it starts; a button has no use for it.
    if (settings.mode === 'served')
      gate.tellAgain().catch((error: unknown) => {
        if (!(error instanceof Fault)) witness.bug(error);
      });
    return { process, pending, gate };
  };
  const world: World = {
    sched,
    fleet,
    witness,
    ledger: inner,
    settings,
    traffic,
    pages,
    balancer,
    gateClock,
    gateNow,
    gateNows,
    startGate,
    served: () => {
      if (current === null || !current.process.isAlive) current = startGate();
      return current;
    },
    behind: (caller) => gateBehind(world, caller),
  };
  if (settings.mode === 'served') world.served();
  return world;
}

/** A gate behind requests: what the caller hears is a step, and a gate that dies is a lost connection. */
function gateBehind({ sched, served }: World, caller: Process): Gate {
  const call = async <T>(what: string, work: (gate: Gate) => Promise<T>): Promise<T> => {
    await sched.waitFor(caller, `asks the gate to ${what}`);
    const { gate, process } = served();
    return await new Promise<T>((resolve, reject) => {
      const lost = new Fault('UNREACHABLE', 'The connection to the gate was lost.');
      process.whenDead.push(() => reject(lost));
      const answer = async (settle: () => void): Promise<void> => {
        if (!process.isAlive) return;
        await sched.waitFor(caller, `hears how it went: ${what}`);
        settle();
      };
      work(gate).then(
        (value) => answer(() => resolve(value)),
        (error: unknown) => answer(() => reject(error)),
      );
    });
  };
  return {
    begin: (wish: Wish) => call(`begin a ${wish.action}`, (gate) => gate.begin(wish)),
    end: (cluster, change, outcome) => call(`end ${change}`, (gate) => gate.end(cluster, change, outcome)),
    prove: (cluster) => call('prove', (gate) => gate.prove(cluster)),
    adopt: (manifest, actor) => call('adopt', (gate) => gate.adopt(manifest, actor)),
    hear: (word) => call('hear', (gate) => gate.hear(word)),
    look: (cluster) => call('look', (gate) => gate.look(cluster)),
  };
}
