import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serviceCrew } from '../../../test/world/live-service.ts';
import { buildService, HAS_COMPILER } from '../../../test/world/service-binary.ts';
import type { ServiceBinary } from '../../../test/world/service-binary.ts';
import { binaryAtPath, binaryOnDisk } from './binary-on-disk.ts';
import { digestCache } from './digest-cache.ts';
import { runningBinary } from './running-binary.ts';

const crew = serviceCrew();
let folder = '';
let place = '';
let a: ServiceBinary;
let b: ServiceBinary;
let digestA = '';
let digestB = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'running-binary-'));
  a = buildService(folder, 'A');
  b = buildService(folder, 'B');
  digestA = sha256(a.file);
  digestB = sha256(b.file);
});
beforeEach(() => {
  place = mkdtempSync(path.join(folder, 'place-'));
});
afterEach(crew.stopAll);
afterAll(() => rmSync(folder, { recursive: true }));

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** What runs, what lies at the path the kernel names, and that path. */
function lookAt(pid: number): { runs: string; disk: string | null; at: string } {
  const cache = digestCache();
  const running = runningBinary(pid, cache, Date.now());
  const disk = binaryOnDisk(running, cache, Date.now());
  return { runs: running.sha256, disk: disk.sha256, at: disk.shownPath };
}

async function startAt(file: string): Promise<number> {
  copyFileSync(a.file, file);
  return (await crew.start(file, a.words)).pid;
}

