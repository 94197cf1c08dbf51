import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { newPrivateKey } from '../../src/seal/keys.ts';
import { exampleFiles } from '../../tools/check-examples.ts';
import { exampleFolder, writeInto } from '../fixtures/example-folder.ts';
import { testIo } from '../fixtures/test-io.ts';

const NOW = '2026-03-02T09:00:00Z';
const HAUNTED = path.join(import.meta.dirname, '..', '..', 'bin', 'haunted.js');
const ACTIVATE = 'check activate --manifest manifests/42.json --evidence reports/after.ndjson';

/** Every option that names a file: a command that is good but for the file BAD, and what a good one would hold. */
const OPTIONS: readonly { readonly option: string; readonly line: string; readonly good: string }[] = [
  {
    option: '--manifest',
    line: 'check activate --manifest BAD --evidence reports/after.ndjson',
    good: file('manifests/42.json'),
  },
  {
    option: '--current',
    line: 'check deploy --manifest manifests/42.json --current BAD --evidence reports/before.ndjson',
    good: file('manifests/41.json'),
  },
  {
    option: '--to',
    line: 'check rollback --to BAD --current manifests/42.json --evidence reports/after.ndjson',
    good: file('manifests/41.json'),
  },
  {
    option: '--plan',
    line: 'check rollback --plan BAD --current manifests/42.json --evidence reports/after.ndjson',
    good: file('plans/uninstall.json'),
  },
  { option: '--history', line: `${ACTIVATE} --history BAD`, good: file('manifests/41.json') },
  {
    option: '--evidence',
    line: 'check activate --manifest manifests/42.json --evidence BAD',
    good: report(),
  },
  {
    option: '--policy',
    line: `${ACTIVATE} --policy BAD`,
    good: '{"schema":"haunted.policy/v1","max_proof_age_s":60}',
  },
  { option: '--keyring', line: `${ACTIVATE} --keyring BAD`, good: file('signed/keyring.json') },
  { option: '--sign-with', line: `${ACTIVATE} --sign-with BAD --verdict-out v.json`, good: privateKey() },
];

/** What can be wrong with a file, whatever it is for. The text always starts with an object and has a string in it. */
const BREAKAGES: readonly { readonly what: string; readonly break: (good: string) => string | Uint8Array }[] =
  [
    { what: 'empty', break: () => '' },
    { what: 'blank', break: () => ' \n\n' },
    { what: 'truncated', break: (good) => good.slice(0, Math.floor(good.length / 2)) },
    {
      what: 'nested deeper than allowed',
      break: (good) => put(good, `"x":${'['.repeat(5_000)}${']'.repeat(5_000)},`),
    },
    { what: 'with a key twice', break: (good) => put(good, '"schema":"haunted.other/v1",') },
    { what: 'of another schema version', break: (good) => good.replace('/v1"', '/v9"') },
    { what: 'with an unknown field', break: (good) => put(good, '"surprise":1,') },
    { what: 'not UTF-8', break: (good) => Buffer.from(put(good, '"x":"\u00ff",'), 'latin1') },
    { what: 'not JSON', break: () => '<html>502 Bad Gateway</html>' },
    { what: 'another type of document', break: () => '"schema"' },
  ];

function file(name: string): string {
  return exampleFiles().get(name) ?? '';
}

function report(): string {
  return file('reports/after.ndjson').split('\n')[0] ?? '';
}

function privateKey(): string {
  return JSON.stringify(newPrivateKey({ role: 'gate', name: 'gate-1', hostname: null }, 0));
}

function put(good: string, member: string): string {
  return good.replace('{', `{${member}`);
}

let folder: string;
beforeAll(() => {
  folder = exampleFolder();
  writeInto(folder, 'empty-folder/note.txt', '');
  writeInto(folder, 'zeros.json', '');
  truncateSync(path.join(folder, 'zeros.json'), 2 ** 30);
});
afterAll(() => rmSync(folder, { recursive: true }));

type Run = { readonly exit: number | null; readonly stdout: string; readonly stderr: string };

