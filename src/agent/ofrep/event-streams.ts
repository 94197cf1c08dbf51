import type { ServerResponse } from 'node:http';
import type { HttpLimits } from './http-limits.ts';

/** What a stream tells its readers: that they should ask again, and what they may pass on then. */
export type RefetchEvent = {
  readonly etag: string;
  /** Epoch milliseconds. */
  readonly changedAt: number;
};

/** Open event streams (Server-Sent Events, OFREP 0.3.0 `refetchEvaluation`). */
export type EventStreams = {
  /** False when there are too many. `lastEventId` is what a reader that lost its connection has seen. */
  readonly open: (response: ServerResponse, now: RefetchEvent, lastEventId: string | undefined) => boolean;
  readonly send: (event: RefetchEvent) => void;
  readonly count: () => number;
  readonly close: () => void;
};

/** A reader that lets so much pile up, in bytes, is gone or asleep; it comes back by itself. */
const UNREAD = 64 * 1024;
const RETRY_MS = 2_000;

/** No stream yet. A comment goes out every `heartbeatMs`, so that proxies and readers see that the line is alive. */
export function eventStreams({
  streams,
  heartbeatMs,
}: Pick<HttpLimits, 'streams' | 'heartbeatMs'>): EventStreams {
  const open = new Set<ServerResponse>();
  const heartbeat = setInterval(() => {
    for (const response of open) write(response, ': alive\n\n');
  }, heartbeatMs);
  heartbeat.unref();
  return {
    open: (response, now, lastEventId) => {
      if (open.size >= streams) return false;
      open.add(response);
      response.once('close', () => void open.delete(response));
      // A line that must stay open for hours is not a request that takes too long.
      response.socket?.setTimeout(0);
      response.writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      });
      response.write(`retry: ${RETRY_MS}\n: alive\n\n`);
      if (lastEventId !== undefined && lastEventId !== now.etag) write(response, eventText(now));
      return true;
    },
    send: (event) => {
      for (const response of Array.from(open)) write(response, eventText(event));
    },
    count: () => open.size,
    close: () => {
      clearInterval(heartbeat);
      for (const response of Array.from(open)) response.end();
    },
  };
}

function write(response: ServerResponse, text: string): void {
  if (response.writableLength > UNREAD) response.destroy();
  else response.write(text);
}

function eventText({ etag, changedAt }: RefetchEvent): string {
  const data = { type: 'refetchEvaluation', etag, lastModified: Math.floor(changedAt / 1000) };
  return `event: message\nid: ${etag}\ndata: ${JSON.stringify(data)}\n\n`;
}
