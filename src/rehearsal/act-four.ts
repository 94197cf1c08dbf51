import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BATCH, childOrders, partOf } from './act-one.ts';
import { type Flow, putInTraffic } from './flow.ts';
import { DOCUMENTS, writeGatewayManifest } from './ground.ts';
import { type Haunted, KEYRING } from './haunted.ts';
import { programPath } from './program-text.ts';
import { EIGHTH, restart, uninstall } from './servers.ts';
import { send, type Stage } from './stage.ts';

/** What the market counted with the guard in front of the un-updated server, and what the gateway was told. */
export type ActFour = { readonly guarded: Flow };

/** Act 4, the guard: the eighth falls back to the old file once more, and refuses every order whose flag means another thing to it. */
export async function playActFour(stage: Stage, haunted: Haunted): Promise<ActFour> {
  const { tell, open } = stage.timeline;
  open(4, 'The guard');
  const messages = messagesLibrary();
  const trust = { messages, keyring: path.join(stage.folder, KEYRING) };
  const eighth = stage.servers.filter(({ name }) => name === EIGHTH);
  await putInTraffic(
    stage.gateway,
    stage.servers.filter((server) => !eighth.includes(server)),
  );
  for (const server of eighth) {
    await uninstall(server);
    const settings = {
      ...trust,
      name: server.name,
      manifest: path.join(stage.folder, DOCUMENTS.old),
      report: path.join(server.home, 'guard-report.json'),
    };
    await restart(stage.crew, server, {
      NODE_OPTIONS: `--require "${programPath('guard-door.cjs')}"`,
      REHEARSAL_GUARD: JSON.stringify(settings),
    });
  }
  tell({
    what: `${EIGHTH} runs the old file again, with its guard on.`,
    count: '1 of 8 old',
    source: 'story',
  });
  await writeGatewayManifest(stage, haunted, programPath('gateway.cjs'));
  await stage.gateway.ask('guard', { ...trust, manifest: path.join(stage.folder, DOCUMENTS.gateway) });
  tell({ what: 'The gateway stamps on each order what its flag means.', source: 'story' });
  await putInTraffic(stage.gateway, stage.servers);
  const guarded = await send(stage, BATCH, 'flagged');
  const own = partOf(guarded, EIGHTH);
  tell({
    what: `${EIGHTH} refuses the flagged orders from the first one on.`,
    count: `${guarded.refusals.length} of ${own.orders} refused`,
    tone: own.child_orders === 0 ? 'good' : 'bad',
  });
  const [first] = guarded.refusals;
  if (first !== undefined)
    tell({ what: `The gateway reads: ${first.code}. ${first.sentence}`, source: 'haunted' });
  tell({
    what: 'Seven servers run RLP and stop at the last fill.',
    count: childOrders(guarded.child_orders),
    tone: 'good',
  });
  return { guarded };
}

/** Whether the un-updated server refused each of its orders for the reason of the story, and the others refused none. */
export function hasRefusedAll({ guarded }: ActFour): boolean {
  const { orders, child_orders } = partOf(guarded, EIGHTH);
  return (
    orders > 0 &&
    child_orders === 0 &&
    guarded.refusals.length === orders &&
    guarded.refusals.every(({ hostname, code }) => hostname === EIGHTH && code === 'flag_reused')
  );
}

/** What the programs load the guard from: beside the published program, or in a checkout its source. */
function messagesLibrary(): string {
  const built = fileURLToPath(new URL('./messages.js', import.meta.url));
  return existsSync(built) ? built : fileURLToPath(new URL('../exports/messages.ts', import.meta.url));
}
