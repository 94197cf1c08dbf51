import { readFileSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { readOutput } from './read-output.ts';

const run = async (script: string, options: { timeLimitMs?: number; maxBytes?: number } = {}) =>
  await readOutput(['sh', '-c', script], {
    cwd: '/',
    env: process.env,
    timeLimitMs: 10_000,
    maxBytes: 1_048_576,
    ...options,
  });

describe('a program that is asked something', () => {
  it('is read to its end', async () => {
    expect(await run('head -c 500000 /dev/zero')).toEqual({ ok: true, stdout: Buffer.alloc(500_000) });
  });

  it('stands in a group of its own, so that Ctrl-C on our terminal does not end it', async () => {
    const own = readFileSync('/proc/self/stat', 'utf8').split(' ')[4];
    const said = await run('cut -d" " -f5 /proc/self/stat');
    expect(said.ok && said.stdout.toString().trim()).toMatch(/^\d+$/);
    expect(said.ok && said.stdout.toString().trim()).not.toBe(own);
  });

  it.each([
    ['ended with another status', 'echo one >&2; echo two >&2; exit 3', 'ended with 3: two'],
    ['was ended by a signal', 'kill -INT $$', 'was ended by SIGINT'],
    [
      'complains in colours',
      String.raw`printf '\033[31mno\r\n\033[1mnever\007\n' >&2; exit 1`,
      'ended with 1: [1mnever',
    ],
  ])('that %s is told about in one line', async (_, script, why) => {
    expect(await run(script)).toEqual({ ok: false, why: `the program that asks it ${why}` });
  });

  it('that is not there is told about', async () => {
    const options = { cwd: '/', env: {}, timeLimitMs: 1_000, maxBytes: 1 };
    expect(await readOutput(['./nothing', 'n1'], options)).toEqual({
      ok: false,
      why: 'the program that asks it could not be run (spawn ./nothing ENOENT)',
    });
  });

  it('is ended with all it started when it takes too long', async () => {
    const before = performance.now();
    const late = await run('sleep 60 & sleep 61', { timeLimitMs: 200 });
    expect(late).toEqual({ ok: false, why: 'it did not answer in time' });
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it('is ended when it prints without end', async () => {
    expect(await run('cat /dev/zero')).toEqual({
      ok: false,
      why: 'the program that asks it printed more than 1 MiB',
    });
  });

  it('has answered when it ended, whatever it left running', async () => {
    const before = performance.now();
    expect(await run('echo yes; sleep 9 &')).toEqual({ ok: true, stdout: Buffer.from('yes\n') });
    expect(performance.now() - before).toBeLessThan(8_000);
  });
});
