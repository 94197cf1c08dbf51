import type { ServerResponse } from 'node:http';
import type { StreamLine } from '../model/agent-wire.ts';
import type { ServerLimits } from './limits.ts';
import { startLines } from './respond.ts';

/** The lines that agents keep open, one for each member; a newer one takes the place of the older. */
export type AgentStreams = {
  readonly open: (key: string, response: ServerResponse) => void;
  /** False when nobody listens under that name. */
  readonly send: (key: string, line: StreamLine) => boolean;
  readonly isOpen: (key: string) => boolean;
  readonly count: () => number;
  /** Ends the stream of a member, such as one that joined anew. */
  readonly cut: (key: string) => void;
  readonly close: () => void;
};

type Options = Pick<ServerLimits, 'beatMs' | 'unread'> & {
  readonly proveEveryMs: number;
  readonly onOpen: (key: string) => void;
};

const BEAT = `${JSON.stringify({ type: 'beat' } satisfies StreamLine)}\n`;

export function agentStreams({ beatMs, unread, proveEveryMs, onOpen }: Options): AgentStreams {
  const streams = new Map<string, ServerResponse>();
  const settings = `${JSON.stringify({ type: 'settings', prove_every_ms: proveEveryMs } satisfies StreamLine)}\n`;
  const write = (response: ServerResponse, text: string): void => {
    // It was ended a moment ago, and what is written to it now would end the process.
    if (response.writableEnded) return;
    // A reader that lets so much pile up is gone or asleep; it comes back by itself.
    if (response.writableLength > unread) response.destroy();
    else response.write(text);
  };
  const beats = setInterval(() => {
    for (const response of streams.values()) write(response, BEAT);
  }, beatMs);
  beats.unref();
  return {
    open: (key, response) => {
      const older = streams.get(key);
      streams.set(key, response);
      older?.end();
      response.once('close', () => {
        if (streams.get(key) === response) streams.delete(key);
      });
      startLines(response);
      response.write(settings);
      onOpen(key);
    },
    send: (key, line) => {
      const response = streams.get(key);
      if (response === undefined || response.destroyed || response.writableEnded) return false;
      write(response, `${JSON.stringify(line)}\n`);
      return !response.destroyed;
    },
    isOpen: (key) => streams.has(key),
    count: () => streams.size,
    cut: (key) => void streams.get(key)?.end(),
    close: () => {
      clearInterval(beats);
      for (const response of Array.from(streams.values())) response.end();
    },
  };
}
