import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';

const MAIN = path.join(import.meta.dirname, '../../bin/haunted.js');

it('says in one sentence that the folder is gone, as after a deployment that replaced it', () => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'gone-'));
  const script = `rmdir "${cwd}" && exec "$@"`;
  const words = ['-c', script, 'sh', process.execPath, MAIN, 'quarantine', 'list'];
  expect(spawnSync('sh', words, { cwd, encoding: 'utf8' })).toMatchObject({
    status: 1,
    stdout: '',
    stderr: 'haunted: The folder you stand in does not exist any more; go to one that does. [NOT_FOUND]\n',
  });
});
