import { copyFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { proverWorld } from '../../../test/world/prover.ts';
import { HAS_COMPILER } from '../../../test/world/service-binary.ts';
import type { Change, Joiners, SeenProcess, Trail, Watcher } from '../../agent/ports.ts';
import { fileEvents } from '../files/file-events.ts';
import { watchServices } from './watch-services.ts';
import type { ServicesWatch } from './watch-services.ts';

const { a, b, place, start } = proverWorld();
const SOON = { timeout: 10_000, interval: 20 };
const NOBODY: Joiners = { anybody: false, children: false, groups: [], command: null };
const open: ServicesWatch[] = [];
afterEach(() => open.splice(0).forEach((watch) => watch.close()));

/** What was told, and the watcher that tells it. */
function watching(trail: Partial<Trail>): { told: Change[]; watcher: Watcher } {
  const watch = watchServices(50, fileEvents);
  open.push(watch);
  const told: Change[] = [];
  const watcher = watch.watch((change) => told.push(change));
  watcher.follow({ processes: [], joiners: NOBODY, files: [], trees: [], ...trail });
  return { told, watcher };
}

function seen(pid: number): SeenProcess {
  const { dev, ino } = statSync(`/proc/${pid}/exe`);
  return { pid, dev, ino };
}

describe('a watch over a service', () => {
  it('tells once that a process has ended', async () => {
    const service = await start(a().file, a().words);
    const { told } = watching({ processes: [seen(service.pid)] });
    await service.stop();
    await expect.poll(() => told, SOON).toEqual(['process']);
  });

  it.skipIf(!HAS_COMPILER)('tells that a process became another program', async () => {
    const service = await start(a().file, a().words);
    const { told } = watching({ processes: [seen(service.pid)] });
    service.child.stdin.write(`${b().file}\n`);
    await expect.poll(() => told, SOON).toEqual(['process']);
  });

  it('tells of a child of the service, and of no other process', async () => {
    const other = await start(a().file, a().words);
    const stranger = watching({ processes: [seen(other.pid)], joiners: { ...NOBODY, children: true } });
    const own = watching({ processes: [seen(process.pid)], joiners: { ...NOBODY, children: true } });
    await start(a().file, a().words);
    // It is a child of this process here.
    await expect.poll(() => own.told, SOON).toEqual(['newcomer']);
    expect(stranger.told).toEqual([]);
  });

  it('tells of a process with the words that are looked for', async () => {
    const command = `a-name-of-this-test-${process.pid}`;
    const { told } = watching({ joiners: { ...NOBODY, command } });
    await start(a().file, [...a().words, 'name', command]);
    await expect.poll(() => told, SOON).toEqual(['newcomer']);
  });

  it.each([
    ['written to', (file: string) => writeFileSync(file, 'other')],
    ['removed', (file: string) => rmSync(file)],
    [
      'replaced',
      (file: string) => {
        copyFileSync(a().file, `${file}.new`);
        renameSync(`${file}.new`, file);
      },
    ],
  ])('tells of a file that is %s', async (_what, change) => {
    const file = path.join(place(), 'flags.json');
    writeFileSync(file, '{}');
    const { told } = watching({ files: [file] });
    change(file);
    await expect.poll(() => told, SOON).toContain('file');
  });

  it('tells of a file that comes, where there was not even a folder', async () => {
    const folder = path.join(place(), 'later');
    const { told } = watching({ files: [path.join(folder, 'smars.pid')] });
    const { mkdirSync } = await import('node:fs');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'smars.pid'), '1');
    await expect.poll(() => told, SOON).toContain('file');
  });

  it('tells of a file deep in a tree', async () => {
    const { mkdirSync } = await import('node:fs');
    const tree = path.join(place(), 'release');
    mkdirSync(path.join(tree, 'lib', 'deep'), { recursive: true });
    const { told } = watching({ trees: [tree] });
    writeFileSync(path.join(tree, 'lib', 'deep', 'rlp.js'), '');
    await expect.poll(() => told, SOON).toContain('file');
  });

  it('tells nothing once it is closed', async () => {
    const service = await start(a().file, a().words);
    const closed = watching({ processes: [seen(service.pid)] });
    const open = watching({ processes: [seen(service.pid)] });
    closed.watcher.close();
    await service.stop();
    await expect.poll(() => open.told, SOON).toEqual(['process']);
    expect(closed.told).toEqual([]);
  });
});
