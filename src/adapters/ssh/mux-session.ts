import { connect, type Socket } from 'node:net';
import {
  CHANNEL,
  channelPacket,
  helloPacket,
  MUX_REPLY,
  packetCutter,
  proxyPacket,
  sshString,
  uint32,
} from './mux-packets.ts';

/** What one command on a host wrote and how it ended. */
export type Output = {
  readonly stdout: Buffer;
  /** The last of what it wrote to stderr, for a sentence about a failure. */
  readonly stderr: string;
  /** Null when it was ended by a signal, or the host did not say. */
  readonly exit_status: number | null;
};

/** Why a command gave no output: `lost` connection, `refused` by the host, more than `max_bytes`, or no shared connection at all. */
export type SessionProblem = 'absent' | 'lost' | 'refused' | 'too_much' | 'unsupported' | 'aborted';

export type SessionResult =
  | { readonly ok: true; readonly output: Output }
  | { readonly ok: false; readonly problem: SessionProblem; readonly detail: string };

export type Session = {
  /** Path of the master's control socket. */
  readonly socket: string;
  readonly command: string;
  readonly input: string;
  /** The host may send this many bytes in all; its window is never opened further, so it cannot send more. */
  readonly max_bytes: number;
  readonly signal: AbortSignal;
};

const STDERR_BYTES = 4_096;
const INPUT_PIECE_BYTES = 16_384;

/**
 * Runs a command over a connection that a master already holds, gives it its input, and waits for its end. No process is started
 * for it on this machine: the master takes channel messages straight from its socket (PROTOCOL.mux section 9, OpenSSH 7.4 or
 * newer). Never throws; whatever ends it early is a problem, after which the master should be let go.
 */
export async function runSession(session: Session): Promise<SessionResult> {
  return await new Promise((resolve) => {
    const socket = connect(session.socket);
    const end = (result: SessionResult): void => {
      session.signal.removeEventListener('abort', abort);
      socket.destroy();
      resolve(result);
    };
    const fail = (problem: SessionProblem, detail: string): void => end({ ok: false, problem, detail });
    const abort = (): void => fail('aborted', 'it was cut off');
    const conversation = converse(socket, session, end);
    const cut = packetCutter((packet) => conversation(packet));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const isAbsent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      fail(isAbsent ? 'absent' : 'lost', error.code ?? 'unknown error');
    });
    socket.on('close', () => fail('lost', 'the connection was closed before the answer was complete'));
    socket.on('data', (piece: Buffer) => {
      try {
        cut(piece);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        fail('lost', 'the shared connection sent something that is not ssh');
      }
    });
    session.signal.addEventListener('abort', abort, { once: true });
    if (session.signal.aborted) return abort();
    // A master reads packet by packet, so all three may be sent at once.
    socket.write(Buffer.concat([helloPacket(), proxyPacket(), openPacket(session.max_bytes)]));
  });
}

function openPacket(window: number): Buffer {
  return channelPacket(CHANNEL.open, sshString('session'), uint32(0), uint32(window), uint32(32_768));
}

/** Answers the host's messages one after the other; `end` is called once there is a result. */
function converse(
  socket: Socket,
  session: Session,
  end: (result: SessionResult) => void,
): (packet: Buffer) => void {
  let isProxy = false;
  let remote = 0;
  let window = 0;
  let input = Buffer.from(session.input);
  let received = 0;
  let exitStatus: number | null = null;
  const stdout: Buffer[] = [];
  let stderr = Buffer.alloc(0);
  const send = (type: number, ...fields: Uint8Array[]): void =>
    void socket.write(channelPacket(type, uint32(remote), ...fields));
  const fail = (problem: SessionProblem, detail: string): void => end({ ok: false, problem, detail });
  const feed = (): void => {
    while (input.length > 0 && window > 0) {
      const piece = input.subarray(0, Math.min(window, INPUT_PIECE_BYTES));
      send(CHANNEL.data, sshString(piece));
      window -= piece.length;
      input = input.subarray(piece.length);
      if (input.length === 0) send(CHANNEL.eof);
    }
  };
  const take = (data: Buffer, keep: (data: Buffer) => void): void => {
    received += data.length;
    if (received >= session.max_bytes) return fail('too_much', `more than ${session.max_bytes} bytes`);
    keep(Buffer.from(data));
  };

  const onChannel = (type: number, body: Buffer): void => {
    switch (type) {
      case CHANNEL.confirmation:
        remote = body.readUInt32BE(4);
        window = body.readUInt32BE(8);
        // One write wakes the master once.
        socket.cork();
        send(CHANNEL.request, sshString('exec'), Buffer.from([1]), sshString(session.command));
        feed();
        return socket.uncork();
      case CHANNEL.open_failure:
        return fail('refused', 'it opens no session for us');
      case CHANNEL.failure:
        return fail('refused', 'it does not run commands for us');
      case CHANNEL.window_adjust:
        window += body.readUInt32BE(4);
        return feed();
      case CHANNEL.data:
        return take(stringAt(body, 4), (data) => stdout.push(data));
      case CHANNEL.extended_data:
        return take(stringAt(body, 8), (data) => {
          stderr = Buffer.concat([stderr, data]).subarray(-STDERR_BYTES);
        });
      case CHANNEL.request:
        if (stringAt(body, 4).toString('latin1') === 'exit-status')
          exitStatus = body.readUInt32BE(body.length - 4);
        return undefined;
      case CHANNEL.close:
        send(CHANNEL.close);
        return end({
          ok: true,
          output: { stdout: Buffer.concat(stdout), stderr: stderr.toString('utf8'), exit_status: exitStatus },
        });
      default:
        return undefined;
    }
  };

  return (packet) => {
    if (isProxy) return onChannel(packet.readUInt8(1), packet.subarray(2));
    const type = packet.readUInt32BE(0);
    if (type === MUX_REPLY.proxy) isProxy = true;
    else if (type !== MUX_REPLY.hello) fail('unsupported', 'this ssh has no proxy mode');
    return undefined;
  };
}

function stringAt(body: Buffer, offset: number): Buffer {
  const length = body.readUInt32BE(offset);
  return body.subarray(offset + 4, offset + 4 + length);
}
