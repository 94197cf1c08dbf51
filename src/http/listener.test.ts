import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { listen } from './listener.ts';

it('says in plain words why it cannot listen', async () => {
  const taken = createServer();
  const { port } = await listen(taken, '127.0.0.1', 0);
  await expect(listen(createServer(), '127.0.0.1', port)).rejects.toThrow(
    `127.0.0.1 port ${port} cannot be listened on: another program has it already. Choose another address.`,
  );
  await expect(listen(createServer(), '192.0.2.1', 0)).rejects.toThrow(
    '192.0.2.1 port 0 cannot be listened on: this machine has no such address. Choose another address.',
  );
  await new Promise((resolve) => void taken.close(resolve));
});
