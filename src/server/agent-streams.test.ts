import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { agentStreams } from './agent-streams.ts';

it.each(['cut', 'close'] as const)('a stream that was ended (%s) takes no more lines', async (how) => {
  const streams = agentStreams({
    beatMs: 60_000,
    unread: 1_024,
    proveEveryMs: 100,
    onOpen: () => undefined,
  });
  const server = createServer((_, response) => streams.open('smars/n1', response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const asked = get({ host: '127.0.0.1', port });
  const [answer] = await once(asked, 'response');
  const ended = once(answer.resume(), 'end');
  if (how === 'cut') streams.cut('smars/n1');
  else streams.close();
  // What follows from a proof is told in the same moment.
  expect(streams.send('smars/n1', { type: 'lease_ended', reason: 'it is wrong' })).toBe(false);
  await ended;
  streams.close();
  server.close();
  await once(server, 'close');
});
