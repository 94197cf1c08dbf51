import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { readinessSwitch } from '../../../test/world/readiness-switch.ts';
import { serveHaproxyAgent } from './haproxy-agent.ts';
import type { Door, DoorLimits } from './haproxy-agent.ts';
import type { ReadinessSource } from './readiness.ts';

let door: Door | undefined;
const callers: Socket[] = [];

afterEach(async () => {
  for (const caller of callers.splice(0)) caller.destroy();
  await door?.close();
  door = undefined;
});

async function open(source: ReadinessSource, limits: Partial<DoorLimits> = {}): Promise<void> {
  door = await serveHaproxyAgent({ source, port: 0, limits });
}

function call(allowHalfOpen = false): Socket {
  const caller = connect({ port: door?.port ?? 0, host: '127.0.0.1', allowHalfOpen });
  caller.on('error', () => {});
  callers.push(caller);
  return caller;
}

function broken(): never {
  throw new Error('a bug');
}

/** What a caller is told; it stays connected, which reading a stream to its end with `text` would not. */
async function heard(caller: Socket): Promise<string> {
  let line = '';
  caller.setEncoding('utf8').on('data', (chunk: string) => (line += chunk));
  await once(caller, 'end');
  return line;
}

describe('the door for agent-check', () => {
  it('says up to a server that may take traffic', async () => {
    await open(readinessSwitch());
    expect(await text(call())).toBe('up\n');
  });

  it.each([
    ['no lease: binary_mismatch', 'down #no lease: binary_mismatch\n'],
    ['up ready\r\nup #x', 'down #up ready up x\n'],
    ['', 'down #not ready\n'],
  ])('says down for %j in one line', async (reason, line) => {
    await open(readinessSwitch({ ready: false, reason }));
    expect(await text(call())).toBe(line);
  });

  it('asks the source for each answer, not when it was told of a change', async () => {
    const source = readinessSwitch();
    await open(source);
    expect(await text(call())).toBe('up\n');
    source.lapse('lease over');
    expect(await text(call())).toBe('down #lease over\n');
  });

  it('says down for a source that throws', async () => {
    await open({ current: broken, onChange: () => () => {} });
    expect(await text(call())).toBe('down #the agent cannot tell\n');
  });

  it('answers a caller that sends what nobody asked for', async () => {
    await open(readinessSwitch());
    const caller = call();
    caller.write(Buffer.alloc(1024 * 1024, 'x'));
    expect(await text(caller)).toBe('up\n');
  });

  it('cuts a caller that has its answer and never closes', async () => {
    await open(readinessSwitch(), { lingerMs: 50 });
    const caller = call(true);
    expect(await heard(caller)).toBe('up\n');
    const refused = new Promise((resolve) => void caller.once('error', resolve));
    // Only a connection that the other side has dropped refuses what is written to it.
    const talk = setInterval(() => caller.write('still here'), 5);
    expect(await refused).toMatchObject({ syscall: 'write' });
    clearInterval(talk);
  });

  it('goes on after callers that reset the connection', async () => {
    await open(readinessSwitch());
    for (let at = 0; at < 20; at += 1) {
      const caller = call();
      await once(caller, 'connect');
      caller.resetAndDestroy();
    }
    expect(await text(call())).toBe('up\n');
  });

  it('answers the newest caller while others hold every connection', async () => {
    await open(readinessSwitch(), { connections: 4, lingerMs: 60_000 });
    for (let at = 0; at < 12; at += 1) expect(await heard(call(true))).toBe('up\n');
    expect(await text(call())).toBe('up\n');
  });

  it('lets nobody in once it is closed, and cuts who is there', async () => {
    await open(readinessSwitch(), { lingerMs: 60_000 });
    expect(await heard(call(true))).toBe('up\n');
    await door?.close();
    const late = connect(door?.port ?? 0, '127.0.0.1');
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('says which address it could not have', async () => {
    await open(readinessSwitch());
    await expect(
      serveHaproxyAgent({ source: readinessSwitch(), port: door?.port ?? 0 }),
    ).rejects.toMatchObject({
      code: 'BAD_USAGE',
    });
  });
});
