import { expect, it } from 'vitest';
import { sharedSockets } from './shared-sockets.ts';
import type { Socket } from './socket-table.ts';

/** Processes 10 to 19 live in one network, with us, and 20 to 29 in another; 19 ends while its sockets are read. */
function counted() {
  const asked: (number | 'self')[] = [];
  const soon: (() => void)[] = [];
  const ended = new Set<number | 'self'>();
  const socketsOf = sharedSockets({
    read: (pid) => {
      asked.push(pid);
      if (pid === 19) ended.add(pid);
      const end = { address: '::1', port: asked.length, peerAddress: '::1', peerPort: 0 };
      return [{ state: 'listening', uid: 0, inode: asked.length, ...end } satisfies Socket];
    },
    nameOf: (pid) => (ended.has(pid) ? null : pid === 'self' || pid < 20 ? 'net:1' : 'net:2'),
    soon: (act) => soon.push(act),
  });
  return { asked, ended, socketsOf, soon };
}

it('reads the tables once for all who ask in a moment, for each network by itself', () => {
  const { asked, socketsOf } = counted();
  const first = socketsOf('self', true);
  expect([socketsOf(10, true), socketsOf(11, true)]).toEqual([first, first]);
  socketsOf(20, true);
  expect(asked).toEqual(['self', 20]);
});

it('reads anew for whoever must not be told what was before, and shares that', () => {
  const { asked, socketsOf } = counted();
  const first = socketsOf(10, true);
  const second = socketsOf(11, false);
  expect(second).not.toBe(first);
  expect(socketsOf(12, true)).toBe(second);
  expect(asked).toEqual([10, 11]);
});

it('forgets them after a moment, and no newer reading with them', () => {
  const { asked, socketsOf, soon } = counted();
  socketsOf(10, true);
  socketsOf(11, false);
  soon[0]?.();
  socketsOf(12, true);
  expect(asked).toEqual([10, 11]);
  soon[1]?.();
  socketsOf(13, true);
  expect(asked).toEqual([10, 11, 13]);
});

it.each([18, 19])('tells nobody else what a process showed that ended before or meanwhile: %i', (pid) => {
  const { asked, ended, socketsOf } = counted();
  ended.add(18);
  socketsOf(pid, true);
  socketsOf('self', true);
  expect(asked).toEqual([pid, 'self']);
});