describe('what runs, after a change on disk', () => {
  it('is what lies there when nothing changed', async () => {
    const smars = path.join(place, 'smars');
    expect(lookAt(await startAt(smars))).toEqual({ runs: digestA, disk: digestA, at: smars });
  });

  it('is the old binary after a rename over it, as dpkg, rsync and most deploy tools do', async () => {
    const smars = path.join(place, 'smars');
    const pid = await startAt(smars);
    copyFileSync(b.file, `${smars}.new`);
    renameSync(`${smars}.new`, smars);
    expect(lookAt(pid)).toEqual({ runs: digestA, disk: digestB, at: smars });
  });

  it('is the old binary after unlink and create, as install does', async () => {
    const smars = path.join(place, 'smars');
    const pid = await startAt(smars);
    unlinkSync(smars);
    copyFileSync(b.file, smars);
    expect(lookAt(pid)).toEqual({ runs: digestA, disk: digestB, at: smars });
  });

  it('is the same binary when an equal file took its place', async () => {
    const smars = path.join(place, 'smars');
    const pid = await startAt(smars);
    unlinkSync(smars);
    copyFileSync(a.file, smars);
    expect(lookAt(pid)).toEqual({ runs: digestA, disk: digestA, at: smars });
  });

  it('is the old binary after the file was removed, and nothing is on disk', async () => {
    const smars = path.join(place, 'smars');
    const pid = await startAt(smars);
    unlinkSync(smars);
    expect(lookAt(pid)).toEqual({ runs: digestA, disk: null, at: `${smars} (deleted)` });
  });

  it('is unmarked by writing in place, which the kernel refuses', async () => {
    const smars = path.join(place, 'smars');
    const pid = await startAt(smars);
    expect(() => writeFileSync(smars, 'B', { flag: 'r+' })).toThrow(/ETXTBSY/);
    expect(lookAt(pid)).toEqual({ runs: digestA, disk: digestA, at: smars });
  });

  it('follows a folder that was renamed', async () => {
    mkdirSync(path.join(place, 'run'));
    const pid = await startAt(path.join(place, 'run/smars'));
    renameSync(path.join(place, 'run'), path.join(place, 'run2'));
    expect(lookAt(pid)).toEqual({ runs: digestA, disk: digestA, at: path.join(place, 'run2/smars') });
  });

  it('is not what `current` leads to after the link was moved, and only --path can tell', async () => {
    for (const [release, service] of [
      ['1', a],
      ['2', b],
    ] as const) {
      mkdirSync(path.join(place, release));
      copyFileSync(service.file, path.join(place, release, 'smars'));
    }
    symlinkSync('1', path.join(place, 'current'));
    const { pid } = await crew.start(path.join(place, 'current/smars'), a.words);
    symlinkSync('2', path.join(place, 'next'));
    renameSync(path.join(place, 'next'), path.join(place, 'current'));
    expect(lookAt(pid)).toEqual({ runs: digestA, disk: digestA, at: path.join(place, '1/smars') });
    const cache = digestCache();
    const running = runningBinary(pid, cache, Date.now());
    const current = path.join(place, 'current/smars');
    expect(binaryAtPath(running, current, { cache, now: Date.now() })).toMatchObject({
      sha256: digestB,
      shownPath: current,
    });
  });

  it('is not misled by a file that is really called "x (deleted)"', async () => {
    const odd = path.join(place, 'x (deleted)');
    copyFileSync(b.file, path.join(place, 'x'));
    expect(lookAt(await startAt(odd))).toEqual({ runs: digestA, disk: digestA, at: odd });
  });

  it('is not misled when that file is replaced', async () => {
    const odd = path.join(place, 'x (deleted)');
    const pid = await startAt(odd);
    unlinkSync(odd);
    copyFileSync(b.file, odd);
    expect(lookAt(pid)).toEqual({ runs: digestA, disk: digestB, at: odd });
  });

  it('is not misled by a second hard link that keeps the inode alive', async () => {
    const smars = path.join(place, 'smars');
    const pid = await startAt(smars);
    linkSync(smars, path.join(place, 'other'));
    unlinkSync(smars);
    copyFileSync(b.file, smars);
    expect(lookAt(pid)).toEqual({ runs: digestA, disk: digestB, at: smars });
  });

  it('is not misled by a pipe or a folder in its place', async () => {
    const smars = path.join(place, 'smars');
    const pid = await startAt(smars);
    unlinkSync(smars);
    execFileSync('mkfifo', [smars]);
    expect(lookAt(pid)).toEqual({ runs: digestA, disk: null, at: `${smars} (deleted)` });
    unlinkSync(smars);
    mkdirSync(smars);
    expect(lookAt(pid)).toEqual({ runs: digestA, disk: null, at: `${smars} (deleted)` });
  });

  it('is not what argv[0] says', async () => {
    const { pid } = await crew.start(b.file, b.words, { argv0: a.file });
    expect(lookAt(pid)).toEqual({ runs: digestB, disk: digestB, at: b.file });
  });

  it.skipIf(!HAS_COMPILER)('is a binary that never was on disk', async () => {
    const runner = path.join(folder, 'memfd');
    writeFileSync(`${runner}.c`, MEMFD_RUNNER);
    execFileSync('cc', ['-o', runner, `${runner}.c`]);
    const { pid } = await crew.start(runner, [b.file]);
    expect(lookAt(pid)).toEqual({ runs: digestB, disk: null, at: '/memfd:smars (deleted)' });
  });

  it('has a name fit to print, whatever bytes its name is made of', async () => {
    const odd = Buffer.concat([Buffer.from(`${place}/`), Buffer.from([0x62, 0x0a, 0xff, 0x1b])]);
    copyFileSync(a.file, odd);
    // A shell can name any bytes; Node's spawn can not.
    const { pid } = await crew.start('/bin/sh', [
      '-c',
      `exec "$(printf '%s/b\\n\\377\\033' '${place}')" "$@"`,
      'sh',
      ...a.words,
    ]);
    expect(lookAt(pid)).toEqual({ runs: digestA, disk: digestA, at: String.raw`${place}/b\x0a\xff\x1b` });
  });
});

const MEMFD_RUNNER = String.raw`
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
extern char **environ;
int main(int argc, char **argv) {
  int in = open(argv[1], O_RDONLY), out = memfd_create("smars", MFD_CLOEXEC);
  char block[65536];
  for (ssize_t n; (n = read(in, block, sizeof block)) > 0; ) if (write(out, block, n) != n) return 3;
  char *words[] = { "smars", 0 };
  return fexecve(out, words, environ), 4;
}
`;
