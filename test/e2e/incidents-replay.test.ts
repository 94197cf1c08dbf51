import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import type { Io } from '../../src/cli/io.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { ReplayList, ReplayRun } from '../../src/model/replay-run.ts';
import { testIo } from '../fixtures/test-io.ts';

const INCIDENTS = path.join(import.meta.dirname, '..', '..', 'incidents');
const ROOT = mkdtempSync(path.join(tmpdir(), 'haunted-replays-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

let folders = 0;

/** A registry with some replays of the real one, and with texts laid over them. */
function registryOf(
  ids: readonly string[],
  texts: Readonly<Record<string, string | Uint8Array>> = {},
): string {
  folders += 1;
  const folder = path.join(ROOT, `${folders}`);
  mkdirSync(folder);
  for (const id of ids) cpSync(path.join(INCIDENTS, id), path.join(folder, id), { recursive: true });
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

async function run(words: string, given: Partial<Io> = {}) {
  const session = testIo({ cwd: ROOT, now: 0 });
  const exit = await runCommandLine(words.split(' '), COMMANDS, '0.1.0', { ...session.io, ...given });
  return { exit, stdout: session.stdout(), stderr: session.stderr() };
}

const KNIGHT = readFileSync(path.join(INCIDENTS, 'knight-2012', 'replay', 'replay.yaml'), 'utf8');
const FILE = 'knight-2012/replay/replay.yaml';

describe('haunted incidents replay ID', () => {
  it('prints what happened beside what the gate says, and the outcome last', async () => {
    const { exit, stdout, stderr } = await run('incidents replay knight_2012');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('[the button] The new code is uninstalled from the seven that were right');
    expect(stdout).toContain('| rollback gate, asked by an operator:');
    expect(stdout).toContain('    RRRRRRRH\n');
    expect(stdout).toContain('    HHHHHHHH');
    expect(stdout.trimEnd().split('\n').at(-3)).toMatch(/^Blocked before the harm: BLOCK_DEPLOY at /);
    expect(stdout).not.toContain('\u001b[');
  });

  it('says it plainly when nothing of ours said no', async () => {
    const { exit, stdout } = await run('incidents replay facebook-2010');
    expect(exit).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toBe(
      'NOT CAUGHT: no gate of ours said no where a no would have counted.',
    );
  });

  it('is one column where there is no room for two, and coloured on a terminal that wants it', async () => {
    const narrow = await run('incidents replay stripe-2019', { stdoutColumns: 60, isStdoutTty: true });
    expect(narrow.stdout).not.toContain(' | ');
    expect(
      Math.max(...narrow.stdout.split('\n').map((line) => line.replaceAll(/\u001b\[[0-9;]*m/g, '').length)),
    ).toBeLessThan(100);
    expect(narrow.stdout).toContain('\u001b[');
    const plain = await run('incidents replay stripe-2019', { isStdoutTty: true, env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b[');
  });

  it('is a document of its schema in JSON', async () => {
    const { stdout } = await run('incidents replay reddit-2016 --format json');
    const document = ReplayRun.parse(JSON.parse(stdout));
    expect(document).toMatchObject({ id: 'reddit-2016', outcome: 'blocked_at_button' });
    expect(document.moments.find(({ marks }) => marks === 'button')).toMatchObject({
      gate: 'rollback',
      actor: 'automation',
      verdict: 'HOLD',
      findings: [{ code: 'quarantined', hostname: null, flag: null }],
    });
  });
});

describe('haunted incidents replay --all', () => {
  it('prints a line for each, and counts', async () => {
    const folder = registryOf(['facebook-2010', 'mailgun-2017']);
    const { exit, stdout } = await run(`incidents replay --all --registry ${folder}`);
    expect(exit).toBe(0);
    const [head = '', facebook, mailgun, counted] = stdout.trimEnd().split('\n');
    expect(head.split(/  +/)).toEqual(['INCIDENT', 'OUTCOME', 'GATE', 'BY', 'KILL SWITCH']);
    expect(facebook?.split(/  +/)).toEqual(['facebook-2010', 'NOT CAUGHT']);
    expect(mailgun?.split(/  +/)).toEqual([
      'mailgun-2017',
      'blocked at button',
      'rollback: BLOCK_ROLLBACK',
      'rollback_target_unproven',
    ]);
    expect(counted).toBe(
      '2 replays: 0 blocked before the harm, 1 at the button, 0 caught after, 1 NOT CAUGHT',
    );
  });

  it('is a document or a page as well, with progress for a person', async () => {
    const folder = registryOf(['facebook-2010', 'mailgun-2017']);
    const json = await run(`incidents replay --all --registry ${folder} --format json`, {
      isStderrTty: true,
    });
    const { replays } = ReplayList.parse(JSON.parse(json.stdout));
    expect(replays.map(({ id, kill_switch: kill }) => [id, kill])).toEqual([
      ['facebook-2010', null],
      ['mailgun-2017', null],
    ]);
    expect(json.stderr).toContain('2 of 2');
    const page = await run(`incidents replay --all --registry ${folder} --format markdown`);
    expect(page.stdout).toMatch(/^\| incident \| outcome \| gate \| by \| kill switch \|\n\| --- \|/);
    expect(page.stdout.trimEnd().split('\n')).toHaveLength(4);
  });

  it('answers with no more than what it has when it is stopped', async () => {
    const folder = registryOf(['facebook-2010', 'mailgun-2017']);
    const { exit, stdout } = await run(`incidents replay --all --registry ${folder}`, {
      signal: AbortSignal.abort(),
    });
    expect(exit).toBe(130);
    expect(stdout).toBe('');
  });
});

describe('a replay that cannot be played', () => {
  it.each<[string, string, RegExp]>([
    ['no name', 'incidents replay', /say --all.*\[BAD_USAGE\]/],
    ['a name and --all', 'incidents replay knight-2012 --all', /\[BAD_USAGE\]/],
    ['two names', 'incidents replay knight-2012 reddit-2016', /\[BAD_USAGE\]/],
    ['a format that is none', 'incidents replay knight-2012 --format csv', /table, json.*\[BAD_USAGE\]/],
    [
      'a name that nobody has',
      'incidents replay nobody-1999',
      /no replay of "nobody-1999".*--all.*\[NOT_FOUND\]/,
    ],
    ['a record without a replay', 'incidents replay rbs-2012', /no replay of "rbs-2012".*\[NOT_FOUND\]/],
    ['a name that is a path', 'incidents replay ../knight-2012', /\[NOT_FOUND\]/],
    ['a year that is another', 'incidents replay knight-2013', /there is knight-2012.*\[NOT_FOUND\]/],
  ])('%s', async (_, words, sentence) => {
    const { exit, stdout, stderr } = await run(words);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['no YAML', 'a: [', /not YAML.*\[BAD_INPUT\]/],
    ['cut in the middle', KNIGHT.slice(0, 900), /\[BAD_INPUT\]/],
    ['a key that is there twice', `${KNIGHT}\nid: other\n`, /\[BAD_INPUT\]/],
    ['another version', KNIGHT.replace('haunted.replay/v1', 'haunted.replay/v2'), /v2.*\[BAD_INPUT\]/],
    [
      'a field nobody knows',
      KNIGHT.replace('cluster: smars', 'cluster: smars\nextra: 1'),
      /extra.*\[BAD_INPUT\]/,
    ],
    [
      'a word of no gate',
      KNIGHT.replace('gate: deploy', 'gate: sideways'),
      /moments\.copy\.ask\.gate.*\[BAD_INPUT\]/,
    ],
    [
      'another incident',
      KNIGHT.replace('id: knight-2012', 'id: reddit-2016'),
      /is the replay of reddit-2016.*\[BAD_INPUT\]/,
    ],
    ['not UTF-8', new Uint8Array([0x69, 0x64, 0x3a, 0xff, 0xfe]), /UTF-8.*\[BAD_INPUT\]/],
    ['too large', `${KNIGHT}\n# ${'x'.repeat(300_000)}`, /\[TOO_LARGE\]/],
    [
      'a start that the gate refuses',
      KNIGHT.replace('starts_with: [smars_41]', 'starts_with: [smars_41, smars_42]'),
      /make it a moment.*\[BAD_INPUT\]/,
    ],
  ])('%s', async (_, text, sentence) => {
    const folder = registryOf([], { [FILE]: text });
    const { exit, stdout, stderr } = await run(`incidents replay knight-2012 --registry ${folder}`);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
  });

  it('a registry without any', async () => {
    const folder = registryOf([], { 'note.txt': 'nothing here' });
    expect((await run(`incidents replay --all --registry ${folder}`)).stderr).toMatch(
      /replay\/replay\.yaml.*\[NOT_FOUND\]/,
    );
  });
});
