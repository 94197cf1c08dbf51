import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { parseFlagFile } from '../src/cli/manifest/read-flag-file.ts';
import { runCommandLine } from '../src/cli/run.ts';
import { VERSION } from '../src/cli/version.ts';
import { FlagEntry } from '../src/model/flag-file.ts';
import { consoleBlocks } from '../tools/console-blocks.ts';
import { testIo } from './fixtures/test-io.ts';

/** The manual is true: its commands are run in order, in a copy of the folder it tells the reader to copy. */

const docs = path.join(import.meta.dirname, '..', 'docs');
const page = readFileSync(path.join(docs, 'manifest.md'), 'utf8');
const folder = mkdtempSync(path.join(tmpdir(), 'haunted-manual-'));
cpSync(path.join(docs, 'examples', 'manifest'), folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

describe('docs/manifest.md', () => {
  it.each(consoleBlocks(page))('line $from prints what the page says', async ({ words, stdout, exit }) => {
    const session = testIo({ cwd: folder });
    expect(await runCommandLine(words, COMMANDS, VERSION, session.io)).toBe(exit);
    expect(session.stderr() + session.stdout()).toBe(stdout);
  });

  it.each(['create', 'check', 'show', 'diff'])('names every option of %s', async (verb) => {
    const row = COMMANDS.find(({ name }) => name === `manifest ${verb}`);
    const options = Object.keys((await row?.load())?.options ?? {});
    expect(options).not.toEqual([]);
    expect(options.filter((name) => !new RegExp(`--${name}[ \`\\]]`).test(page))).toEqual([]);
  });
});

describe('docs/flags-yaml.md', () => {
  const manual = readFileSync(path.join(docs, 'flags-yaml.md'), 'utf8');

  it('has an example that can be read', () => {
    const example = /```yaml\n([^]*?)```/.exec(manual)?.[1] ?? '';
    expect(Object.keys(parseFlagFile(example, 'example').flags)).toEqual(['rlp']);
  });

  it.each(Object.keys(FlagEntry.shape))('explains the field %s', (field) => {
    expect(manual).toContain(`\`${field}\``);
  });
});
