'use strict';
// The market: it executes every child order it gets, says so, and counts. All counts that the rehearsal shows are made here.
const net = require('node:net');
const { readLines, obey, ready } = require('./wire.cjs');

const serversByName = new Map();

function countOf(server) {
  const known = serversByName.get(server);
  if (known !== undefined) return known;
  const fresh = { executions: 0, shares: 0, byVenue: {} };
  serversByName.set(server, fresh);
  return fresh;
}

function execute(order) {
  const count = countOf(order.server);
  count.executions += 1;
  count.shares += order.shares;
  count.byVenue[order.venue] = (count.byVenue[order.venue] ?? 0) + 1;
  return `${JSON.stringify({ parent: order.parent, child: order.child, shares: order.shares })}\n`;
}

const market = net.createServer((router) => {
  let fills = '';
  router.setNoDelay(true);
  router.on('error', () => router.destroy());
  readLines(
    router,
    (order) => (fills += execute(order)),
    () => {
      router.write(fills);
      fills = '';
    },
  );
});

market.listen(0, '127.0.0.1', () => ready({ port: market.address().port, pid: process.pid }));
obey({ count: () => Object.fromEntries(serversByName) });
