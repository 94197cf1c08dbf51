import type { Io } from '../io.ts';
import { type Paint, painter } from '../render/terminal-text.ts';

/** Columns of a page that is not a terminal. */
const WIDTH = 100;

/** How wide a page may be, and whether it may have colours (https://no-color.org). */
export function terminalOf(io: Io): { readonly width: number; readonly paint: Paint } {
  const isColoured = io.isStdoutTty && !io.env['NO_COLOR'] && io.env['TERM'] !== 'dumb';
  return { width: Math.max(40, io.stdoutColumns ?? WIDTH), paint: painter(isColoured) };
}
