import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { published } from '../world/published.ts';
import { inTurns, printRows } from './measure.ts';
import type { Row } from './measure.ts';

/** How long does a scan take, from the packed package, beside `grep -rF` for the same names over the same tree? */

const MODULES = path.join(import.meta.dirname, '..', '..', 'node_modules');
const FLAGS = Array.from(
  { length: 130 },
  (_, at) => `checkout-step-${at}-${at % 3 === 0 ? 'layout' : 'pricing'}`,
);
const ROUNDS = 7;

/** Real source files up to so many bytes, with one read of a flag put into every fortieth. */
function writeTree(folder: string, bytes: number): number {
  let left = bytes;
  let count = 0;
  for (const file of globSync('**/*.{js,mjs,ts}', { cwd: MODULES }).toSorted()) {
    const from = path.join(MODULES, file);
    const stat = statSync(from);
    const { size } = stat;
    if (!stat.isFile() || size > 200_000 || size === 0) continue;
    if (left < size) break;
    left -= size;
    const to = path.join(folder, 'src', file.replaceAll(path.sep, '_'));
    if (count % 40 === 0) writeFileSync(to, `${readFileSync(from, 'utf8')}\n${readOf(count / 40)}\n`);
    else copyFileSync(from, to);
    count += 1;
  }
  return count;
}

function readOf(at: number): string {
  const flag = FLAGS[at % FLAGS.length] ?? '';
  return `import { useFlag } from '@unleash/proxy-client-react';\nexport function step${at}() {\n  return useFlag("${flag}");\n}`;
}

/** The most memory a command had, in MiB. */
function memoryOf(words: readonly string[], folder: string): number {
  const note = path.join(folder, 'rss');
  const spy = path.join(folder, 'spy.cjs');
  writeFileSync(
    spy,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(note)}, String(process.resourceUsage().maxRSS)));`,
  );
  spawnSync(process.execPath, ['-r', spy, ...words], { stdio: 'ignore' });
  return Math.round(Number(readFileSync(note, 'utf8')) / 1024);
}

async function measureScan(): Promise<Row[]> {
  const { command, remove } = await published();
  const folder = mkdtempSync(path.join(tmpdir(), 'haunted-bench-'));
  try {
    return [8, 64].map((mib) => scanOf(command, folder, mib));
  } finally {
    rmSync(folder, { recursive: true, force: true });
    remove();
  }
}

function scanOf(command: string, folder: string, mib: number): Row {
  const tree = path.join(folder, `tree-${mib}`);
  mkdirSync(path.join(tree, 'src'), { recursive: true });
  const files = writeTree(tree, mib * 1024 * 1024);
  const names = path.join(folder, 'flags.txt');
  writeFileSync(names, `${FLAGS.join('\n')}\n`);
  const words = [command, 'flags', 'scan', tree, '--definitions', names, '--format', 'json'];
  const { ours, peer, ratio } = inTurns(
    [process.execPath, ...words],
    ['grep', '-rF', '-f', names, tree],
    ROUNDS,
  );
  return {
    row: `flags scan of ${files} files (${mib} MiB) for 130 flags, beside grep -rF`,
    ours,
    peer,
    unit: 'ms',
    ratio,
    goal: '<= 4',
    note: `${memoryOf(words, folder)} MiB at most`,
  };
}

if (process.argv[1] === import.meta.filename) printRows(await measureScan());
