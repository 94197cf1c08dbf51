import { randomBytes } from 'node:crypto';
import { BATCH, childOrders } from './act-one.ts';
import { tellVerdict } from './act-two.ts';
import { type Flow, putInTraffic } from './flow.ts';
import { DOCUMENTS } from './ground.ts';
import type { Checked, Haunted } from './haunted.ts';
import { proveAll } from './prove-all.ts';
import { EIGHTH, install, restart } from './servers.ts';
import { FLAG, send, type Stage } from './stage.ts';

/** The proof of all eight, and what the market counted after it. */
export type ActThree = { readonly drained: Flow; readonly proof: Checked; readonly proven: Flow };

const EVENT = 'smars-08-mended';

/** Act 3, the way out: drain the one, mend it, let all eight prove themselves, and give it orders again. */
export async function playActThree(stage: Stage, haunted: Haunted): Promise<ActThree> {
  const { tell, open } = stage.timeline;
  open(3, 'The way out');
  const eighth = stage.servers.filter(({ name }) => name === EIGHTH);
  await putInTraffic(
    stage.gateway,
    stage.servers.filter((server) => !eighth.includes(server)),
  );
  const drained = await send(stage, BATCH, 'flagged');
  tell({
    story_time: '1 Aug, later',
    what: `${EIGHTH} leaves the gateway’s list; seven take ${BATCH} orders.`,
    count: childOrders(drained.child_orders),
    tone: 'good',
  });
  for (const server of eighth) {
    await install(server, stage.rlp);
    await restart(stage.crew, server);
  }
  tell({ what: `${EIGHTH} gets the new file and restarts.`, count: '8 of 8 new' });

  const nonce = randomBytes(16).toString('hex');
  const evidence = await proveAll(stage, haunted, 'after-the-mending', { event: EVENT, nonce });
  const proof = await haunted.check('proof', { manifest: DOCUMENTS.rlp, event: EVENT, nonce, evidence });
  tellVerdict(stage, proof);
  await putInTraffic(stage.gateway, stage.servers);
  const proven = await send(stage, BATCH, 'flagged');
  tell({
    what: `${EIGHTH} is back; ${FLAG} means RLP on all eight.`,
    count: childOrders(proven.child_orders),
    tone: 'good',
  });
  return { drained, proof, proven };
}
