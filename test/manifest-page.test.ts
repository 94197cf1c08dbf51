import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { parseFlagFile } from '../src/cli/manifest/read-flag-file.ts';
import { FlagEntry } from '../src/model/flag-file.ts';
import { consoleBlocks } from '../tools/console-blocks.ts';
import { MANIFEST_PAGE, runManifestPage } from '../tools/manifest-page.ts';

/** The manual is true: what it shows is what its commands print. `node tools/manifest-page.ts` writes it anew. */

const page = readFileSync(MANIFEST_PAGE, 'utf8');
const printed = await runManifestPage(page);
const examples = consoleBlocks(page).map((block, at) => ({ ...block, printed: printed[at] }));

describe('docs/manifest.md', () => {
  it.each(examples)('line $from prints what the page says', ({ stdout, exit, printed: now }) => {
    expect(now).toEqual({ stdout, exit });
  });

  it('shows both answers of a difference', () => {
    expect(new Set(examples.map(({ exit }) => exit))).toEqual(new Set([0, 2]));
  });

  it.each(['create', 'check', 'show', 'diff'])('names every option of %s', async (verb) => {
    const row = COMMANDS.find(({ name }) => name === `manifest ${verb}`);
    const options = Object.keys((await row?.load())?.options ?? {});
    expect(options).not.toEqual([]);
    expect(options.filter((name) => !new RegExp(`--${name}[ \`\\]]`).test(page))).toEqual([]);
  });
});

describe('docs/flags-yaml.md', () => {
  const manual = readFileSync(path.join(path.dirname(MANIFEST_PAGE), 'flags-yaml.md'), 'utf8');

  it('has an example that can be read', () => {
    const example = /```yaml\n([^]*?)```/.exec(manual)?.[1] ?? '';
    expect(Object.keys(parseFlagFile(example, 'example').flags)).toEqual(['rlp']);
  });

  it.each(Object.keys(FlagEntry.shape))('explains the field %s', (field) => {
    expect(manual).toContain(`\`${field}\``);
  });
});