async function run(line: string, bad: string): Promise<Run> {
  const session = testIo({ cwd: folder });
  const words = wordsOf(line, bad);
  const exit = await runCommandLine(words, COMMANDS, '0.1.0', session.io);
  return { exit, stdout: session.stdout(), stderr: session.stderr() };
}

function wordsOf(line: string, bad: string): string[] {
  return `${line} --accept-unsigned --now ${NOW}`.split(' ').map((word) => (word === 'BAD' ? bad : word));
}

/** The one sentence with its code on stderr. Nothing on stdout, and exit 1: could not evaluate, and said why to a person. */
function sentenceOf({ exit, stdout, stderr }: Run): string {
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
  expect(stderr).toMatch(/^haunted: [^\n]{10,1500}[.?] \[[A-Z_]+\]\n$/);
  expect(stderr).not.toMatch(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]|\bat .*\.ts:\d|\[object/,
  );
  return stderr;
}

describe.each(OPTIONS)('$option', ({ line, good }) => {
  it('is a good file to begin with', async () => {
    writeInto(folder, 'good.json', good);
    const { exit, stderr } = await run(line, 'good.json');
    expect({ isJudged: exit !== 1, stderr }).toEqual({ isJudged: true, stderr: '' });
  });

  it('that does not exist', async () => {
    expect(sentenceOf(await run(line, 'absent/nothing.json'))).toMatch(
      /absent\/nothing\.json.*\[NOT_FOUND\]/,
    );
  });

  it('that is a gibibyte of zeros', async () => {
    expect(sentenceOf(await run(line, 'zeros.json'))).toMatch(/zeros\.json.*\[(?:TOO_LARGE|BAD_INPUT)\]/);
  });

  it.each(BREAKAGES)('that is $what', async ({ what, break: breakIt }) => {
    const bad = `bad ${what}.json`;
    writeInto(folder, bad, breakIt(good));
    expect(sentenceOf(await run(line, bad))).toMatch(/bad .*\[BAD_INPUT\]/);
  });
});

// A folder is welcome as history, even an empty one; it then says so on stderr.
it.each(OPTIONS.filter(({ option }) => option !== '--history'))(
  '$option that is a folder with nothing in it',
  async ({ line }) => {
    expect(sentenceOf(await run(line, 'empty-folder'))).toMatch(/empty-folder.*\[BAD_INPUT\]/);
  },
);

describe('a policy in YAML', () => {
  it.each([
    ['not YAML', 'max_proof_age_s: [1'],
    ['a field twice', 'max_proof_age_s: 1\nmax_proof_age_s: 2\n'],
    ['an unknown field', 'max_proof_age: 1\n'],
    ['a wrong type', 'max_proof_age_s: soon\n'],
    ['a number out of bounds', 'max_proof_age_s: 0\n'],
    ['two documents', 'max_proof_age_s: 1\n---\nmax_proof_age_s: 2\n'],
    ['another schema version', 'schema: haunted.policy/v2\n'],
    ['a list', '- 1\n'],
  ])('with %s', async (_, text) => {
    writeInto(folder, 'policy.yaml', text);
    expect(sentenceOf(await run(`${ACTIVATE} --policy BAD`, 'policy.yaml'))).toMatch(
      /policy\.yaml.*\[BAD_INPUT\]/,
    );
  });
});

