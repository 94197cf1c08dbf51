import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serviceCrew } from '../../../test/world/live-service.ts';
import { digestCache } from './digest-cache.ts';
import { clockOffset, readClock } from './kernel-clock.ts';
import type { LoadedMemory } from './loaded-tree.ts';
import { lookAtProcess } from './process-look.ts';
import type { ProcessLook } from './process-look.ts';
import { readTree, treeDigest } from './release-tree.ts';
import { runningBinary } from './running-binary.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'loaded-tree-'));
const crew = serviceCrew();
const SERVER = `require('./route.js'); console.log('ready 0'); process.stdin.resume().on('end', () => process.exit(0));`;
let place = '';
let tree = '';
beforeEach(() => {
  place = mkdtempSync(path.join(folder, 'place-'));
  tree = path.join(place, 'app');
  mkdirSync(tree);
  writeFileSync(path.join(tree, 'server.js'), SERVER);
  writeFileSync(path.join(tree, 'route.js'), 'old()'.replace('old()', '// old'));
});
afterEach(crew.stopAll);
afterAll(() => rmSync(folder, { recursive: true }));

function look(
  pid: number,
  at = tree,
  remembered: string | null = null,
  skipped: readonly string[] = [],
): ProcessLook {
  const clock = readClock(Date.now);
  const memory: LoadedMemory | null =
    remembered === null ? null : { sha256: remembered, clock_offset_ms: clockOffset(clock) };
  return lookAtProcess(runningBinary(pid, digestCache(), Date.now()), {
    cache: digestCache(),
    clock,
    comparePath: null,
    tree: { folder: at, skipped },
    rememberedOf: () => memory,
  });
}

function onDisk(at = tree): string {
  return treeDigest(readTree(at).entries);
}

/** Starts the app once its files are surely older than the process: start times are known to 30 ms only. */
async function startApp(words: readonly string[] = ['server.js'], cwd = tree): Promise<number> {
  await new Promise((resolve) => void setTimeout(resolve, 100));
  const { pid } = await crew.start(process.execPath, words, { cwd });
  return pid;
}

/** Makes a change that is surely younger than the process. */
async function later(change: () => void): Promise<void> {
  await new Promise((resolve) => void setTimeout(resolve, 100));
  change();
}

const cannotTell = expect.objectContaining({ code: 'AMBIGUOUS' });

