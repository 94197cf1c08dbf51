import { Fault } from '../../fault.ts';
import type { ByteSource } from './byte-source.ts';

const PIECE = 1024 * 1024;

/**
 * The lines of a text, many at a time, without their line feeds; what is no UTF-8 comes as U+FFFD. A last line that nothing ends is a
 * line too. Fault TOO_LARGE for a line longer than `longest` characters.
 */
export async function* readLines(
  source: Pick<ByteSource, 'name' | 'read'>,
  longest: number,
): AsyncGenerator<readonly string[]> {
  const piece = Buffer.alloc(PIECE);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let pieces: string[] = [];
  let length = 0;
  for (;;) {
    const count = await source.read(piece, 0);
    const text = decoder.decode(piece.subarray(0, count), { stream: count > 0 });
    const [first = '', ...others] = text.split('\n');
    pieces.push(first);
    length += first.length;
    if (length > longest)
      throw new Fault(
        'TOO_LARGE',
        `${source.name} has a line of more than ${longest} characters; is it the right file?`,
      );
    const last = others.pop();
    if (last !== undefined) {
      yield [pieces.join(''), ...others];
      pieces = [last];
      length = last.length;
    }
    if (count > 0) continue;
    if (length > 0) yield [pieces.join('')];
    return;
  }
}
