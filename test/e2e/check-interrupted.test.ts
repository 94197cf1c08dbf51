import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { exampleFiles } from '../../tools/check-examples.ts';
import { exampleFolder } from '../fixtures/example-folder.ts';

const HAUNTED = path.join(import.meta.dirname, '..', '..', 'bin', 'haunted.js');
const WORDS = 'check activate --manifest manifests/42.json --accept-unsigned --now 2026-03-02T09:00:00Z';
const folder = exampleFolder();
const full = openSync('/dev/full', 'w');

afterAll(() => {
  closeSync(full);
  rmSync(folder, { recursive: true, force: true });
});

describe('a check that cannot give its answer', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'does not wait on for evidence, nor allow, after %s',
    async (name) => {
      const check = spawn(process.execPath, [HAUNTED, ...WORDS.split(' '), '--evidence', '-'], {
        cwd: folder,
      });
      const said: string[] = [];
      check.stderr.on('data', (text) => said.push(String(text)));
      // All a verdict needs is there; only the end is missing. What the pipe does not hold was read, so it is listening.
      check.stdin.on('error', () => undefined);
      const padding = `${' '.repeat(1024 * 1023)}\n`;
      await new Promise<void>(
        (resolve) =>
          void check.stdin.write(
            `${exampleFiles().get('reports/after.ndjson') ?? ''}${padding}${padding}`,
            () => resolve(),
          ),
      );
      check.kill(name);
      expect(await once(check, 'exit')).toEqual([130, null]);
      expect(said.join('')).toBe(
        'haunted: The command was interrupted; nothing was decided. [INTERRUPTED]\n',
      );
    },
  );

  it(
    'ends after one signal when all it waits for is a file that does not come',
    { timeout: 60_000 },
    async () => {
      execFileSync('mkfifo', [path.join(folder, 'pipe.json')]);
      const words = ['check', 'activate', '--manifest', 'pipe.json', '--evidence', 'reports/after.ndjson'];
      const check = spawn(process.execPath, [HAUNTED, ...words, '--accept-unsigned'], { cwd: folder });
      const said: string[] = [];
      check.stderr.on('data', (text) => said.push(String(text)));
      // Only once somebody reads at its other end can a pipe be opened so.
      const pipe = await vi.waitFor(
        () => openSync(path.join(folder, 'pipe.json'), constants.O_WRONLY | constants.O_NONBLOCK),
        { timeout: 30_000 },
      );
      check.kill('SIGTERM');
      expect(await once(check, 'exit')).toEqual([null, 'SIGTERM']);
      expect(said.join('')).toBe(
        'haunted: Interrupted while a file was waited for that does not come. [INTERRUPTED]\n',
      );
      closeSync(pipe);
    },
  );

  it('says in one sentence that the answer could not be written', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [HAUNTED, ...WORDS.split(' '), '--evidence', 'reports/after.ndjson'],
      { cwd: folder, stdio: ['ignore', full, 'pipe'], encoding: 'utf8' },
    );
    expect(stderr).toBe(
      'haunted: The answer could not be written to stdout: the disk is full. [CANNOT_WRITE]\n',
    );
    expect(status).toBe(1);
  });
});
