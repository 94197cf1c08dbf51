import type { IncomingMessage } from 'node:http';
import { Fault } from '../fault.ts';

/**
 * The body of a request. Fault TOO_LARGE when it is larger than `maxBytes`; it is not read further. A caller that leaves in the middle is
 * a Fault INTERRUPTED that nobody hears.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  // By events: an async iterator over a request costs as much as all the rest of a small answer.
  return await new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    request.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > maxBytes) reject(tooLarge(maxBytes));
      else pieces.push(piece);
    });
    request.once('end', () =>
      resolve(pieces[1] === undefined ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces, length)),
    );
    request.once('error', () => reject(left()));
    request.once('close', () => {
      if (!request.complete) reject(left());
    });
  });
}

/** How many bytes the body may take in memory: one that does not say how long it is may be as long as any. */
export function bodySize({ headers }: IncomingMessage, maxBytes: number): number {
  return Math.min(maxBytes, Number(headers['content-length'] ?? maxBytes) || 0);
}

function tooLarge(maxBytes: number): Fault {
  return new Fault(
    'TOO_LARGE',
    `The body of the request is larger than the ${maxBytes} bytes that are read.`,
    {
      limit: maxBytes,
    },
  );
}

function left(): Fault {
  return new Fault('INTERRUPTED', 'The caller left in the middle of a request.');
}
