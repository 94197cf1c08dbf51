import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Crew, enlist, gatherCrew, runOnce } from './crew.ts';

const SLEEPER = 'process.stdout.write("up"); setInterval(() => {}, 1000);';
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'haunted-crew-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function enlistSleeper(crew: Crew): ReturnType<typeof enlist> {
  return enlist(crew, process.execPath, ['-e', SLEEPER], { cwd: folder, log: 'pipe', isTalking: false });
}

describe('a crew', () => {
  it('is gone, every member of it, when it has been dismissed', async () => {
    const crew = gatherCrew(new AbortController().signal, {});
    const members = [enlistSleeper(crew), enlistSleeper(crew)];
    await crew.dismiss();
    expect(members.map((member) => member.signalCode)).toEqual(['SIGKILL', 'SIGKILL']);
    expect(crew.members.size).toBe(0);
    expect(() => enlistSleeper(crew)).toThrow('over');
  });

  it('ends at once when it is told to, and takes nobody on after that', async () => {
    const abort = new AbortController();
    const crew = gatherCrew(abort.signal, {});
    const member = enlistSleeper(crew);
    abort.abort();
    expect(await once(member, 'exit')).toEqual([null, 'SIGKILL']);
    expect(() => enlistSleeper(crew)).toThrow(expect.objectContaining({ code: 'INTERRUPTED' }));
    await crew.dismiss();
  });

  it('forgets a member that ends by itself, and hands over what it said', async () => {
    const crew = gatherCrew(new AbortController().signal, {});
    const script = 'console.log("out"); console.error("err"); process.exit(3)';
    expect(await runOnce(crew, process.execPath, ['-e', script], folder)).toEqual({
      exit: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect(crew.members.size).toBe(0);
    await crew.dismiss();
  });

  it('keeps options that are meant for this process from its members', async () => {
    const env = { NODE_OPTIONS: '--no-such-option', HAUNTED_KEYRING: 'x', KEPT: 'yes' };
    const crew = gatherCrew(new AbortController().signal, env);
    const script = 'console.log(JSON.stringify(process.env))';
    const { stdout } = await runOnce(crew, process.execPath, ['-e', script], folder);
    expect(JSON.parse(stdout)).toEqual({ KEPT: 'yes' });
    await crew.dismiss();
  });
});
