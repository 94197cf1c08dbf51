import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { serviceCrew } from '../../../test/world/live-service.ts';
import { buildService } from '../../../test/world/service-binary.ts';
import { keptTables } from './kept-tables.ts';
import { rememberedTraffic } from './live-traffic.ts';
import { pidsListeningOn } from './port-owner.ts';
import { FRESH_TABLES } from './proc-tables.ts';
import { sharedSockets } from './shared-sockets.ts';
import { readSockets } from './socket-table.ts';

const crew = serviceCrew();
const folder = mkdtempSync(path.join(tmpdir(), 'kept-tables-'));
afterAll(async () => {
  await crew.stopAll();
  rmSync(folder, { recursive: true });
});

/** A service that listens, and somebody who looks at it now and then. */
async function watched() {
  const smars = buildService(folder, 'A');
  const { pid, port } = await crew.start(smars.file, [...smars.words, 'listen', '0']);
  let upMs = 0;
  let read: (number | 'self')[] = [];
  const soon: (() => void)[] = [];
  const counted = (of: number | 'self') => {
    read.push(of);
    return readSockets(of);
  };
  const sockets = sharedSockets({ read: counted, soon: (act) => soon.push(act) });
  const trafficOf = rememberedTraffic(sockets, () => upMs);
  return {
    pid,
    find: () => pidsListeningOn(port, { ...FRESH_TABLES, sockets }),
    isLive: () => trafficOf([pid], [port]).isLive,
    /** Whose sockets are read for this, some time after what was done before. */
    readAfter: (ms: number, look: () => void) => {
      for (const forget of soon.splice(0)) forget();
      upMs += ms;
      read = [];
      look();
      return read;
    },
  };
}

it('reads the sockets anew for an answer about traffic that it has not given yet, and once a minute for one that it has', async () => {
  const { pid, isLive, readAfter } = await watched();
  const look = (): void => expect(isLive()).toBe(true);
  expect(readAfter(0, look)).toEqual([pid]);
  expect(readAfter(59_999, look)).toEqual([]);
  expect(readAfter(1, look)).toEqual([pid]);
});

it('reads them once for all who look for a port, and for an answer about the traffic of what was found', async () => {
  const { pid, find, isLive, readAfter } = await watched();
  const look = (): void => expect([find(), find(), isLive()]).toEqual([[pid], [pid], true]);
  expect(readAfter(0, look)).toEqual(['self', pid]);
  expect(readAfter(60_000, look)).toEqual(['self']);
});

it('knows that a process of its own network has its sockets', () => {
  const tables = keptTables();
  expect(tables.sockets(process.ppid, true)).toBe(tables.sockets('self', true));
  tables.close();
});
