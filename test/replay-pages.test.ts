import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECKS_PAGE, checksPage, REPLAYS_FOLDER, REPLAYS_MANUAL } from '../tools/replay-pages.ts';
import { consoleBlocks, withOutputs } from '../tools/console-blocks.ts';
import { runExamples } from '../tools/run-examples.ts';

describe('the pages about replays', () => {
  it('count what the replays say now, and give a reason for each difference', async () => {
    expect(await checksPage()).toBe(readFileSync(CHECKS_PAGE, 'utf8'));
  });

  it('show what the command prints', async () => {
    const manual = readFileSync(REPLAYS_MANUAL, 'utf8');
    const lines = consoleBlocks(manual).map(({ words }) => words);
    expect(lines.length).toBeGreaterThan(1);
    expect(withOutputs(manual, await runExamples(lines, REPLAYS_FOLDER))).toBe(manual);
  });
});
