import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from './read-lines.ts';

/** A source that gives its bytes in pieces of these lengths. */
function sourceOf(bytes: Uint8Array, sizes: readonly number[]) {
  let [at, turn] = [0, 0];
  const read = (into: Buffer): number => {
    const size = Math.min(sizes[turn % sizes.length] ?? 1, bytes.length - at);
    into.set(bytes.subarray(at, at + size));
    [at, turn] = [at + size, turn + 1];
    return size;
  };
  return { name: 'a test', read };
}

async function linesOf(text: string, sizes: readonly number[], longest = 1000): Promise<readonly string[]> {
  return (await Array.fromAsync(readLines(sourceOf(Buffer.from(text), sizes), longest))).flat();
}

describe('lines', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['\n', ['']],
    ['a\n\nb\n', ['a', '', 'b']],
    ['a\r\nb', ['a\r', 'b']],
    ['a\u2028b\n', ['a\u2028b']],
    ['\ufeffa\n', ['\ufeffa']],
  ])('of %j', async (text, lines) => {
    expect(await linesOf(text, [3])).toEqual(lines);
  });

  it('are the same however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\n') })),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        async (parts, sizes) => {
          const text = `${parts.join('')}!`;
          expect(await linesOf(text, sizes)).toEqual(text.split('\n'));
        },
      ),
    );
  });

  it.each([
    [10, 'ok'],
    [9, 'TOO_LARGE'],
  ])('may be %i characters long: %s', async (longest, answer) => {
    const ended = linesOf(`${'a'.repeat(10)}\n`, [4], longest).then(
      () => 'ok',
      (error: { code: string }) => error.code,
    );
    expect(await ended).toBe(answer);
  });
});
