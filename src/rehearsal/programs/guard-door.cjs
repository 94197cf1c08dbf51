'use strict';
// The guard in front of a router's message door. Node loads this file before the router's own program (node --require), so the
// executable stays the one it was, byte for byte. What it needs to know stands in the environment.
const net = require('node:net');
const { Duplex } = require('node:stream');
const { readLines, say } = require('./wire.cjs');

const { messages, report, ...settings } = JSON.parse(process.env.REHEARSAL_GUARD);
const { keepReport, loadGuard, messageDoor } = require(messages);

const guarding = loadGuard(settings).then((guard) => {
  keepReport(guard, report);
  return messageDoor(guard, { sender: settings.name });
});
guarding.catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});

/** What the router sees of a connection: every order that was let in, and none that was refused. */
function behindTheDoor(socket) {
  const inside = new Duplex({
    read: () => {},
    write: (piece, encoding, done) => socket.write(piece, encoding, done),
    final: (done) => socket.end(done),
  });
  inside.setNoDelay = () => inside;
  readLines(socket, (order) => void letIn(order, socket, inside));
  socket.setNoDelay(true);
  socket.on('end', () => inside.push(null));
  socket.on('error', (error) => inside.destroy(error));
  return inside;
}

async function letIn(order, socket, inside) {
  const { accept } = await guarding;
  const accepted = accept(order.headers, order.flags);
  if (accepted.ok) inside.push(`${JSON.stringify(order)}\n`);
  else say(socket, { refused: order.id, why: accepted.refusals[0] });
}

const { createServer } = net;
net.createServer = (onConnection) => createServer((socket) => onConnection(behindTheDoor(socket)));
