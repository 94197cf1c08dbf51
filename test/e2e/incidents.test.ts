import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { GOOD, incidentWith } from '../fixtures/incident.ts';
import { testIo } from '../fixtures/test-io.ts';

const NOW = Date.parse('2024-06-01T00:00:00Z');
const ROOT = mkdtempSync(path.join(tmpdir(), 'haunted-incidents-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

let folders = 0;

function newFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  folders += 1;
  const folder = path.join(ROOT, `${folders}`);
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

async function run(line: string, cwd = ROOT): Promise<{ exit: number; stdout: string; stderr: string }> {
  const session = testIo({ cwd, now: NOW });
  const exit = await runCommandLine(line.split(' '), COMMANDS, '0.1.0', session.io);
  return { exit, stdout: session.stdout(), stderr: session.stderr() };
}

function check(text: string | Uint8Array): ReturnType<typeof run> {
  return run('incidents check record.yaml', newFolder({ 'record.yaml': text }));
}

const GOOD_TEXT = stringify(GOOD);

describe('haunted incidents check', () => {
  it.each([
    ['YAML', GOOD_TEXT],
    ['JSON', JSON.stringify(GOOD)],
    ['YAML with a byte order mark', `\ufeff${GOOD_TEXT}`],
    ['YAML with line ends of Windows', GOOD_TEXT.replaceAll('\n', '\r\n')],
    ['names in any script', stringify(incidentWith({ vendor: '命 Ünïversal 😀', title: 'Ошибка отката' }))],
  ])('accepts a good record: %s', async (_, text) => {
    expect(await check(text)).toEqual({
      exit: 0,
      stdout: 'record.yaml is good enough for the registry.\n',
      stderr: '',
    });
  });

  it.each([
    [
      'a wrong word',
      GOOD_TEXT.replace('actor: operator', 'actor: nobody'),
      /actor: Must be operator or automation or both\./,
    ],
    [
      'an old type',
      GOOD_TEXT.replace('promoted_wrong_state', 'promoted'),
      /rollback_type: Must be promoted_wrong_state or killed/,
    ],
    ['a missing field', GOOD_TEXT.replace(/^trigger:.*\n/m, ''), /trigger: Is missing\./],
    [
      'a field nobody knows',
      `${GOOD_TEXT}mood: fine\n`,
      /mood: Is a field that this version of haunted does not know\./,
    ],
    ['a future date', stringify(incidentWith({ date: '2031-01-01' })), /date: 2031-01-01 is in the future\./],
    ['a date in words', stringify(incidentWith({ date: 'last spring' })), /date: Must be a date such as/],
    [
      'a date of no calendar',
      stringify(incidentWith({ date: '2024-02-31' })),
      /date: 2024-02-31 is not in the calendar\./,
    ],
    [
      'a year that is a number',
      GOOD_TEXT.replace('date: 2024-03-12', 'date: 2024'),
      /date: Must be a text\./,
    ],
    [
      'an address that is none',
      GOOD_TEXT.replace('https://example.com', 'javascript:alert'),
      /sources\[0\]\.address: Must be an address/,
    ],
    [
      'a name that turns text around',
      stringify(incidentWith({ vendor: 'a\u202Eb' })),
      /vendor: Must not be empty or hold control characters\./,
    ],
    [
      'a text that hides a line',
      stringify(incidentWith({ title: 'a\u2028b' })),
      /title: Must be one line without control characters\./,
    ],
    [
      'a text of two lines',
      stringify(incidentWith({ title: 'a\nb' })),
      /title: Must be one line without control characters\./,
    ],
    [
      'a text beyond all measure',
      stringify(incidentWith({ title: 'a'.repeat(4097) })),
      /title: Must have at most 4096 characters\./,
    ],
    ['nothing but its schema', 'schema: haunted.incident/v1\n', /\d\d things are missing or wrong/],
    [
      'a list where fields should be',
      GOOD_TEXT.replace(/^healthy_nodes:\n(?: .*\n)+/m, 'healthy_nodes: []\n'),
      /healthy_nodes: Must be an object\./,
    ],
    [
      'an id that leads elsewhere',
      stringify(incidentWith({ id: '../../etc' })),
      /id: Must be lower-case words with hyphens/,
    ],
  ])('says what is wrong in words: %s', async (_, text, sentence) => {
    const { exit, stdout, stderr } = await check(text);
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: '' });
    expect(stdout.replaceAll(/\n {2}/g, ' ')).toMatch(sentence);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u2028\u202e]/);
  });

  it.each([
    ['truncated in a quote', `${GOOD_TEXT}\nnotes: "half`, /is not YAML we can use.*\[BAD_INPUT\]/],
    [
      'a key that is there twice',
      `${GOOD_TEXT}vendor: Another\n`,
      /the key "vendor" is there twice.*\[BAD_INPUT\]/,
    ],
    ['two documents', `${GOOD_TEXT}---\n${GOOD_TEXT}`, /is not YAML we can use.*\[BAD_INPUT\]/],
    ['a tag that makes objects', 'schema: !!js/function "x"\n', /is not YAML we can use.*\[BAD_INPUT\]/],
    ['empty', '', /is empty.*\[BAD_INPUT\]/],
    ['only a comment', '# later\n', /holds no fields.*\[BAD_INPUT\]/],
    ['a list', '- schema: haunted.incident/v1\n', /holds no fields.*\[BAD_INPUT\]/],
    [
      'of another document',
      'schema: haunted.manifest/v1\n',
      /first line has to be `schema: haunted\.incident\/v1`.*\[BAD_INPUT\]/,
    ],
    ['of the next version', GOOD_TEXT.replace('incident/v1', 'incident/v2'), /\[BAD_INPUT\]/],
    ['not UTF-8', Buffer.from([0x73, 0x3a, 0x20, 0xff, 0xfe]), /is not UTF-8 text.*\[BAD_INPUT\]/],
    ['too large', `${GOOD_TEXT}# ${'x'.repeat(256 * 1024)}\n`, /\[TOO_LARGE\]/],
    ['nested without end', `schema: haunted.incident/v1\nnotes: ${'['.repeat(5000)}`, /\[BAD_INPUT\]/],
    ['with a million aliases', bomb(), /too many aliases.*\[BAD_INPUT\]/],
  ])('cannot read it as a record: %s', async (_, text, sentence) => {
    const { exit, stdout, stderr } = await check(text);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
  });

  it('accepts no record that ends before its last needed field', async () => {
    for (let length = 0; length < GOOD_TEXT.indexOf('checks:'); length += 23)
      expect((await check(GOOD_TEXT.slice(0, length))).exit).not.toBe(0);
  });

  it('tells of the lower grade that would pass', async () => {
    const { exit, stdout } = await check(stringify(incidentWith({ read_status: 'secondary_only' })));
    expect(exit).toBe(2);
    expect(stdout).toContain(
      'As `partial`, with a sentence in evidence_note that says what it lacks, it would pass.',
    );
  });

  it('answers in JSON with lines', async () => {
    const folder = newFolder({ 'record.yaml': stringify(incidentWith({ vendor: null })) });
    const { exit, stdout } = await run('incidents check record.yaml --format json', folder);
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      schema: 'haunted.record-check/v1',
      file: 'record.yaml',
      id: 'examplehost-2024',
      good_enough: false,
      problems: [{ field: 'vendor', line: 5, sentence: 'A confirmed record names the vendor.' }],
      would_pass_as: null,
    });
  });

  it.each([
    ['incidents check', /Name one record.*\[BAD_USAGE\]/],
    ['incidents check a b', /Name one record.*\[BAD_USAGE\]/],
    ['incidents check nowhere.yaml', /does not exist.*\[NOT_FOUND\]/],
    ['incidents check .', /is a directory.*\[BAD_INPUT\]/],
  ])('%s', async (line, sentence) => {
    const { exit, stderr } = await run(line);
    expect(exit).toBe(1);
    expect(stderr).toMatch(sentence);
  });
});

