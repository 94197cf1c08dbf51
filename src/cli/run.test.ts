import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Fault, FAULTS } from '../fault.ts';
import type { Command, CommandRow } from './command.ts';
import { COMMANDS } from './commands.ts';
import type { Io } from './io.ts';
import { runCommandLine } from './run.ts';
import { VERSION } from './version.ts';

const root = path.join(import.meta.dirname, '../..');

function memoryIo(): Io & { out: string[]; err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out,
    err,
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    stdin: async function* () {},
    isStdoutTty: false,
    isStderrTty: false,
    env: {},
    cwd: root,
    now: () => 0,
    signal: new AbortController().signal,
  };
}

function row(name: string, run: Command['run'], options: Command['options'] = {}): CommandRow {
  return {
    name,
    summary: `does ${name}`,
    load: () => Promise.resolve({ usage: '', about: 'About it.', options, run }),
  };
}

const rows = [
  row('open door', (values) => Promise.resolve(values.wide === true ? 2 : 0), {
    wide: { type: 'boolean', help: 'wide' },
    by: { type: 'string', help: 'who' },
    key: { type: 'string', multiple: true, help: 'which' },
  }),
  row('open', () => Promise.resolve(3)),
  row('fail', () => Promise.reject(new Fault('BAD_INPUT', 'a.json is not JSON:\n line 3.'))),
  row('crash', () => Promise.reject(new Error('boom'))),
];

describe('the command line', () => {
  it.each([
    ['two words find the longer name', ['open', 'door'], 0],
    ['options reach the command', ['open', 'door', '--wide'], 2],
    ['one word finds the shorter name', ['open'], 3],
    ['a fault ends with 1', ['fail'], 1],
    ['a bug ends with 70', ['crash'], 70],
    ['an unknown verb is a fault', ['dance'], 1],
    ['an unknown option is a fault', ['open', 'door', '--narrow'], 1],
    ['an option that may be repeated', ['open', 'door', '--key', 'a', '--key=b', '--wide'], 2],
    ['an option twice is a fault', ['open', 'door', '--by', 'ada', '--by=bob'], 1],
    ['a switch twice is a fault', ['open', 'door', '--wide', '--wide'], 1],
    ['help is an answer', ['--help'], 0],
    ['help of a command is an answer', ['open', 'door', '--help'], 0],
    ['no word at all is not a yes', [], 1],
    ['the version is an answer', ['--version'], 0],
  ])('%s', async (_title, argv, exit) => {
    expect(await runCommandLine(argv, rows, '9.9.9', memoryIo())).toBe(exit);
  });

  it('says a fault in one line with its code, and nothing on stdout', async () => {
    const io = memoryIo();
    await runCommandLine(['fail'], rows, '9.9.9', io);
    expect(io.err).toEqual(['haunted: a.json is not JSON: line 3. [BAD_INPUT]\n']);
    expect(io.out).toEqual([]);
  });

  it('ends the sentence about a word with one full stop', async () => {
    const io = memoryIo();
    await runCommandLine(['open', 'door', '--by', '--'], rows, '9.9.9', io);
    expect(io.err).toEqual([
      "haunted: Option '--by' argument is ambiguous. `haunted open door --help` lists its options. [BAD_USAGE]\n",
    ]);
  });

  it('lists a family of commands when its help is asked for', async () => {
    const io = memoryIo();
    expect(await runCommandLine(['open', '--help'], rows.slice(0, 1), '9.9.9', io)).toBe(0);
    expect(io.out.join('')).toContain('open door');
  });

  it('lists the second words when only the first is given', async () => {
    const io = memoryIo();
    await runCommandLine(['open', 'window'], rows.slice(0, 1), '9.9.9', io);
    expect(io.err.join('')).toContain('`haunted open` has no "window": one of door.');
  });
});

describe('every command', () => {
  it('is named once', () => {
    expect(new Set(COMMANDS.map((each) => each.name)).size).toBe(COMMANDS.length);
    expect(COMMANDS.length).toBeGreaterThan(10);
  });

  it.each(COMMANDS.map((each) => each.name))('%s has a help page that names its options', async (name) => {
    const io = memoryIo();
    expect(await runCommandLine([...name.split(' '), '--help'], COMMANDS, VERSION, io)).toBe(0);
    const command = await COMMANDS.find((each) => each.name === name)?.load();
    for (const option of Object.keys(command?.options ?? {}))
      expect(io.out.join('')).toContain(`--${option}`);
  });

  it.each(COMMANDS.map((each) => each.name))('%s refuses a word it does not know', async (name) => {
    const io = memoryIo();
    expect(await runCommandLine([...name.split(' '), '--no-such-word'], COMMANDS, VERSION, io)).toBe(1);
    expect(io.err).toHaveLength(1);
    expect(io.err[0]).toMatch(/^haunted: .*\[BAD_USAGE\]\n$/);
  });
});

describe('what is said about the program', () => {
  it('carries the version of its package', () => {
    expect(VERSION).toBe(
      (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }).version,
    );
  });

  it.each(Object.entries(FAULTS))('explains fault %s in the manual', (code, fault) => {
    const [file = '', anchor] = fault.help.split('#');
    expect(readFileSync(path.join(root, file), 'utf8')).toContain(`\n## ${code}\n`);
    expect(anchor).toBe(code.toLowerCase());
  });
});