describe('an interpreted process', () => {
  it('has loaded what lies on disk while nothing there changed', async () => {
    const pid = await startApp();
    expect(look(pid)).toMatchObject({
      method: 'tree_digest',
      sha256: onDisk(),
      onDiskSha256: onDisk(),
      shownPath: tree,
    });
  });

  it.each([
    ['a file was written', () => writeFileSync(path.join(tree, 'route.js'), '// new')],
    [
      'a file was replaced',
      () => {
        writeFileSync(path.join(place, 'new'), '// new');
        renameSync(path.join(place, 'new'), path.join(tree, 'route.js'));
      },
    ],
    [
      'a file was written and its time set back',
      () => {
        writeFileSync(path.join(tree, 'route.js'), '// new');
        utimesSync(path.join(tree, 'route.js'), new Date(0), new Date(0));
      },
    ],
    ['a file was added', () => writeFileSync(path.join(tree, 'more.js'), '')],
    ['a file was removed', () => unlinkSync(path.join(tree, 'route.js'))],
    [
      'the tree was swapped for another',
      () => {
        renameSync(tree, `${tree}.old`);
        mkdirSync(tree);
        writeFileSync(path.join(tree, 'server.js'), SERVER);
      },
    ],
  ])('cannot be known after %s', async (_what, change) => {
    const pid = await startApp([path.join(tree, 'server.js')], '/');
    await later(change);
    expect(() => look(pid)).toThrow(cannotTell);
  });

  it('is known from an earlier look, and then what changed shows', async () => {
    const pid = await startApp();
    const before = look(pid).sha256;
    await later(() => writeFileSync(path.join(tree, 'route.js'), '// new'));
    expect(look(pid, tree, before)).toMatchObject({ sha256: before, onDiskSha256: onDisk() });
    expect(before).not.toBe(onDisk());
  });

  it('cannot be known from an earlier look when the tree went there and back: it may have loaded what lay between', async () => {
    const pid = await startApp();
    const before = look(pid).sha256;
    await later(() => writeFileSync(path.join(tree, 'route.js'), '// new'));
    writeFileSync(path.join(tree, 'route.js'), '// old');
    expect(onDisk()).toBe(before);
    expect(() => look(pid, tree, before)).toThrow(cannotTell);
  });

  it('is what an earlier look saw even when the clock hides the change', async () => {
    const pid = await startApp();
    const other = 'a'.repeat(64);
    expect(look(pid, tree, other)).toMatchObject({ sha256: other, onDiskSha256: onDisk() });
  });

  it('cannot be known after the link to its release was moved, to an older release too', async () => {
    const older = path.join(place, 'older');
    mkdirSync(older);
    writeFileSync(path.join(older, 'server.js'), SERVER);
    const current = path.join(place, 'current');
    symlinkSync(tree, current);
    const pid = await startApp([path.join(current, 'server.js')], place);
    expect(look(pid, current).sha256).toBe(onDisk());
    await later(() => {
      unlinkSync(current);
      symlinkSync(older, current);
    });
    expect(() => look(pid, current)).toThrow(cannotTell);
  });

  it('may write its logs where --tree-skip says so', async () => {
    mkdirSync(path.join(tree, 'log'));
    const pid = await startApp();
    await later(() => writeFileSync(path.join(tree, 'log/today'), 'x'));
    expect(() => look(pid)).toThrow(cannotTell);
    expect(look(pid, tree, null, ['log']).method).toBe('tree_digest');
  });

  it('must have something to do with the tree', async () => {
    const other = path.join(place, 'other');
    mkdirSync(other);
    const pid = await startApp();
    expect(() => look(pid, other)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringContaining('Nothing ties') }),
    );
    expect(() => look(pid, path.join(place, 'nowhere'))).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });

  it('may not load what lies behind a link out of the tree', async () => {
    mkdirSync(path.join(place, 'elsewhere'));
    symlinkSync('../elsewhere', path.join(tree, 'lib'));
    const pid = await startApp();
    expect(() => look(pid)).toThrow(
      expect.objectContaining({
        code: 'BAD_INPUT',
        message: expect.stringContaining('link out of the tree'),
      }),
    );
    expect(look(pid, tree, null, ['lib']).method).toBe('tree_digest');
  });

  it('may have links inside its tree, to nowhere, and to its interpreter', async () => {
    symlinkSync('route.js', path.join(tree, 'r.js'));
    symlinkSync('nowhere', path.join(tree, 'dangling'));
    symlinkSync(process.execPath, path.join(tree, 'node'));
    const pid = await startApp();
    expect(look(pid).sha256).toBe(onDisk());
  });
});

const JAVA = ((): boolean => {
  try {
    execFileSync('javac', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const MAIN_JAVA = `
public class Main {
  public static void main(String[] words) throws Exception {
    System.out.println("ready 0");
    while (System.in.read() >= 0) { }
  }
}
`;

describe.skipIf(!JAVA)('a JVM (needs a JDK)', () => {
  it('runs the jar it holds open, and the one that took its place is on disk', async () => {
    const build = path.join(place, 'build');
    mkdirSync(build);
    writeFileSync(path.join(build, 'Main.java'), MAIN_JAVA);
    execFileSync('javac', ['Main.java'], { cwd: build });
    const jar = path.join(tree, 'app.jar');
    execFileSync('jar', ['--create', '--file', jar, '--main-class', 'Main', '-C', build, 'Main.class']);
    await later(() => {});
    const { pid } = await crew.start('java', ['-Xshare:auto', '-jar', jar]);
    const before = onDisk();
    expect(look(pid)).toMatchObject({ sha256: before, onDiskSha256: before });
    await later(() => {
      writeFileSync(path.join(place, 'new.jar'), 'another jar');
      renameSync(path.join(place, 'new.jar'), jar);
    });
    expect(look(pid)).toMatchObject({ sha256: before, onDiskSha256: onDisk() });
    expect(onDisk()).not.toBe(before);
    unlinkSync(jar);
    expect(look(pid)).toMatchObject({ sha256: before, onDiskSha256: onDisk() });
  });
});
