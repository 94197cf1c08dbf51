import { InMemoryProvider, OpenFeature } from '@openfeature/server-sdk';
import type { Client } from '@openfeature/server-sdk';
import process from 'node:process';
import type { FlagOwnership } from '../../src/model/flag.ts';
import { makeGuard } from '../../src/guard/guard.ts';
import { guardHook } from '../../src/guard/hook.ts';
import { messageDoor } from '../../src/guard/messages.ts';
import { guardProvider } from '../../src/guard/provider.ts';
import { manifest, messageFlag, sha } from '../world/documents.ts';
import { median, printRows } from './measure.ts';
import type { Row } from './measure.ts';

/** What one evaluation costs with the guard, beside the bare SDK, in the same process and in turns. */

/** So few that a busy moment of the machine spoils one slice and no more. */
const SLICE = 50;
const SLICES = 400;
const CALLS = 2_000;

const table: readonly FlagOwnership[] = Array.from({ length: 200 }, (_, at) => messageFlag(`flag-${at}`));
const flags = Object.fromEntries(
  table.map(({ flag }) => [
    flag,
    { variants: { on: true, off: false }, defaultVariant: 'on', disabled: false },
  ]),
);

const guard = makeGuard({
  manifest: manifest({ generation: 1, binary_sha256: sha('a'), flag_ownership_table: [...table] }),
  process: {
    pid: process.pid,
    startTicks: null,
    bootId: null,
    binarySha256: sha('a'),
    method: 'self_report',
  },
  now: Date.now,
});
await OpenFeature.setProviderAndWait('bare', new InMemoryProvider(flags));
await OpenFeature.setProviderAndWait('wrapped', guardProvider(new InMemoryProvider(flags), guard));
const bare = OpenFeature.getClient('bare');
const wrapped = OpenFeature.getClient('wrapped');
const idle = OpenFeature.getClient('bare').addHooks({ before: () => {}, after: () => {} });
const hooked = OpenFeature.getClient('bare').addHooks(guardHook(guard));

/** Microseconds of one evaluation, over one slice. */
async function sliceOf(client: Client, flag: string): Promise<number> {
  const start = process.hrtime.bigint();
  for (let at = 0; at < SLICE; at += 1) await client.getBooleanValue(flag, false);
  return Number(process.hrtime.bigint() - start) / 1_000 / SLICE;
}

/** Microseconds of one call. */
function callTime(call: () => unknown): number {
  const start = process.hrtime.bigint();
  for (let at = 0; at < CALLS; at += 1) call();
  return Number(process.hrtime.bigint() - start) / 1_000 / CALLS;
}

/** What one client's evaluation costs over another's: the median of the differences of slices next to each other. */
async function added(
  client: Client,
  flag: string,
  { to, row, goal }: { readonly to: Client; readonly row: string; readonly goal: string },
): Promise<Row> {
  const differences: number[] = [];
  const peers: number[] = [];
  for (let at = -40; at < SLICES; at += 1) {
    const isFirst = at % 2 === 0;
    const before = isFirst ? await sliceOf(client, flag) : 0;
    const peer = await sliceOf(to, flag);
    const ours = isFirst ? before : await sliceOf(client, flag);
    if (at < 0) continue;
    differences.push(ours - peer);
    peers.push(peer);
  }
  const note = `beside ${median(peers).toFixed(2)} us`;
  return { row, ours: median(differences), peer: null, unit: 'us', ratio: null, goal, note };
}

const sender = messageDoor(guard, { sender: 'order-gateway' });
const stamped = sender.stamp({ 'x-order': '1' }, ['flag-1']);
const callRow = (row: string, call: () => unknown): Row => {
  callTime(call);
  const ours = median(Array.from({ length: 5 }, () => callTime(call)));
  return { row, ours, peer: null, unit: 'us', ratio: null, goal: '', note: '' };
};

const provided = 'one evaluation with guardProvider: added to the bare SDK';
printRows([
  await added(bare, 'flag-1', { to: bare, row: 'one evaluation beside itself: the noise', goal: '' }),
  await added(wrapped, 'flag-1', { to: bare, row: provided, goal: '<= 2' }),
  await added(idle, 'flag-1', { to: bare, row: 'one evaluation with a hook that does nothing', goal: '' }),
  await added(hooked, 'flag-1', {
    to: idle,
    row: 'one evaluation with guardHook: added to that hook',
    goal: '<= 2',
  }),
  callRow('a flag stamped on a message', () => sender.stamp({ 'x-order': '1' }, ['flag-1'])),
  callRow('a stamped message accepted', () => sender.accept(stamped)),
  callRow('a message without flags accepted', () => sender.accept({ 'x-order': '1' })),
]);
