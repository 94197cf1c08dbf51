import { closeSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';
import { isGone } from './errno.ts';

/** One TCP socket of a network namespace, from /proc/PID/net/tcp or tcp6 (proc_pid_net(5)). */
export type Socket = {
  readonly state: 'listening' | 'established' | 'other';
  /** `192.0.2.1` or `::1`. */
  readonly address: string;
  readonly port: number;
  readonly peerAddress: string;
  readonly peerPort: number;
  readonly uid: number;
  /** What a process holds as `socket:[inode]`; 0 while nobody holds it (not yet accepted, or closing). */
  readonly inode: number;
};

const IS_LITTLE_ENDIAN = endianness() === 'LE';

/** What one line of the table says; null for its heading and for anything else. */
export function parseSocket(line: string): Socket | null {
  const fields = line.trim().split(/\s+/);
  const local = parseEnd(fields[1]);
  const peer = parseEnd(fields[2]);
  const inode = Number(fields[9]);
  if (local === null || peer === null || !Number.isSafeInteger(inode)) return null;
  const state = fields[3] === '0A' ? 'listening' : fields[3] === '01' ? 'established' : 'other';
  return {
    state,
    address: local.address,
    port: local.port,
    peerAddress: peer.address,
    peerPort: peer.port,
    uid: Number(fields[7]),
    inode,
  };
}

function parseEnd(text: string | undefined): { address: string; port: number } | null {
  const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(text ?? '');
  if (match === null) return null;
  const bytes = addressBytes(match[1] ?? '');
  return {
    address: bytes.length === 4 ? bytes.join('.') : shownV6(bytes),
    port: Number.parseInt(match[2] ?? '', 16),
  };
}

/** The kernel prints each 32-bit word of an address in the machine's own order. */
function addressBytes(hex: string): number[] {
  const bytes = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  if (!IS_LITTLE_ENDIAN) return bytes;
  return bytes.map((_byte, at) => bytes[at - (at % 4) + 3 - (at % 4)] ?? 0);
}

/** RFC 5952: no leading zeros, the longest run of zeros as `::`; an IPv4 address in IPv6 as `::ffff:192.0.2.1`. */
function shownV6(bytes: readonly number[]): string {
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff)
    return `::ffff:${bytes.slice(12).join('.')}`;
  const groups = Array.from({ length: 8 }, (_item, at) =>
    ((bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0)).toString(16),
  );
  const text = groups.join(':');
  const [longest] = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length);
  if (longest === undefined) return text;
  return `${text.slice(0, longest.index)}::${text.slice(longest.index + longest[0].length).replace(/^:/, '')}`;
}

/** Every TCP socket, v4 and v6, of the network namespace that `pid` lives in; `self` for our own. */
export function readSockets(pid: number | 'self'): Socket[] {
  return ['tcp', 'tcp6'].flatMap((table) => readTable(`/proc/${pid}/net/${table}`));
}

/** Line by line: a busy machine has a hundred thousand of them. */
function readTable(file: string): Socket[] {
  const sockets: Socket[] = [];
  const chunk = Buffer.allocUnsafe(64 * 1024);
  let rest = '';
  const fd = openIfThere(file);
  if (fd === null) return sockets;
  try {
    for (let bytes = readSync(fd, chunk); bytes > 0; bytes = readSync(fd, chunk)) {
      const lines = (rest + chunk.toString('latin1', 0, bytes)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const socket = parseSocket(line);
        if (socket !== null) sockets.push(socket);
      }
    }
  } finally {
    closeSync(fd);
  }
  return sockets;
}

/** A kernel without IPv6 has no tcp6, and that is no fault. */
function openIfThere(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
