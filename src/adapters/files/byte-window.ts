import type { ByteSource } from './byte-source.ts';

/** The part of a source that is in memory: what came and is not used up yet. */
export type ByteWindow = {
  readonly source: ByteSource;
  /** From `start` to `end`; overwritten as reading goes on. */
  bytes: Buffer;
  start: number;
  end: number;
  isEnded: boolean;
};

const FIRST_SIZE = 1024 * 1024;
const LINE_FEED = 0x0a;

export function windowOn(source: ByteSource): ByteWindow {
  return { source, bytes: Buffer.allocUnsafe(FIRST_SIZE), start: 0, end: 0, isEnded: false };
}

/** Reads until `size` bytes are in the window, or the source ends. */
export async function fillWindow(window: ByteWindow, size: number): Promise<void> {
  while (!window.isEnded && window.end - window.start < size) {
    makeRoom(window, size);
    await readMore(window);
  }
}

/** Moves what is left to the front, and doubles the memory when that is not enough, up to `size` bytes and no more. */
function makeRoom(window: ByteWindow, size: number): void {
  if (window.end < window.bytes.length) return;
  const length = window.end - window.start;
  if (window.start > 0) {
    window.bytes.copyWithin(0, window.start, window.end);
  } else {
    const grown = Buffer.allocUnsafe(Math.min(Math.max(size, length + 1), window.bytes.length * 2));
    window.bytes.copy(grown, 0, 0, window.end);
    window.bytes = grown;
  }
  window.start = 0;
  window.end = length;
}

async function readMore(window: ByteWindow): Promise<void> {
  const reading = window.source.read(window.bytes, window.end);
  const count = typeof reading === 'number' ? reading : await reading;
  window.end += count;
  window.isEnded = count === 0;
}

/** What is done with each line. A promise is waited for before the next line, so that a stream is not read faster than it is used. */
export type LineUse = {
  /** One line that is not blank, without its line feed; the bytes are overwritten afterwards. `line` counts from 1. */
  readonly line: (bytes: Buffer, start: number, end: number, line: number) => Promise<void> | undefined;
  /** A line longer than `mostBytes`; it was skipped. */
  readonly overlong: (line: number) => void;
};

/** Gives every line of the source to `use`, holding no more than one line and one piece in memory. */
export async function eachLine(window: ByteWindow, mostBytes: number, use: LineUse): Promise<void> {
  let line = 1;
  let isSkipping = false;
  let searched = window.start;
  for (;;) {
    const { bytes } = window;
    // What is found behind the end is of an earlier piece.
    const found = bytes.indexOf(LINE_FEED, searched);
    const feed = found < window.end ? found : -1;
    if (feed === -1 && !window.isEnded) {
      if (window.end - window.start > mostBytes) isSkipping = true;
      if (isSkipping) window.start = window.end;
      makeRoom(window, mostBytes + 1);
      searched = window.end;
      await readMore(window);
      continue;
    }
    const end = feed === -1 ? window.end : feed;
    if (isSkipping || end - window.start > mostBytes) use.overlong(line);
    else if (!isBlank(bytes, window.start, end)) {
      const used = use.line(bytes, window.start, end, line);
      if (used !== undefined) await used;
    }
    if (feed === -1) return;
    isSkipping = false;
    line += 1;
    window.start = feed + 1;
    searched = window.start;
  }
}

/** Whether there is nothing but JSON's white space. */
export function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
  }
  return true;
}
