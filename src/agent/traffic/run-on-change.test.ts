import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readinessSwitch } from '../../../test/world/readiness-switch.ts';
import type { ReadinessSwitch } from '../../../test/world/readiness-switch.ts';
import { runOnChange } from './run-on-change.ts';
import type { ChangeHook, RunningHook } from './run-on-change.ts';

let folder: string;
let source: ReadinessSwitch;
let problems: string[];
let hook: RunningHook | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'haunted-hook-'));
  source = readinessSwitch();
  problems = [];
});

afterEach(async () => {
  await hook?.close();
  hook = undefined;
  rmSync(folder, { recursive: true });
});

/** A program that keeps each telling: its words, a bar, its stdin. `$1` is the folder, what is told comes after it. */
const KEEPS = 'dir=$1; shift; line="$* | $(cat)"; echo "$line" >> "$dir/told"';

function start(script: string, parts: Partial<ChangeHook> = {}): RunningHook {
  hook = runOnChange({
    source,
    command: ['/bin/sh', '-c', script, 'hook', folder],
    onProblem: (sentence) => problems.push(sentence),
    ...parts,
  });
  return hook;
}

function told(): readonly string[] {
  const file = path.join(folder, 'told');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

/** Waits until a file of the folder is there. */
async function there(name: string): Promise<void> {
  const watcher = watch(folder);
  while (!existsSync(path.join(folder, name))) await once(watcher, 'change');
  watcher.close();
}

async function closed(running: RunningHook): Promise<void> {
  await running.close();
  hook = undefined;
}

const UP = 'up leased | {"ready":true,"reason":"leased"}';
const STOPPED = 'down the agent stopped | {"ready":false,"reason":"the agent stopped"}';

describe('the hook', () => {
  it('is told at the start, and that nobody vouches any more at the end', async () => {
    const running = start(KEEPS);
    await there('told');
    await closed(running);
    expect(told()).toEqual([UP, STOPPED]);
    expect(problems).toEqual([]);
  });

  it('is told of a change and why, in one argument', async () => {
    const running = start('dir=$1; shift; echo "$1|$2|$#" >> "$dir/told"; touch "$dir/$1"');
    await there('up');
    source.down('no lease: $(touch x); binary_mismatch');
    await there('down');
    await closed(running);
    expect(told()).toEqual([
      'up|leased|2',
      'down|no lease: (touch x) binary_mismatch|2',
      'down|the agent stopped|2',
    ]);
  });

  it('is told the newest of the changes that came during a run, one run at a time', async () => {
    const running = start(
      `mkdir "$1/run" || echo twice >> "$1/told"; touch "$1/begun"; while ! test -e "$1/go"; do sleep 0.01; done; rmdir "$1/run"; ${KEEPS}`,
    );
    await there('begun');
    source.down('one');
    source.up();
    source.down('two');
    writeFileSync(path.join(folder, 'go'), '');
    await closed(running);
    // What was told last is told again only when it is another word: the end came while `two` was waiting.
    expect(told()).toEqual([UP, STOPPED]);
  });

  it('is not told again what it was told last', async () => {
    const running = start(KEEPS);
    await there('told');
    source.up();
    await closed(running);
    expect(told()).toEqual([UP, STOPPED]);
  });

  it.each([
    ['exit 3', '/bin/sh ended with 3.'],
    ['echo no such server >&2; echo more >&2; exit 1', '/bin/sh ended with 1: no such server'],
    ['kill -TERM $$', '/bin/sh was ended by SIGTERM.'],
  ])('that ends with %j is a problem told once, and not run again', async (script, sentence) => {
    const running = start(`echo run >> "$1/told"; ${script}`);
    await there('told');
    await closed(running);
    expect(told()).toEqual(['run', 'run']);
    expect(problems).toEqual([sentence, sentence]);
  });

  it('that is no program is a problem', async () => {
    await closed(start('', { command: ['/no/such/program'] }));
    expect(problems).toContain('/no/such/program could not be run (ENOENT).');
  });

  it('that holds a null character is a problem', async () => {
    await closed(start('', { command: ['/bin/true', '\0'] }));
    expect(problems).toContain('/bin/true could not be run (its words hold a null character).');
  });

  it('that takes too long is killed with what it started', async () => {
    const running = start('sleep 1000 & echo $! > "$1/pid"; touch "$1/told"; wait', { limitMs: 300 });
    await there('told');
    const pid = Number(readFileSync(path.join(folder, 'pid'), 'utf8'));
    await closed(running);
    expect(problems[0]).toBe('/bin/sh did not end within 0.3 s and was killed.');
    expect(commandOf(pid)).not.toContain('sleep');
  });

  it('that leaves something running does not hold the next one up', async () => {
    const running = start('sleep 1000 & echo $! > "$1/pid"; touch "$1/told"');
    await there('told');
    await closed(running);
    expect(problems).toEqual([]);
    process.kill(Number(readFileSync(path.join(folder, 'pid'), 'utf8')), 'SIGKILL');
  });

  it('gets none of the secrets of the agent', async () => {
    const running = start('env | cut -d= -f1 | sort >> "$1/names"; touch "$1/told"');
    await there('told');
    await closed(running);
    const names = new Set(readFileSync(path.join(folder, 'names'), 'utf8').trimEnd().split('\n'));
    expect([...names].filter((name) => !['PATH', 'PWD', '_', 'SHLVL', 'OLDPWD'].includes(name))).toEqual([]);
  });

  it('may leave its stdin unread', async () => {
    const running = start('exec <&-; touch "$1/told"');
    await there('told');
    await closed(running);
    expect(problems).toEqual([]);
  });
});

/** A process that was killed and not yet waited for has no command line. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
