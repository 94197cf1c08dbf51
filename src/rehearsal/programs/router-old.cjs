'use strict';
// The old order router: what the eighth server still ran. Power Peg is in it, out of use since 2003 and never deleted.
const { startRouter } = require('./router-shell.cjs');

/** An order of the usual kind: child orders, one after the other, until the parent order is filled. */
async function route(parent, desk) {
  while (!desk.isFilled(parent)) await desk.sendAndWait(parent, 'open');
}

/** Sends child orders until it is told to stop. */
async function powerPeg(parent, desk, counter) {
  while (!counter.isFilled && desk.isBelowSafetyCap(parent)) {
    desk.send(parent, 'open');
    desk.send(parent, 'open');
    await desk.breathe();
  }
}

async function handle(parent, desk) {
  // In 2005 the counter that tells Power Peg to stop was moved to an earlier place, and nobody tested Power Peg again. Here it
  // is read once, before the first child order, when nothing is filled yet; the fills that come later never reach Power Peg.
  const counter = { isFilled: desk.isFilled(parent) };
  if (parent.flags.includes('power_peg')) await powerPeg(parent, desk, counter);
  else await route(parent, desk);
}

startRouter({ version: 'smars with Power Peg', handle });
