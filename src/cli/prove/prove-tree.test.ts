import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { proverWorld } from '../../../test/world/prover.ts';

const { place, prove, report, start, write } = proverWorld();
const SERVER = `require('./route.js'); console.log('ready 0'); process.stdin.resume().on('end', () => process.exit(0));`;

/** A node service in `app`, started once its files are surely older than it: start times are known to 30 ms only. */
async function startApp(): Promise<number> {
  mkdirSync(path.join(place(), 'app'));
  write('app/server.js', SERVER);
  write('app/route.js', '// old');
  await aMoment();
  return (await start(process.execPath, ['server.js'], { cwd: path.join(place(), 'app') })).pid;
}

async function aMoment(): Promise<void> {
  await new Promise((resolve) => void setTimeout(resolve, 100));
}

const LIVE = { clock: Date.now };

describe('an interpreted service', () => {
  it('is proven by its tree while nothing there changed', async () => {
    const pid = await startApp();
    const found = await report(['--pid', String(pid), '--tree', 'app'], LIVE);
    expect(found).toMatchObject({
      method: 'tree_digest',
      process: { pid },
      binary_path: path.join(place(), 'app'),
    });
    expect(found.binary_on_disk_sha256).toBe(found.binary_sha256);
    expect(found.binary_sha256).not.toBe((await report(['--pid', String(pid)], LIVE)).binary_sha256);
  });

  it('is stale after a change, if it was seen before', async () => {
    const pid = await startApp();
    const before = await report(['--pid', String(pid), '--tree', 'app'], LIVE);
    await aMoment();
    write('app/route.js', '// new');
    for (const _look of ['first', 'second']) {
      const after = await report(['--pid', String(pid), '--tree', 'app'], LIVE);
      expect(after.binary_sha256).toBe(before.binary_sha256);
      expect(after.binary_on_disk_sha256).not.toBe(before.binary_sha256);
      expect(Date.parse(after.last_deploy_touched ?? '')).toBeGreaterThan(
        Date.parse(before.last_deploy_touched ?? ''),
      );
    }
  });

  it('is not proven after a change, if it was never seen before, or was asked another question', async () => {
    const pid = await startApp();
    await report(['--pid', String(pid), '--tree', 'app', '--tree-skip', 'log'], LIVE);
    await aMoment();
    write('app/route.js', '// new');
    const answer = await prove(['--pid', String(pid), '--tree', 'app'], LIVE);
    expect(answer).toMatchObject({ code: 1, out: '', err: expect.stringContaining('[AMBIGUOUS]') });
    expect(answer.err).toContain('route.js changed after it started');
  });

  it.each([
    ['--path and --tree together', ['--tree', 'app', '--path', 'app/server.js'], 'BAD_USAGE'],
    ['--tree-skip without a tree', ['--tree-skip', 'log'], 'BAD_USAGE'],
    ['a tree that is a file', ['--tree', 'app/server.js'], 'BAD_INPUT'],
    ['a tree behind a loop of links', ['--tree', 'loop'], 'NOT_FOUND'],
    ['a config behind a loop of links', ['--config-file', 'loop'], 'BAD_INPUT'],
    ['a pid file behind a loop of links', ['--pid-file', 'loop'], 'BAD_INPUT'],
    ['a name that is too long', ['--config-file', 'x'.repeat(300)], 'BAD_INPUT'],
  ])('is not proven with %s', async (_what, words, code) => {
    const pid = await startApp();
    symlinkSync('loop', path.join(place(), 'loop'));
    const finder = words.includes('--pid-file') ? [] : ['--pid', String(pid)];
    const { code: exit, out, err } = await prove([...finder, ...words], LIVE);
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    expect(err).toContain(`[${code}]`);
  });
});
