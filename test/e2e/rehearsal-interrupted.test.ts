import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { processesIn } from './live-processes.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const scratches: string[] = [];
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  for (const folder of scratches.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Running = {
  readonly child: ChildProcess;
  readonly scratch: string;
  readonly out: string;
  readonly said: () => string;
  /** Resolves when the rehearsal has said these words; rejects when it ends without them. */
  readonly until: (words: string) => Promise<void>;
};

function startRehearsal(env: Readonly<Record<string, string>>): Running {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'haunted-e2e-'));
  scratches.push(scratch);
  const out = path.join(scratch, 'out');
  const words = [path.join(ROOT, 'bin', 'haunted.js'), 'rehearse', 'knight-2012', '--out', out];
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  started.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  const until = async (wanted: string): Promise<void> =>
    await new Promise((resolve, reject) => {
      const look = (): void => {
        if (said.includes(wanted)) resolve();
      };
      child.stdout.on('data', look);
      child.once('close', () => reject(new Error(`it ended before it said ${wanted}:\n${said}`)));
      look();
    });
  return { child, scratch, out, said: () => said, until };
}

describe('a rehearsal that is interrupted', () => {
  it.each([
    ['SIGINT', 'while the first servers are replaced', '27 Jul'],
    ['SIGTERM', 'while a server runs away', 'The orders carry'],
    ['SIGINT', 'while manifests are signed', 'haunted keys new'],
  ] as const)('by %s %s leaves no process, no install folder and no key', async (signal, _, words) => {
    const { child, out, said, until } = startRehearsal({});
    await until(words);
    expect(processesIn(out).length).toBeGreaterThan(8);
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(processesIn(out)).toEqual([]);
    expect(said()).toContain('[INTERRUPTED]');
    expect(said()).not.toContain('bug in haunted');
    expect(existsSync(path.join(out, 'servers'))).toBe(false);
    expect(existsSync(path.join(out, 'private-keys'))).toBe(false);
    const facts = readFileSync(path.join(out, 'timeline.ndjson'), 'utf8').trim().split('\n');
    expect(facts.map((line) => JSON.parse(line) as unknown).length).toBeGreaterThan(2);
  });

  it('by SIGKILL leaves no process either: each one sees its pipe end', async () => {
    const { child, out, until } = startRehearsal({});
    await until('The orders carry');
    const [, , ...before] = processesIn(out);
    expect(before.length).toBeGreaterThan(6);
    child.kill('SIGKILL');
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    await expect.poll(() => processesIn(out), { timeout: 30_000 }).toEqual([]);
  });

  it('while it builds its executables leaves no half-built one in the cache', async () => {
    const cache = mkdtempSync(path.join(os.tmpdir(), 'haunted-e2e-cache-'));
    scratches.push(cache);
    const { child, scratch, until } = startRehearsal({ XDG_CACHE_HOME: cache });
    await until('Building two executables');
    const halfBuilt = (): string[] => readdirSync(path.join(cache, 'haunted-rehearsal'));
    await expect.poll(halfBuilt, { timeout: 30_000 }).toContainEqual(expect.stringMatching(/^\.building-/));
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(halfBuilt()).toEqual([]);
    expect([...processesIn(scratch), ...processesIn(cache)]).toEqual([]);
  });
});
