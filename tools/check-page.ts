import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { COMMANDS } from '../src/cli/commands.ts';
import { runCommandLine } from '../src/cli/run.ts';
import { VERSION } from '../src/cli/version.ts';
import { EXAMPLES } from './check-examples.ts';
import { consoleBlocks, withOutputs } from './console-blocks.ts';

/** Runs the worked examples of docs/check.md and writes what they print now into the page. Read the difference before committing. */
const PAGE = path.join(import.meta.dirname, '..', 'docs', 'check.md');

process.chdir(EXAMPLES);
const page = readFileSync(PAGE, 'utf8');
const outputs: { stdout: string; exit: number }[] = [];
for (const { words } of consoleBlocks(page)) {
  const out: string[] = [];
  const exit = await runCommandLine(words, COMMANDS, VERSION, {
    stdout: (text) => void out.push(text),
    stderr: (text) => void process.stderr.write(text),
    stdin: () => process.stdin,
    isStdoutTty: false,
    isStderrTty: false,
    env: {},
    cwd: EXAMPLES,
    now: Date.now,
    signal: new AbortController().signal,
  });
  outputs.push({ stdout: out.join(''), exit });
}
writeFileSync(PAGE, withOutputs(page, outputs));
