// The peer of the evidence reader: reads a file of lines in large pieces and does nothing but JSON.parse each.
import { openSync, readSync } from 'node:fs';
import process from 'node:process';

const PIECE = 1024 * 1024;
const fd = openSync(process.argv[2], 'r');
const bytes = Buffer.allocUnsafe(5 * PIECE);
let kept = 0;
let count = 0;
for (;;) {
  const read = readSync(fd, bytes, kept, PIECE, null);
  if (read === 0) break;
  const end = kept + read;
  let start = 0;
  for (;;) {
    const feed = bytes.indexOf(10, start);
    if (feed === -1 || feed >= end) break;
    if (JSON.parse(bytes.toString('utf8', start, feed)).hostname !== undefined) count += 1;
    start = feed + 1;
  }
  bytes.copyWithin(0, start, end);
  kept = end - start;
}
console.log(count);
