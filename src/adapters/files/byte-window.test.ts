import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { streamSource } from './byte-source.ts';
import { eachLine, fillWindow, windowOn } from './byte-window.ts';

async function* piecesOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

type Seen = { readonly lines: string[]; readonly overlong: number[] };

async function linesOf(
  bytes: Uint8Array,
  sizes: readonly number[],
  mostBytes: number,
  head: number,
): Promise<Seen> {
  const window = windowOn(streamSource('a stream', piecesOf(bytes, sizes)));
  await fillWindow(window, head);
  const seen: Seen = { lines: [], overlong: [] };
  await eachLine(window, mostBytes, {
    line: (from, start, end, line) => {
      seen.lines.push(`${line} ${from.toString('latin1', start, end)}`);
      return line % 2 === 0 ? Promise.resolve() : undefined;
    },
    overlong: (line) => void seen.overlong.push(line),
  });
  return seen;
}

/** The same, of the whole at once. */
function expectedLines(text: string, mostBytes: number): Seen {
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
  const isShort = ({ line }: { line: string }): boolean => line.length <= mostBytes;
  return {
    lines: lines
      .filter(isShort)
      .filter(({ line }) => line.trim() !== '')
      .map(({ line, number }) => `${number} ${line}`),
    overlong: lines.filter((each) => !isShort(each)).map(({ number }) => number),
  };
}

describe('eachLine', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', ' ', '\n', '\r', 'ccccccccc'), { maxLength: 60 })
    .map((parts) => parts.join(''));
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 });

  it('gives the same lines however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        sizes,
        fc.integer({ min: 1, max: 30 }),
        fc.nat({ max: 30 }),
        async (given, pieces, most, head) => {
          expect(await linesOf(Buffer.from(given), pieces, most, head)).toEqual(expectedLines(given, most));
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    [1024 * 1024 - 1, 1],
    [1024 * 1024, 1],
    [1024 * 1024 + 1, 1],
    [3 * 1024 * 1024, 100_000],
    [4 * 1024 * 1024 - 1, 65_536],
  ])('a line of %i bytes between others comes whole', async (length, size) => {
    const given = `first\n${'x'.repeat(length)}\nlast`;
    const seen = await linesOf(Buffer.from(given), [size * 10], 4 * 1024 * 1024, 10);
    expect(seen.lines.map((line) => line.length)).toEqual(['1 first'.length, length + 2, '3 last'.length]);
  });

  it('waits for what a line asks to wait for', async () => {
    const order: string[] = [];
    const window = windowOn(streamSource('a stream', piecesOf(Buffer.from('a\nb\n'), [4])));
    await eachLine(window, 10, {
      line: async (_bytes, _start, _end, line) => {
        order.push(`start ${line}`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`end ${line}`);
      },
      overlong: () => undefined,
    });
    expect(order).toEqual(['start 1', 'end 1', 'start 2', 'end 2']);
  });
});
