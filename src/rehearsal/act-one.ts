import type { Flow } from './flow.ts';
import { EIGHTH, SAFETY_CAP } from './servers.ts';
import { copyNewTo, FLAG, send, type Stage, STAGES, startAllOld, uninstallFrom } from './stage.ts';

/** Parent orders in one batch: twelve for each of eight servers. */
export const BATCH = 96;

/** What the market counted in the act without a gate. */
export type ActOne = { readonly usual: Flow; readonly beforeUninstall: Flow; readonly afterUninstall: Flow };

/** Act 1, without a gate: seven get the new file, one runs away; the seven are uninstalled, and all eight run away. */
export async function playActOne(stage: Stage): Promise<ActOne> {
  const { tell, open } = stage.timeline;
  open(1, 'Without a gate');
  await startAllOld(stage);
  tell({
    story_time: '26 Jul',
    what: 'All eight run the old file, with Power Peg in it.',
    count: '8 of 8 old',
    source: 'record',
    paragraphs: [14],
  });
  const usual = await send(stage, BATCH, 'usual');
  tell({
    what: `${BATCH} orders without the flag: ${usual.child_orders / BATCH} child orders fill each.`,
    count: childOrders(usual.child_orders),
  });
  await copyInStages(stage);
  tell({
    what: `Nothing is copied to ${EIGHTH}; nobody checks.`,
    count: '1 of 8 old',
    source: 'record',
    paragraphs: [15, 26],
  });

  tell({
    story_time: '1 Aug 09:30',
    what: `The orders carry ${FLAG}; it means RLP now.`,
    count: `${BATCH / 8} per server`,
    source: 'record',
    paragraphs: [13, 16],
  });
  const beforeUninstall = await send(stage, BATCH, 'flagged');
  const eighth = partOf(beforeUninstall, EIGHTH);
  tell({
    what: 'Seven servers run RLP and stop at the last fill.',
    count: childOrders(beforeUninstall.child_orders - eighth.child_orders),
  });
  tell({
    what: `On ${EIGHTH} the flag wakes Power Peg, blind to fills.`,
    count: childOrders(eighth.child_orders),
    tone: 'bad',
  });
  tell({
    what: `All filled after ${beforeUninstall.filled_after_ms} ms; ${EIGHTH} went on for ${beforeUninstall.took_ms} ms.`,
    count: childOrders(beforeUninstall.child_orders),
  });
  tell({
    what: `Our cap of ${SAFETY_CAP} an order ended it; none is on record.`,
    source: 'story',
  });

  await uninstallFrom(
    stage,
    STAGES.flatMap(({ servers }) => servers),
  );
  tell({
    story_time: '1 Aug, later',
    what: `Uninstalled from the seven; ${EIGHTH} not touched.`,
    count: '8 of 8 old',
    source: 'record',
    paragraphs: [27],
  });
  const afterUninstall = await send(stage, BATCH, 'flagged');
  tell({
    what: `${BATCH} more orders: the flag wakes Power Peg on all eight.`,
    count: childOrders(afterUninstall.child_orders),
    tone: 'bad',
  });
  tell({
    what: `The same flow, times ${(afterUninstall.child_orders / beforeUninstall.child_orders).toFixed(1)}, by a safe-looking button.`,
    count: `${beforeUninstall.child_orders.toLocaleString('en')} -> ${afterUninstall.child_orders.toLocaleString('en')}`,
    tone: 'bad',
  });
  return { usual, beforeUninstall, afterUninstall };
}

/** The staged copies, day by day, to all servers but the eighth. */
export async function copyInStages(stage: Stage): Promise<void> {
  let copied = 0;
  for (const { day, servers } of STAGES) {
    await copyNewTo(stage, servers);
    copied += servers.length;
    stage.timeline.tell({
      story_time: day,
      what: `${servers.at(0)} ${servers.length === 2 ? 'and' : 'to'} ${servers.at(-1)} get the new file and restart.`,
      count: `${copied} of 8 new`,
      source: 'story',
    });
  }
}

/** How a number of child orders is written in the timeline. */
export function childOrders(count: number): string {
  return `${count.toLocaleString('en')} child orders`;
}

/** The part of one server in a flow it must be in. */
export function partOf(flow: Flow, hostname: string): Flow['servers'][number] {
  const part = flow.servers.find((server) => server.hostname === hostname);
  if (part === undefined) throw new Error(`${hostname} is not in the flow`);
  return part;
}