function bomb(): string {
  const rows = Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`);
  return `schema: haunted.incident/v1\na0: &a0 [x]\n${rows.join('\n')}\n`;
}

describe('a registry of one’s own', () => {
  const folder = newFolder({ 'examplehost-2024/record.yaml': GOOD_TEXT, 'other/case.json': '{}' });

  it('is listed, shown and counted', async () => {
    expect(await run(`incidents list --registry ${folder} --format csv`)).toEqual({
      exit: 0,
      stdout:
        'id,date,vendor,type,grade,actor,kind,rank,title,source\r\nexamplehost-2024,2024-03-12,Examplehost,promoted_wrong_state,confirmed,operator,wrong_package,,A rollback that took the billing workers along,https://example.com/billing\r\n',
      stderr: '',
    });
    expect((await run(`incidents show EXAMPLEHOST_2024 --registry ${folder} --format json`)).stdout).toBe(
      `${JSON.stringify(GOOD, null, 2)}\n`,
    );
    expect((await run(`incidents stats --registry ${folder}`)).stdout).toMatch(
      /^running_binary_uniformity +1 +0 +0 +#$/m,
    );
  });

  it.each([
    ['that is not there', {}, /There is no record in .*\[NOT_FOUND\]/],
    [
      'with a record that does not earn its grade',
      { 'examplehost-2024/record.yaml': stringify(incidentWith({ vendor: null })) },
      /is not good enough at vendor.*\[BAD_INPUT\]/,
    ],
    [
      'with a record in another folder',
      { 'other/record.yaml': GOOD_TEXT },
      /put it into a folder of that name\. \[BAD_INPUT\]/,
    ],
    [
      'with a record of another shape',
      { 'examplehost-2024/record.yaml': 'schema: haunted.incident/v1\n' },
      /is not good enough at id: is missing.*\[BAD_INPUT\]/,
    ],
    [
      'with fog of another shape',
      { 'examplehost-2024/record.yaml': GOOD_TEXT, 'fog.yaml': 'claims: []\n' },
      /fog\.yaml is not good enough.*\[BAD_INPUT\]/,
    ],
  ])('%s is not read', async (_, files, sentence) => {
    const { exit, stdout, stderr } = await run('incidents list --registry .', newFolder(files));
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
  });

  it('may hold names that a spreadsheet or a page would run', async () => {
    const mean = stringify(incidentWith({ vendor: '=cmd|"/c calc"!A1, <b>|x</b>' }));
    const own = newFolder({ 'examplehost-2024/record.yaml': mean });
    expect((await run('incidents list --registry . --format csv', own)).stdout).toContain(
      `,"'=cmd|""/c calc""!A1, <b>|x</b>",`,
    );
    expect((await run('incidents list --registry . --format markdown', own)).stdout).not.toMatch(/<b>|\|x/);
  });
});

describe('haunted incidents, used wrongly', () => {
  it.each([
    [
      'incidents list --type haunted',
      /--type "haunted" is not one of promoted_wrong_state, killed.*\[BAD_USAGE\]/,
    ],
    ['incidents list --grade sure', /--grade "sure" is not one of/],
    ['incidents list --year next', /--year "next" is not a year or a span/],
    ['incidents list --year 2016-2012', /is not a year or a span/],
    ['incidents list --sort mood', /--sort "mood" is not one of/],
    ['incidents list knight-2012', /`haunted incidents show ID` shows one/],
    ['incidents show', /Name one incident/],
    ['incidents show knight', /There is no incident "knight"; there is knight-2012\. \[NOT_FOUND\]/],
    ['incidents show atlantis', /`haunted incidents list` names them all\. \[NOT_FOUND\]/],
    ['incidents stats --all --grade confirmed', /--all counts every record/],
    ['incidents stats now', /no other words are taken/],
    ['incidents', /needs a second word: one of list, show, check, stats/],
  ])('%s', async (line, sentence) => {
    const { exit, stdout, stderr } = await run(line);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
  });

  it('lists nothing when nothing fits, and ends with 0', async () => {
    expect(await run('incidents list --year 1999')).toEqual({
      exit: 0,
      stdout: '0 on record, 0 in the fog\n',
      stderr: '',
    });
    expect((await run('incidents stats --year 1999')).exit).toBe(0);
  });
});
