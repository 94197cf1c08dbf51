import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const MODULE = pathToFileURL(path.join(import.meta.dirname, 'verify-threads.ts')).href;

/** Counts the threads that took work, in a process of its own: a pool is made once. */
const SCRIPT = `
const { readdirSync, readFileSync } = require('node:fs');
const { stat } = require('node:fs/promises');
import(process.argv[1]).then(async ({ leaveAProcessor }) => {
  await leaveAProcessor(Number(process.argv[2]));
  await Promise.all(Array.from({ length: 64 }, () => stat('/')));
  const names = readdirSync('/proc/self/task').map((task) => readFileSync('/proc/self/task/' + task + '/comm', 'utf8').trim());
  console.log(names.filter((name) => name === 'libuv-worker').length, process.env.UV_THREADPOOL_SIZE ?? 'not set');
});`;

function ran(processors: number, env: Readonly<Record<string, string>> = {}): string {
  const words = ['--input-type=commonjs', '--eval', SCRIPT, MODULE, String(processors)];
  return execFileSync(process.execPath, words, { encoding: 'utf8', env }).trim();
}

it.each([
  [1, '1 not set'],
  [2, '1 not set'],
  [3, '2 not set'],
  [5, '4 not set'],
  [64, '4 not set'],
])('of %i processors one is left, and nobody inherits how', (processors, expected) => {
  expect(ran(processors)).toBe(expected);
});

it('whoever has said how many threads there shall be is heeded', () => {
  expect(ran(2, { UV_THREADPOOL_SIZE: '3' })).toBe('3 3');
});
