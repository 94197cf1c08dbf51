import { expect, it } from 'vitest';
import { sharedSockets } from './shared-sockets.ts';
import type { Socket } from './socket-table.ts';

function counted() {
  const asked: number[] = [];
  const soon: (() => void)[] = [];
  const socketsOf = sharedSockets(
    (pid) => {
      asked.push(pid);
      const end = { address: '::1', port: asked.length, peerAddress: '::1', peerPort: 0 };
      return [{ state: 'listening', uid: 0, inode: pid, ...end } satisfies Socket];
    },
    (act) => soon.push(act),
  );
  return { asked, socketsOf, soon };
}

it('reads the tables once for all who ask in a moment, for each network by itself', () => {
  const { asked, socketsOf } = counted();
  expect(socketsOf('net:1', 10, true)).toBe(socketsOf('net:1', 11, true));
  socketsOf('net:2', 20, true);
  expect(asked).toEqual([10, 20]);
});

it('reads anew for whoever must not be told what was before, and shares that', () => {
  const { asked, socketsOf } = counted();
  const first = socketsOf('net:1', 10, true);
  const second = socketsOf('net:1', 11, false);
  expect(second).not.toBe(first);
  expect(socketsOf('net:1', 12, true)).toBe(second);
  expect(asked).toEqual([10, 11]);
});

it('forgets them after a moment, and no newer reading with them', () => {
  const { asked, socketsOf, soon } = counted();
  socketsOf('net:1', 10, true);
  socketsOf('net:1', 11, false);
  soon[0]?.();
  socketsOf('net:1', 12, true);
  expect(asked).toEqual([10, 11]);
  soon[1]?.();
  socketsOf('net:1', 13, true);
  expect(asked).toEqual([10, 11, 13]);
});
