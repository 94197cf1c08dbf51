import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { flag, sha } from '../../../test/world/documents.ts';
import { RUNS_A, memorySource, ofrepWorld, value, viewOf } from '../../../test/world/ofrep-world.ts';
import type { OfrepWorld, WorldOptions } from '../../../test/world/ofrep-world.ts';

const EVENTS = '/haunted/v1/events';
const view = viewOf([flag('on')]);

let world: OfrepWorld | null = null;
const readers: AbortController[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.abort();
  await world?.close();
  world = null;
});

async function start(more: Partial<WorldOptions> = {}): Promise<OfrepWorld> {
  world = await ofrepWorld({ view, source: memorySource({ on: value(true) }), ...more });
  return world;
}

/** Reads a stream piece by piece: `next` waits until a text was seen and answers with all that came up to there. */
async function reader(
  url: string,
  headers: Record<string, string> = {},
): Promise<{
  status: number;
  type: string | null;
  next: (text: string) => Promise<string>;
  end: Promise<void>;
}> {
  const stop = new AbortController();
  readers.push(stop);
  const response = await fetch(url, { headers, signal: stop.signal });
  let seen = '';
  let isOver = false;
  let news = Promise.withResolvers<void>();
  const tell = (): void => {
    news.resolve();
    news = Promise.withResolvers<void>();
  };
  const end = (async () => {
    try {
      for await (const piece of response.body ?? []) {
        seen += new TextDecoder().decode(piece as Uint8Array);
        tell();
      }
    } catch {
      // We left.
    }
    isOver = true;
    tell();
  })();
  const next = async (text: string): Promise<string> => {
    while (!seen.includes(text)) {
      if (isOver) throw new Error(`the stream ended after ${JSON.stringify(seen)}`);
      await news.promise;
    }
    const upTo = seen.slice(0, seen.indexOf(text) + text.length);
    seen = seen.slice(upTo.length);
    return upTo;
  };
  return { status: response.status, type: response.headers.get('content-type'), next, end };
}

describe('the event stream', () => {
  it.each<[string, (world: OfrepWorld, source: ReturnType<typeof memorySource>) => void]>([
    ['the flags change', (_, source) => source.set({ on: value(false) })],
    [
      'another manifest is in force',
      ({ hold }) => hold(viewOf([flag('on')], { generation: 42, manifest_sha256: sha('d') })),
    ],
    ['another binary runs', ({ runs }) => runs({ ...RUNS_A, sha256: sha('b') })],
    ['nobody can tell what runs', ({ runs }) => runs({ ok: false, code: 'NO_PROCESS', detail: 'none' })],
  ])('says that callers should ask again when %s', async (_, change) => {
    const source = memorySource({ on: value(true) });
    const made = await start({ source });
    const { status, type, next } = await reader(`${made.server.url}${EVENTS}`);
    expect([status, type]).toEqual([200, 'text/event-stream']);
    expect(await next(': alive\n\n')).toMatch(/^retry: \d+\n/);
    change(made, source);
    const event = await next('}\n\n');
    const [, id, data] = /^event: message\nid: (\w+)\ndata: (.*)\n\n$/.exec(event) ?? [];
    expect(JSON.parse(data ?? '')).toEqual({
      type: 'refetchEvaluation',
      etag: id,
      lastModified: expect.any(Number),
    });
    // As a provider asks after an event.
    const query = `flagConfigEtag=${id}&flagConfigLastModified=1771622898`;
    expect((await made.post(`/ofrep/v1/evaluate/flags?${query}`)).status).toBe(200);
  });

  it('says nothing when nothing changed', async () => {
    const source = memorySource({ on: value(true) });
    const made = await start({ source });
    const { next } = await reader(`${made.server.url}${EVENTS}`);
    made.runs(RUNS_A);
    made.hold(view);
    source.set({});
    const event = await next('}\n\n');
    expect(event.match(/event: /g)).toHaveLength(1);
  });

  it('shows that it is alive', async () => {
    const { server } = await start({ limits: { heartbeatMs: 20 } });
    const { next } = await reader(`${server.url}${EVENTS}`);
    await next(': alive\n\n');
    expect(await next(': alive\n\n')).toBe(': alive\n\n');
    expect(await next(': alive\n\n')).toBe(': alive\n\n');
  });

  it('tells a caller that comes back what it missed, and nothing when it missed nothing', async () => {
    const source = memorySource({ on: value(true) });
    const { server } = await start({ source });
    const first = await reader(`${server.url}${EVENTS}`);
    source.set({ on: value(false) });
    const id = /id: (\w+)/.exec(await first.next('}\n\n'))?.[1] ?? '';
    const late = await reader(`${server.url}${EVENTS}`, { 'Last-Event-ID': 'older' });
    expect(await late.next('}\n\n')).toContain(`id: ${id}\n`);
    const upToDate = await reader(`${server.url}${EVENTS}`, { 'Last-Event-ID': id });
    source.set({ on: value(true) });
    expect(await upToDate.next('}\n\n')).not.toContain(`id: ${id}\n`);
  });

  it('has a limit, and a place is free again when a reader leaves', async () => {
    const { server } = await start({ limits: { streams: 1 } });
    const first = connect(server.address.port, '127.0.0.1');
    const opened = new Promise<void>((resolve) => void first.once('data', () => resolve()));
    first.write(`GET ${EVENTS} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await opened;
    expect((await reader(`${server.url}${EVENTS}`)).status).toBe(429);
    first.destroy();
    let status = 429;
    while (status === 429) status = (await reader(`${server.url}${EVENTS}`)).status;
    expect(status).toBe(200);
  });

  it('ends when the server stops', async () => {
    const { server } = await start();
    const { next, end } = await reader(`${server.url}${EVENTS}`);
    await next(': alive\n\n');
    await server.close();
    await end;
    await expect(next('anything')).rejects.toThrow('the stream ended');
  });
});
