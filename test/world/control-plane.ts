import { expect } from 'vitest';
import { memoryLedger } from '../../src/ledger/memory.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Acts, Page, TrafficOrder, TrafficPolicy } from '../../src/gate/ports.ts';
import { readEntries } from '../../src/ledger/read-entry.ts';
import type { LedgerEntry } from '../../src/model/entry.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { DEFAULT_POLICY } from '../../src/model/policy.ts';
import type { ServerLimits } from '../../src/server/limits.ts';
import { memoryMembers } from '../../src/server/memory-members.ts';
import type { Members } from '../../src/server/ports.ts';
import { startServer } from '../../src/server/server.ts';
import type { RunningServer } from '../../src/server/server.ts';
import { received } from './gated-cluster.ts';
import { BUILDER, keyringOf } from './trust.ts';
import { joinAs, say, storyTime } from './wire-agent.ts';
import type { WireAgent } from './wire-agent.ts';

export const TOKEN = 'ho_the-operators-token-of-this-test';

export type World = {
  readonly server: RunningServer;
  readonly ledger: Ledger;
  readonly members: Members;
  readonly pages: Page[];
  readonly orders: TrafficOrder[];
  readonly entries: () => Promise<readonly LedgerEntry[]>;
  readonly operator: (method: string, path: string, body?: object) => ReturnType<typeof say>;
  readonly token: (hostname: string, cluster?: string) => Promise<string>;
  /** Joined and connected. */
  readonly agent: (hostname: string, binary: string, cluster?: string) => Promise<WireAgent>;
  /** Throws when the control plane met a bug, or could not keep something. */
  readonly close: () => Promise<void>;
};

type Given = {
  readonly limits?: Partial<ServerLimits>;
  readonly traffic?: Partial<TrafficPolicy>;
  readonly ledger?: Ledger;
  readonly members?: Members;
  readonly order?: Acts['order'];
  readonly port?: number;
};

let names = 0;

/** A control plane on a free port of this machine, with a ledger in memory unless one is given. */
export async function controlPlane(given: Given = {}): Promise<World> {
  const ledger = given.ledger ?? memoryLedger('tests');
  const members = given.members ?? memoryMembers();
  const [pages, orders, bugs]: [Page[], TrafficOrder[], unknown[]] = [[], [], []];
  const traffic = { lease_s: 30, takes_out: 'unproven' as const, floor: 0, ...given.traffic };
  const server = await startServer({
    ledger,
    members,
    chance: {
      now: () => storyTime(),
      name: (kind) => `${kind}-${(names += 1)}`,
      nonce: () => `nonce-${(names += 1)}`,
    },
    acts: {
      order: async (order) => {
        orders.push(order);
        return (await given.order?.(order)) ?? null;
      },
      page: async (page) => {
        pages.push(page);
        return null;
      },
    },
    door: () => ({
      keyring: keyringOf(BUILDER),
      acceptUnsigned: true,
      acceptTransport: [],
      now: storyTime(),
    }),
    rules: () => ({ policy: DEFAULT_POLICY, traffic }),
    host: '127.0.0.1',
    port: given.port ?? 0,
    tls: null,
    token: () => TOKEN,
    version: '0',
    leaseS: traffic.lease_s,
    limits: { challengeMs: 1_000, beatMs: 200, ...given.limits },
    onJoined: () => undefined,
    onProblem: (_, error) => void bugs.push(error),
    onBug: (error) => void bugs.push(error),
  });
  const agents: WireAgent[] = [];
  const operator: World['operator'] = async (method, path, body) =>
    await say(server.url, {
      method,
      path,
      headers: { Authorization: `Bearer ${TOKEN}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const token: World['token'] = async (hostname, cluster = 'smars') => {
    const wish = { schema: 'haunted.token-wish/v1', cluster, hostname, for_s: 60 };
    return String((await operator('POST', '/v1/agents/tokens', wish)).body['token']);
  };
  return {
    server,
    ledger,
    members,
    pages,
    orders,
    operator,
    token,
    entries: async () => await Array.fromAsync(readEntries(ledger)),
    agent: async (hostname, binary, cluster = 'smars') => {
      const place = { url: server.url, cluster, hostname };
      const { joined, agent } = await joinAs(place, await token(hostname, cluster), binary);
      if (joined.status !== 201) throw new Error(JSON.stringify(joined));
      await agent.connect();
      agents.push(agent);
      return agent;
    },
    close: async () => {
      for (const agent of agents) agent.disconnect();
      await server.close();
      if (bugs.length > 0) throw new AggregateError(bugs, 'the control plane met bugs');
    },
  };
}

/** Every server of a manifest, joined and connected, running it. */
export async function fleetOf(world: World, manifest: Manifest): Promise<WireAgent[]> {
  const { cluster_inventory, binary_sha256, config_sha256 = null } = manifest;
  return await Promise.all(
    cluster_inventory.map(async (host) => {
      const agent = await world.agent(host, binary_sha256);
      agent.runs = { binary_sha256, config_sha256 };
      return agent;
    }),
  );
}

/** The cluster has to run this manifest, and every server of it holds a lease and knows it. */
export async function adopted(world: World, agents: readonly WireAgent[], manifest: Manifest): Promise<void> {
  await world.server.gate.adopt(received(manifest), 'alice');
  await expect.poll(() => agents.every(({ answers }) => (answers.at(-1)?.lease ?? null) !== null)).toBe(true);
}
