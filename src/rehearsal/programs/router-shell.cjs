'use strict';
// The part of the order router that did not change between the versions: it takes parent orders from the gateway, sends child
// orders to the market, counts fills, and writes down which flags arrived in messages.
const fs = require('node:fs');
const net = require('node:net');
const { readLines, say, obey, ready, option } = require('./wire.cjs');

const CHILD_SHARES = 100;

/** Runs a router. `handle(parent, desk)` is what a version does with one parent order. */
function startRouter({ version, handle }) {
  if (process.argv.includes('--version')) {
    process.stdout.write(`${version}\n`);
    return;
  }
  const name = option('name');
  const safetyCap = Number(option('safety-cap'));
  const market = net.connect(Number(option('market')), '127.0.0.1');
  market.setNoDelay(true);
  const received = receivedFlags(option('received'));
  const open = new Map();
  const idleWaiters = [];
  let awake = 0;

  const settle = () => {
    for (const [id, order] of open) if (order.finished && order.unanswered === 0) open.delete(id);
    if (awake === 0 && open.size === 0) for (const resolve of idleWaiters.splice(0)) resolve();
  };

  readLines(
    market,
    (fill) => {
      const order = open.get(fill.parent);
      order.filled += fill.shares;
      order.unanswered -= 1;
      order.onFill();
      if (order.filled >= order.parent.shares && !order.told) {
        order.told = true;
        say(order.gateway, { filled: order.parent.id });
      }
    },
    settle,
  );

  const desk = {
    isFilled: (parent) => open.get(parent.id).filled >= parent.shares,
    /** Sends one child order and waits for its fill. */
    sendAndWait: async (parent, venue) => {
      const order = open.get(parent.id);
      const filled = new Promise((resolve) => (order.onFill = resolve));
      desk.send(parent, venue);
      await filled;
    },
    /** Sends one child order and waits for nothing. */
    send: (parent, venue) => {
      const order = open.get(parent.id);
      order.sent += 1;
      order.unanswered += 1;
      say(market, { server: name, parent: parent.id, child: order.sent, venue, shares: CHILD_SHARES });
    },
    /** The rehearsal's own seat belt, so that this machine stays well. The record knows of no such thing. */
    isBelowSafetyCap: (parent) => open.get(parent.id).sent < safetyCap,
    breathe: () => new Promise((resolve) => setTimeout(resolve, 10)),
  };

  const take = async (parent, gateway) => {
    for (const flag of parent.flags) received.note(flag, parent.sender);
    const order = {
      parent,
      gateway,
      sent: 0,
      filled: 0,
      unanswered: 0,
      told: false,
      finished: false,
      onFill: () => {},
    };
    open.set(parent.id, order);
    awake += 1;
    await handle(parent, desk);
    awake -= 1;
    order.finished = true;
    settle();
  };

  const server = net.createServer((gateway) => {
    gateway.setNoDelay(true);
    gateway.on('error', () => gateway.destroy());
    readLines(gateway, (parent) => void take(parent, gateway));
  });
  market.on('connect', () => {
    server.listen(0, '127.0.0.1', () => ready({ version, port: server.address().port, pid: process.pid }));
  });
  market.on('close', () => process.exit(0));
  market.on('error', () => process.exit(1));
  obey({
    idle: () =>
      new Promise((resolve) => {
        idleWaiters.push(() => {
          received.write();
          resolve({});
        });
        settle();
      }),
  });
}

/** Keeps, for each flag and sender, when the flag last arrived, in the file that `haunted prove --received` reads. */
function receivedFlags(file) {
  const seen = new Map();
  const write = () => {
    const rows = [...seen.values()].map((row) => ({
      ...row,
      last_seen_at: new Date(row.last_seen_at).toISOString(),
    }));
    fs.writeFileSync(`${file}.new`, `${JSON.stringify(rows, null, 2)}\n`);
    fs.renameSync(`${file}.new`, file);
  };
  write();
  return {
    write,
    note: (flag, sender) => {
      const key = JSON.stringify([flag, sender]);
      const isFirst = !seen.has(key);
      seen.set(key, { flag, sender, last_seen_at: Date.now() });
      if (isFirst) write();
    },
  };
}

module.exports = { startRouter };
