import { performance } from 'node:perf_hooks';
import type { Program } from './program.ts';
import { running, type Server } from './servers.ts';

/** What the market counted while one batch of parent orders went through. */
export type Flow = {
  /** Parent orders sent by the gateway, each of them reported as filled or refused. */
  readonly orders: number;
  readonly flags: readonly string[];
  /** When the last parent order was reported as filled, after the first was sent. */
  readonly filled_after_ms: number;
  /** When the last server was at rest. */
  readonly took_ms: number;
  /** Child orders that the market executed, all servers together. */
  readonly child_orders: number;
  readonly servers: readonly ServerFlow[];
  /** The orders that a server refused, and why, as the gateway was told. */
  readonly refusals: readonly RefusedOrder[];
};

/** One order that the guard on a server refused. */
type RefusedOrder = {
  readonly hostname: string;
  readonly code: string;
  readonly flag: string | null;
  readonly sentence: string;
};

/** The part of one server in a flow. */
type ServerFlow = {
  readonly hostname: string;
  readonly orders: number;
  readonly child_orders: number;
  /** Of these, at the retail venue: the mark of RLP. */
  readonly at_retail_venue: number;
  /** Whether it sent more child orders than its parent orders needed. */
  readonly ran_away: boolean;
};

/** Two child orders of 100 shares fill a parent order of 200. */
const CHILD_ORDERS_NEEDED = 2;

/** The list of servers that get orders from now on; a server that is not in it gets none. */
export async function putInTraffic(gateway: Program, servers: readonly Server[]): Promise<void> {
  const list = servers.map((server) => ({ name: server.name, port: running(server).port }));
  await gateway.ask('use', { servers: list });
}

/**
 * Sends real orders round the servers in traffic, waits until every server is at rest, and answers with what the market
 * counted in between.
 */
export async function sendOrders(
  { gateway, market, servers }: { gateway: Program; market: Program; servers: readonly Server[] },
  orders: number,
  flags: readonly string[],
): Promise<Flow> {
  const before = await countExecutions(market);
  const start = performance.now();
  const sent = (await gateway.ask('send', { orders, flags })) as {
    ordersByServer: Readonly<Record<string, number>>;
    refusals: readonly RefusedOrder[];
  };
  const filled_after_ms = Math.round(performance.now() - start);
  await Promise.all(servers.map(async (server) => await server.program?.ask('idle')));
  const took_ms = Math.round(performance.now() - start);
  const after = await countExecutions(market);
  const parts = servers.map(({ name }) =>
    partOf(name, sent.ordersByServer[name] ?? 0, before[name], after[name]),
  );
  const child_orders = parts.reduce((sum, part) => sum + part.child_orders, 0);
  return { orders, flags, filled_after_ms, took_ms, child_orders, servers: parts, refusals: sent.refusals };
}

type Count = { readonly executions: number; readonly byVenue: Readonly<Record<string, number>> };

async function countExecutions(market: Program): Promise<Readonly<Record<string, Count>>> {
  return (await market.ask('count')) as Readonly<Record<string, Count>>;
}

function partOf(
  hostname: string,
  orders: number,
  before: Count | undefined,
  after: Count | undefined,
): ServerFlow {
  const child_orders = (after?.executions ?? 0) - (before?.executions ?? 0);
  return {
    hostname,
    orders,
    child_orders,
    at_retail_venue: (after?.byVenue['retail'] ?? 0) - (before?.byVenue['retail'] ?? 0),
    ran_away: child_orders > orders * CHILD_ORDERS_NEEDED,
  };
}
