'use strict';
// The order gateway: it sends parent orders to the routers in its list, in turn. A flag is part of the order, nothing else sets it.
const net = require('node:net');
const { readLines, say, obey, ready } = require('./wire.cjs');

const SENDER = 'order-gateway';
const PARENT_SHARES = 200;

let routers = [];
let turn = 0;
let sentOrders = 0;
const waitingById = new Map();
/** Says in an order's headers what its flags mean. Nothing before the rehearsal gives the gateway a guard of its own. */
let stamp = () => undefined;

function connect({ name, port }) {
  const socket = net.connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  readLines(socket, ({ filled, refused, why }) => {
    waitingById.get(filled ?? refused)(why ?? null);
    waitingById.delete(filled ?? refused);
  });
  socket.on('error', () => socket.destroy());
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve({ name, port, socket }));
    socket.once('close', () => reject(new Error(`${name} does not answer on port ${port}`)));
  });
}

/** Makes the list of routers that get orders; a router that is not in it gets none. */
async function use({ servers }) {
  const kept = routers.filter((router) =>
    servers.some(
      (server) => server.name === router.name && server.port === router.port && !router.socket.destroyed,
    ),
  );
  for (const router of routers) if (!kept.includes(router)) router.socket.end();
  routers = await Promise.all(
    servers.map((server) => kept.find((router) => router.name === server.name) ?? connect(server)),
  );
  turn = 0;
  return { servers: routers.map((router) => router.name) };
}

/** Loads the guard of this program; from then on each order says what its flags mean. */
async function guard({ messages, ...settings }) {
  const { loadGuard, messageDoor } = require(messages);
  const door = messageDoor(await loadGuard({ ...settings, artifact: { file: __filename } }), {
    sender: SENDER,
  });
  stamp = (flags) => door.stamp({}, flags);
  return {};
}

/** Sends parent orders round the routers, and answers when every one of them is reported filled or refused. */
async function send({ orders, flags }) {
  const ordersByServer = {};
  const refusals = [];
  const fills = Array.from({ length: orders }, () => {
    const router = routers[turn % routers.length];
    turn += 1;
    sentOrders += 1;
    const id = `parent-${sentOrders}`;
    ordersByServer[router.name] = (ordersByServer[router.name] ?? 0) + 1;
    const answered = new Promise((resolve) => waitingById.set(id, resolve)).then((why) => {
      if (why !== null) refusals.push({ hostname: router.name, ...why });
    });
    const order = { id, sender: SENDER, symbol: 'ABC', side: 'buy', shares: PARENT_SHARES, flags };
    say(router.socket, { ...order, headers: stamp(flags) });
    return answered;
  });
  await Promise.all(fills);
  return { filled: fills.length - refusals.length, ordersByServer, refusals };
}

obey({ use, send, guard });
ready({ pid: process.pid });
