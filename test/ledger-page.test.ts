import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ledgerCheckpoint } from '../src/cli/commands/ledger-checkpoint.ts';
import { ledgerExport } from '../src/cli/commands/ledger-export.ts';
import { ledgerShow } from '../src/cli/commands/ledger-show.ts';
import { ledgerVerify } from '../src/cli/commands/ledger-verify.ts';
import { BODY_BY_KIND } from '../src/ledger/bodies.ts';
import { consoleBlocks } from '../tools/console-blocks.ts';
import { LEDGER_EXAMPLES, LEDGER_PAGE, ledgerExamples, runLedgerPage } from '../tools/ledger-page.ts';

/** The manual is true: what it shows is what its commands print. `node tools/ledger-page.ts` writes it anew. */

const page = readFileSync(LEDGER_PAGE, 'utf8');
const printed = await runLedgerPage(page);
const files = [...(await ledgerExamples())];
const examples = consoleBlocks(page).map((block, at) => ({ ...block, printed: printed[at] }));
const SCRIPT = path.join(import.meta.dirname, '..', 'docs', 'ledger-verify.mjs');
const commands = [ledgerShow, ledgerVerify, ledgerExport, ledgerCheckpoint];

function script(...words: readonly string[]): number | null {
  return spawnSync(process.execPath, [SCRIPT, ...words], { cwd: LEDGER_EXAMPLES }).status;
}

describe('docs/ledger.md', () => {
  it.each(examples)('line $from prints what the page says', ({ stdout, exit, printed: now }) => {
    expect(now).toEqual({ stdout, exit });
  });

  it.each(files)('%s is what tools/ledger-page.ts makes', (name, text) => {
    expect(readFileSync(path.join(LEDGER_EXAMPLES, name), 'utf8')).toBe(text);
  });

  it.each(commands.flatMap(({ options }) => Object.keys(options)))('explains --%s', (name) => {
    expect(page).toMatch(new RegExp(`\`[^\`]*--${name}[ \`]`));
  });

  it.each(Object.keys(BODY_BY_KIND))('names the kind %s', (kind) => {
    expect(page).toContain(`\`${kind}\``);
  });
});

describe('docs/ledger-verify.mjs', () => {
  const last =
    readFileSync(path.join(LEDGER_EXAMPLES, 'smars.jsonl'), 'utf8').trim().split('\n').at(-1) ?? '';
  const { seq, hash: head } = JSON.parse(last) as { seq: number; hash: string };
  const count = String(seq);

  it.each([
    [['smars.jsonl'], 0],
    [['smars.jsonl', count, head], 0],
    [['changed.jsonl'], 2],
    [['cut.jsonl'], 0],
    [['cut.jsonl', count, head], 2],
    [['smars.jsonl', count, 'f'.repeat(64)], 2],
    [['none.jsonl'], 1],
  ])('of %j ends with %i', (words, status) => {
    expect(script(...words)).toBe(status);
  });
});
