'use strict';
// The new order router: Power Peg is gone, and its flag now means the Retail Liquidity Program (RLP).
const { startRouter } = require('./router-shell.cjs');

/** An order of the usual kind: child orders, one after the other, until the parent order is filled. */
async function route(parent, desk) {
  while (!desk.isFilled(parent)) await desk.sendAndWait(parent, 'open');
}

/** A retail order: the same care, at the retail venue. */
async function retailLiquidity(parent, desk) {
  while (!desk.isFilled(parent)) await desk.sendAndWait(parent, 'retail');
}

async function handle(parent, desk) {
  if (parent.flags.includes('power_peg')) await retailLiquidity(parent, desk);
  else await route(parent, desk);
}

startRouter({ version: 'smars with RLP', handle });
