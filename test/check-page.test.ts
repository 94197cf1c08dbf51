import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { runCommandLine } from '../src/cli/run.ts';
import { VERSION } from '../src/cli/version.ts';
import { EXAMPLES, exampleFiles } from '../tools/check-examples.ts';
import { consoleBlocks } from '../tools/console-blocks.ts';
import { testIo } from './fixtures/test-io.ts';

const page = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'check.md'), 'utf8');
const blocks = consoleBlocks(page);

describe('docs/check.md', () => {
  it('has an example for each gate, each answer and each format', () => {
    const lines = blocks.map((block) => block.words.join(' '));
    for (const gate of ['deploy', 'activate', 'rollback', 'proof'])
      expect(lines.filter((line) => line.startsWith(`check ${gate} `)).length).toBeGreaterThan(1);
    expect(new Set(blocks.map((block) => block.exit))).toEqual(new Set([0, 2, 3, 4]));
    for (const format of ['json', 'sarif', 'junit', 'markdown'])
      expect(lines.some((line) => line.endsWith(`--format ${format}`))).toBe(true);
  });

  it.each(blocks)('line $from prints what the page says', async ({ words, stdout, exit }) => {
    const session = testIo({ cwd: EXAMPLES });
    expect(await runCommandLine(words, COMMANDS, VERSION, session.io)).toBe(exit);
    expect(session.stdout()).toBe(stdout);
    expect(session.stderr()).toBe('');
  });

  it.each(COMMANDS.filter(({ name }) => name.startsWith('check ')))(
    'names every option of $name',
    async (row) => {
      const command = await row.load();
      expect(
        Object.keys(command.options).filter(
          (name) => !page.includes(`--${name} `) && !page.includes(`--${name}\``),
        ),
      ).toEqual([]);
    },
  );
});

describe('docs/examples/check', () => {
  it.each([...exampleFiles()])('%s is what tools/check-examples.ts makes', (name, text) => {
    expect(readFileSync(path.join(EXAMPLES, name), 'utf8')).toBe(text);
  });
});
