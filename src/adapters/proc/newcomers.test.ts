import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { afterEach, expect, it } from 'vitest';
import type { Joiners } from '../../agent/ports.ts';
import { newcomerDesk } from './newcomers.ts';

/** A start script that becomes the service when it is told to: until then nothing shows what it is going to be. */
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function startScript() {
  const child = spawn('sh', { stdio: ['pipe', 'ignore', 'ignore'] });
  children.push(child);
  const pid = child.pid ?? 0;
  const command = `a-service-of-this-test-${process.pid}-${pid}`;
  const become = async (): Promise<void> => {
    child.stdin.write(`exec sh -c 'read line' ${command}\n`);
    await expect.poll(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain(command);
  };
  const joiners: Joiners = { anybody: false, children: false, groups: [], command };
  return { pid, become, joiners };
}

it.each([
  ['is told while it is young', 2_999, true],
  ['is left to the next look after that', 3_000, false],
])('a script that becomes the service %s', async (_, later, expected) => {
  const { pid, become, joiners } = startScript();
  const desk = newcomerDesk();
  expect(desk([pid], 0).anyOf([], joiners)).toBe(false);
  await become();
  expect(desk([], later).anyOf([], joiners)).toBe(expected);
});

it('a process that came while nobody listened is told by the next question', async () => {
  const { pid, become, joiners } = startScript();
  await become();
  const desk = newcomerDesk();
  desk([pid], 0);
  expect(desk([], 700).anyOf([], joiners)).toBe(true);
});

it('knows a child by its parent as long, and no process that is known already', () => {
  const { pid, joiners } = startScript();
  const own = { pid: process.pid, dev: 0, ino: 0 };
  const wanted: Joiners = { ...joiners, command: null, children: true };
  const desk = newcomerDesk();
  desk([pid], 0);
  expect(desk([], 700).anyOf([own], wanted)).toBe(true);
  expect(desk([], 1_400).anyOf([own, { pid, dev: 0, ino: 0 }], wanted)).toBe(false);
});
