import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flagsScan } from '../src/cli/commands/flags-scan.ts';
import { SCAN_RULES } from '../src/cli/flags/scan-sarif.ts';
import { consoleBlocks } from '../tools/console-blocks.ts';
import { FLAGS_PAGE, runFlagsPage } from '../tools/flags-page.ts';

/** The manual is true: what it shows is what its commands print. `node tools/flags-page.ts` writes it anew. */

const page = readFileSync(FLAGS_PAGE, 'utf8');
const printed = await runFlagsPage(page);
const examples = consoleBlocks(page).map((block, at) => ({ ...block, printed: printed[at] }));

describe('docs/flags.md', () => {
  it.each(examples)('line $from prints what the page says', ({ stdout, exit, printed: now }) => {
    expect(now).toEqual({ stdout, exit });
  });

  it.each(Object.keys(flagsScan.options))('explains --%s', (name) => {
    expect(page).toMatch(new RegExp(`\`--${name}[ \`]`));
  });

  it.each(SCAN_RULES)('names the rule $id', ({ id }) => {
    expect(page).toContain(`\`${id}\``);
  });
});
