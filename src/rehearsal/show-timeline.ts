import type { TimedFact } from './timeline.ts';

/** How wide the reader's screen is, in columns, and whether it shows colours. */
export type Screen = { readonly columns: number; readonly isColoured: boolean };

const CLOCK = 6;
const STORY = 12;
const COUNT = 19;
const CODES = { bold: '1', dim: '2', bad: '31', good: '32' } as const;

/** One fact as a line: seconds since the start, story time, what happened, the count. Long texts go on below themselves. */
export function showFact(fact: TimedFact, screen: Screen): string {
  const width = Math.min(Math.max(screen.columns, 80), 100) - CLOCK - STORY - COUNT - 5;
  const paragraphs = fact.paragraphs.length === 0 ? '' : ` [SEC ${fact.paragraphs.join(', ')}]`;
  const [first = '', ...more] = wrap(`${fact.what}${paragraphs}`, width);
  const clock = `${(fact.elapsed_ms / 1000).toFixed(1)} s`.padStart(CLOCK);
  const count = fact.count.padStart(COUNT);
  const head = [
    `${paint(clock, 'dim', screen)} ${fact.story_time.padEnd(STORY)}`,
    paint(first.padEnd(width), fact.tone, screen),
    paint(count, fact.tone, screen),
  ];
  const indent = ' '.repeat(CLOCK + STORY + 3);
  return [head.join('  ').trimEnd(), ...more.map((text) => `${indent}${paint(text, fact.tone, screen)}`)]
    .map((line) => `${line}\n`)
    .join('');
}

/** The title of an act. */
export function showAct(act: number, title: string, screen: Screen): string {
  const text = act === 0 ? title : `Act ${act}. ${title}`;
  return `\n${paint(text, 'bold', screen)}\n`;
}

/** Breaks a text at spaces so that no line is wider than `width`, unless one word is. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** A text in the colour of its tone, where colours can be shown. */
export function paint(text: string, tone: keyof typeof CODES | 'plain', { isColoured }: Screen): string {
  return tone === 'plain' || !isColoured || text === '' ? text : `\u001b[${CODES[tone]}m${text}\u001b[0m`;
}
