import { clientLoop } from './client-loop.ts';
import type { ClientLoop } from './client-loop.ts';
import { HTTP_PORT, loopbackNet, startHaproxy } from './haproxy.ts';
import type { Haproxy } from './haproxy.ts';
import { trafficNode } from './traffic-node.ts';
import type { TrafficNode } from './traffic-node.ts';
import { setTimeout as pause } from 'node:timers/promises';

type Three<T> = readonly [T, T, T];

/** Three servers with an agent each, a real HAProxy before them, and clients that keep asking. */
export type Cluster = {
  readonly haproxy: Haproxy;
  readonly nodes: Three<TrafficNode>;
  readonly loops: ClientLoop[];
  /** Starts a client that asks until the cluster is closed. */
  readonly client: (options?: {
    readonly port?: number;
    readonly isKept?: boolean;
    readonly cookie?: string;
  }) => ClientLoop;
  /** Waits until a server gets nothing while the others get 200 requests more. */
  readonly quiet: (node: TrafficNode) => Promise<void>;
  /** Waits until a server has got this many more. */
  readonly busy: (node: TrafficNode, more?: number) => Promise<void>;
  /** Ends the clients, and says which of their requests failed although this server had no part in them. */
  readonly failures: (haunted: TrafficNode) => Promise<Failures>;
  readonly close: () => Promise<void>;
};

type Failures = {
  /** Answered with an error, or taken by a healthy server and not answered. */
  readonly lost: readonly string[];
  /** Their connection was closed before any server had them: it led to the server that was cut off, or was new when HAProxy reloaded. */
  readonly unsent: readonly string[];
};

const NAMES = ['smars-01', 'smars-02', 'smars-03'] as const;

/** `change` alters the shipped configuration, to try another one. */
export async function startCluster(change?: (config: string) => string): Promise<Cluster> {
  const net = loopbackNet();
  const nodes = await Promise.all([
    trafficNode(NAMES[0], `${net}.1`),
    trafficNode(NAMES[1], `${net}.2`),
    trafficNode(NAMES[2], `${net}.3`),
  ]);
  const haproxy = await startHaproxy(net, change);
  for (const name of NAMES)
    for (const backend of ['smars', 'smars_tcp']) await haproxy.reaches(backend, name, /^UP$/);
  const loops: ClientLoop[] = [];
  const othersThan = (node: TrafficNode): number =>
    nodes.reduce((sum, other) => (other === node ? sum : sum + other.service.count()), 0);
  const end = async (): Promise<void> => void (await Promise.all(loops.map(async (loop) => loop.stop())));
  return {
    haproxy,
    nodes,
    loops,
    client: ({ port = HTTP_PORT, isKept = false, cookie } = {}) => {
      const headers: Record<string, string> = cookie === undefined ? {} : { Cookie: cookie };
      const loop = clientLoop({ host: haproxy.host, port, isKept, headers });
      loops.push(loop);
      return loop;
    },
    quiet: async (node) => {
      for (;;) {
        const count = node.service.count();
        const others = othersThan(node);
        while (othersThan(node) < others + 200) await pause(5);
        if (node.service.count() === count) return;
      }
    },
    busy: async (node, more = 20) => {
      const count = node.service.count();
      while (node.service.count() < count + more) await pause(5);
    },
    failures: async (haunted) => {
      await end();
      const failed = loops.flatMap((loop) => [...loop.failed]).filter(([id]) => !haunted.service.got.has(id));
      return {
        lost: failed.filter((one) => !isUnsent(one, nodes)).map(said),
        unsent: failed.filter((one) => isUnsent(one, nodes)).map(said),
      };
    },
    close: async () => {
      await end();
      await haproxy.stop();
      await Promise.all(nodes.map(async (node) => await node.close()));
    },
  };
}

type Failed = readonly [id: string, problem: string];

function isUnsent([id, problem]: Failed, nodes: Three<TrafficNode>): boolean {
  return problem === 'socket hang up' && nodes.every((node) => !node.service.got.has(id));
}

function said([id, problem]: Failed): string {
  return `request ${id}: ${problem}`;
}
