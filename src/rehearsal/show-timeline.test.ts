import { describe, expect, it } from 'vitest';
import { showAct, showFact, wrap } from './show-timeline.ts';
import type { TimedFact } from './timeline.ts';

const FACT: TimedFact = {
  at: '2026-01-01T00:00:04.200Z',
  elapsed_ms: 4_249,
  act: 1,
  story_time: '27 Jul',
  what: 'smars-01 to smars-02 get the new file and restart.',
  count: '2 of 8 new',
  source: 'story',
  paragraphs: [],
  tone: 'plain',
};
const LONG = { ...FACT, what: 'word '.repeat(60).trim(), paragraphs: [15, 26] };

describe('a line of the timeline', () => {
  it('holds the clock, the story time, the fact and the count', () => {
    expect(showFact(FACT, { columns: 100, isColoured: false })).toBe(
      ' 4.2 s 27 Jul        smars-01 to smars-02 get the new file and restart.                   2 of 8 new\n',
    );
  });

  it.each([
    [20, 80],
    [80, 80],
    [93, 93],
    [100, 100],
    [400, 100],
  ])('on %i columns is at most %i wide', (columns, most) => {
    const lines = showFact(LONG, { columns, isColoured: false }).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(Math.max(...lines.map((line) => line.length))).toBe(most);
  });

  it('names the paragraphs of the record', () => {
    expect(showFact(LONG, { columns: 100, isColoured: false })).toContain('[SEC 15, 26]');
  });

  it('has colours only where they can be shown', () => {
    const bad = { ...FACT, tone: 'bad' } as const;
    expect(showFact(bad, { columns: 100, isColoured: false })).not.toContain('\u001b');
    expect(showFact(bad, { columns: 100, isColoured: true })).toContain('\u001b[31m');
    expect(showAct(1, 'Without a gate', { columns: 100, isColoured: false })).toBe(
      '\nAct 1. Without a gate\n',
    );
  });
});

describe('wrapping', () => {
  it.each([
    ['', 5, ['']],
    ['one two', 7, ['one two']],
    ['one two', 6, ['one', 'two']],
    ['incomprehensible', 4, ['incomprehensible']],
  ])('%j at %i', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });
});