describe('a value that is not what it must be', () => {
  const DIGEST = /(?<="binary_sha256": ?")[0-9a-f]{64}(?=")/;
  const HOST = /(?<=")smars-01(?=")/;

  it.each<[string, string, RegExp, (found: string) => string]>([
    ['a digest in capitals', '--manifest', DIGEST, (found) => found.toUpperCase()],
    ['a digest of 63 characters', '--manifest', DIGEST, (found) => found.slice(1)],
    ['a digest of 65 characters', '--manifest', DIGEST, (found) => `${found}0`],
    ['a digest with a prefix', '--manifest', DIGEST, (found) => `sha256:${found}`],
    ['a host with a space', '--manifest', HOST, () => 'smars 01'],
    ['a host with an escape sequence', '--manifest', HOST, () => '\\u001b[2Jsmars'],
    ['a host that reads backwards', '--manifest', HOST, () => 'smars\\u202e10'],
    ['a time that is none', '--manifest', /(?<="created_at": ")[^"]+/, () => 'yesterday'],
    ['a flag name with a line feed', '--manifest', /(?<="flag": ")rlp/, () => 'r\\nlp'],
    ['a digest in capitals', '--evidence', DIGEST, (found) => found.toUpperCase()],
    ['a digest of 63 characters', '--evidence', DIGEST, (found) => found.slice(1)],
    ['a host with a space', '--evidence', HOST, () => 'smars 01'],
    ['a host with an escape sequence', '--evidence', HOST, () => '\\u001b[2Jsmars'],
    ['a time that is none', '--evidence', /(?<="observed_at":")[^"]+/, () => '2026-13-02T09:00:00Z'],
    [
      'a digest in capitals',
      '--plan',
      /(?<="target_manifest_sha256": ")[^"]+/,
      (found) => found.toUpperCase(),
    ],
    ['an unknown mechanism', '--plan', /uninstall_latest/, () => 'undo'],
  ])('%s in %s', async (_, option, pattern, change) => {
    const { line, good } = OPTIONS.find((one) => one.option === option) ?? { line: '', good: '' };
    const bad = good.replace(pattern, change);
    expect(bad).not.toBe(good);
    writeInto(folder, 'value.json', bad);
    expect(sentenceOf(await run(line, 'value.json'))).toMatch(/value\.json.*\[BAD_INPUT\]/);
  });
});

it('a report from the future is held', async () => {
  writeInto(
    folder,
    'future.ndjson',
    file('reports/after.ndjson').replaceAll('2026-03-02T08:59:00Z', '2126-03-02T08:59:00Z'),
  );
  const { exit, stdout } = await run(
    'check activate --manifest manifests/42.json --evidence BAD',
    'future.ndjson',
  );
  expect(exit).toBe(3);
  expect(stdout).toMatch(/^HOLD: /);
});

it('one garbled proof among good ones is a finding that holds, not the end', async () => {
  writeInto(
    folder,
    'mixed.ndjson',
    file('reports/after.ndjson').replace('"sequence":17', '"sequence":"many"'),
  );
  const { exit, stdout } = await run(
    'check activate --manifest manifests/42.json --evidence BAD',
    'mixed.ndjson',
  );
  expect(exit).toBe(3);
  expect(stdout).toContain('mixed.ndjson:1');
});

describe('the real program', () => {
  it.each<[string, string, string | Uint8Array]>([
    ['a truncated manifest', '--manifest', file('manifests/42.json').slice(0, 300)],
    ['evidence that is not UTF-8', '--evidence', Buffer.from([0x7b, 0xff, 0x7d])],
    ['a keyring of zeros', '--keyring', Buffer.alloc(65_536)],
    ['a plan nested too deep', '--plan', '['.repeat(100_000)],
  ])('answers %s with one sentence and exit 1', (_, option, content) => {
    const { line } = OPTIONS.find((one) => one.option === option) ?? { line: '' };
    writeInto(folder, 'spawned.json', content);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [HAUNTED, ...wordsOf(line, 'spawned.json')],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    expect(sentenceOf({ exit: status, stdout, stderr })).toContain('spawned.json');
  });

  it('prints a verdict and ends with its exit code', () => {
    const words = wordsOf(
      'check rollback --plan plans/uninstall.json --current manifests/42-reused-flag.json --history manifests --evidence reports/one-left-behind.ndjson',
      '',
    );
    const { status, stdout, stderr } = spawnSync(process.execPath, [HAUNTED, ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    expect(stdout).toMatch(/^BLOCK_ROLLBACK: This rollback would leave 3 of 3 servers wrong/);
    expect(readFileSync(path.join(folder, 'plans/uninstall.json'), 'utf8')).toBe(
      file('plans/uninstall.json'),
    );
  });
});
