import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from './find-program.ts';

let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'program-'));
  mkdirSync(path.join(cwd, 'folder'));
  symlinkSync('loop', path.join(cwd, 'loop'));
  writeFileSync(path.join(cwd, 'text'), '', { mode: 0o600 });
});

describe('a command that cannot be run', () => {
  it.each([
    ['is a folder', './folder', 'The command "./folder" is a folder, and no program; nothing was begun.'],
    ['is not there', './nothing', 'The command "./nothing" is not there; nothing was begun.'],
    ['lies under a file', './text/x', 'The command "./text/x" is not there; nothing was begun.'],
    ['leads in circles', './loop', 'The command "./loop" is not there; nothing was begun.'],
    ['has no name', '', 'The command "" is not there in any folder of PATH; nothing was begun.'],
  ])('and %s is refused in one sentence', (_, name, sentence) => {
    expect(() => requireProgram(name, { cwd, searchPath: '/bin' })).toThrow(sentence);
  });

  it('and has a name that no file can have is not there', () => {
    const name = `./${'x'.repeat(5_000)}`;
    expect(() => requireProgram(name, { cwd, searchPath: '' })).toThrow(
      / is not there; nothing was begun\.$/,
    );
  });
});
