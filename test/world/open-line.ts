import { once } from 'node:events';
import { connect } from 'node:net';

/** One connection that stays open, and asks over HTTP/1.1 when it is told to. */
export type OpenLine = {
  /** Asks once; the name of the server that answered. */
  readonly ask: () => Promise<string>;
  /** Settled when the other side has closed it. */
  readonly closed: Promise<void>;
  readonly isOpen: () => boolean;
  readonly end: () => void;
};

export async function openLine(host: string, port: number): Promise<OpenLine> {
  const socket = connect(port, host);
  // A connection that is reset is a closed one.
  socket.on('error', () => socket.destroy()).resume();
  await once(socket, 'connect');
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  return {
    ask: async () => {
      socket.write('GET /?id=line HTTP/1.1\r\nHost: smars\r\n\r\n');
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      return /x-server: (\S+)/i.exec(bytes.toString('latin1'))?.[1] ?? '';
    },
    closed,
    isOpen: () => !socket.destroyed,
    end: () => void socket.destroy(),
  };
}
