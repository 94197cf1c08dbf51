import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  evidenceFolder,
  hostsOf,
  lineOf,
  readOpenly,
  reportOf,
} from '../../../test/world/evidence-folder.ts';

let evidence = evidenceFolder();

beforeEach(() => {
  evidence = evidenceFolder();
});

afterEach(() => evidence.remove());

describe('one bad entry among good ones is refused and mentioned', () => {
  const good = [lineOf('n1'), lineOf('n2')];
  it.each([
    ['not JSON', 'oops', 'malformed -'],
    ['cut short', lineOf('n3').slice(0, 200), 'malformed n3'],
    ['a key twice', lineOf('n3').replace('{', '{"sequence":1,'), 'duplicate_key n3'],
    ['two hosts claimed', lineOf('n3').replace('{', '{"hostname":"n4",'), 'duplicate_key -'],
    ['a host claimed that is none', lineOf('n 3').slice(0, -1), 'malformed -'],
    ['bytes after the end', `${lineOf('n3')}}`, 'trailing_bytes n3'],
    ['two on one line', `${lineOf('n3')}${lineOf('n3')}`, 'trailing_bytes n3'],
    ['another schema version', lineOf('n3').replace('node-report/v1', 'node-report/v2'), 'malformed n3'],
    ['an unknown field', lineOf('n3').replace('{', '{"mood":"fine",'), 'malformed n3'],
    ['a digest in capitals', lineOf('n3').replace('aaaa', 'AAAA'), 'malformed n3'],
    ['a digest too short', lineOf('n3').replace('"aaaa', '"aaa'), 'malformed n3'],
    ['a host name with a space', lineOf('n 3'), 'malformed -'],
    ['too deep', '['.repeat(40) + ']'.repeat(40), 'malformed -'],
    ['a number', '17', 'malformed -'],
    ['null', 'null', 'malformed -'],
    ['a list', `[${lineOf('n3')}]`, 'malformed -'],
    [
      'an envelope around nothing',
      '{"payload":"","payloadType":"application/vnd.in-toto+json","signatures":[]}',
      'malformed -',
    ],
    ['another document', '{"schema":"haunted.manifest/v1"}', 'malformed -'],
  ])('%s', async (_, bad, reason) => {
    const inTheMiddle = [good[0], bad, good[1]].join('\n');
    const got = await readOpenly([evidence.write('set.ndjson', inTheMiddle)]);
    expect(hostsOf(got)).toEqual(['n1', 'n2']);
    expect(evidence.reasonsOf(got)).toEqual([`/set.ndjson:2 ${reason}`]);
    expect(got.refused[0]?.detail).toMatch(/^(?:it|its) /);
    const atTheStart = [bad, ...good].join('\n');
    expect(hostsOf(await readOpenly(['-'], atTheStart))).toEqual(['n1', 'n2']);
  });

  it('an envelope without signatures, which is evidence and no fault even alone', async () => {
    const file = evidence.write('it.json', '{"payload":"eyJ9","payloadType":"application/vnd.in-toto+json"}');
    expect(evidence.reasonsOf(await readOpenly([file]))).toEqual(['/it.json malformed -']);
  });

  it('bytes that are not UTF-8', async () => {
    const bytes = Buffer.from([lineOf('n1'), lineOf('n2'), ''].join('\n'));
    bytes[40] = 0xff;
    expect(evidence.reasonsOf(await readOpenly([evidence.write('set.ndjson', bytes)]))).toEqual([
      '/set.ndjson:1 malformed n1',
    ]);
  });

  it('an item of a list', async () => {
    const list = `[${lineOf('n1')},17,${JSON.stringify({ ...reportOf('n2'), sequence: -1 })}]`;
    const got = await readOpenly([evidence.write('set.json', list)]);
    expect(hostsOf(got)).toEqual(['n1']);
    expect(evidence.reasonsOf(got)).toEqual(['/set.json[1] malformed -', '/set.json[2] malformed n2']);
  });

  it('a line longer than a line may be, without keeping it', async () => {
    const lines = [
      lineOf('n1'),
      `{"hostname":"${'n'.repeat(9 * 1024 * 1024)}"}`,
      lineOf('n2'),
      'x'.repeat(5 * 1024 * 1024),
    ];
    const got = await readOpenly([evidence.write('set.ndjson', lines.join('\n'))]);
    expect(hostsOf(got)).toEqual(['n1', 'n2']);
    expect(got.refused.map(({ source, detail }) => [source.replaceAll(evidence.folder, ''), detail])).toEqual(
      [
        ['/set.ndjson:2', 'it is longer than the 4 MiB that a line may have'],
        ['/set.ndjson:4', 'it is longer than the 4 MiB that a line may have'],
      ],
    );
  });
});

describe('one document that cannot be read is a fault with one sentence', () => {
  it.each([
    ['an empty file', '', 'BAD_INPUT: The evidence /it.json is empty.'],
    ['blank lines', ' \n\n\t\n', 'BAD_INPUT: The evidence /it.json is empty.'],
    ['an empty list', '[]', 'BAD_INPUT: The evidence /it.json is an empty list.'],
    [
      'no JSON',
      'hello',
      'BAD_INPUT: The evidence /it.json is not strict JSON at line 1, column 1: "h" where a value should be.',
    ],
    [
      'a byte order mark',
      `\uFEFF${lineOf('n1')}`,
      'BAD_INPUT: The evidence /it.json starts with a byte order mark; save it as UTF-8 without one.',
    ],
    [
      'cut short on the third line',
      '{\n "schema": "haunted.node-report/v1",\n "cluster": "sm',
      'BAD_INPUT: The evidence /it.json is not strict JSON at line 3, column 13: this text has no closing quote.',
    ],
    [
      'a key twice',
      '{"a":1,\n"a":1}',
      'BAD_INPUT: The evidence /it.json is not strict JSON at line 2, column 1: the key "a" is there twice.',
    ],
    [
      'another schema version',
      '{"schema":"haunted.node-report/v2"}',
      'BAD_INPUT: The evidence /it.json is haunted.node-report/v2; this version of haunted reads haunted.node-report/v1.',
    ],
    ['a number', '17', 'BAD_INPUT: The evidence /it.json '],
    [
      'a digest in capitals',
      lineOf('n1').replace('"aaaa', '"AAAA'),
      'BAD_INPUT: The evidence /it.json is wrong at binary_sha256: it must be a sha256: 64 lower-case hex characters, without a prefix.',
    ],
    [
      'no line that can be read',
      '{"a":1}\n{"a":2}\n',
      'BAD_INPUT: Nothing in the evidence /it.json can be read: the first of 2 entries, /it.json:1, ',
    ],
    [
      'no item that can be read',
      '[1,2,3]',
      'BAD_INPUT: Nothing in the evidence /it.json can be read: the first of 3 entries, /it.json[0], ',
    ],
  ])('%s', async (_, content, sentence) => {
    const said = await evidence.faultOf([evidence.write('it.json', content)]);
    expect(said?.slice(0, sentence.length)).toBe(sentence);
    expect(said).toMatch(/^[^\n]+\.$/);
    expect((await evidence.faultOf(['-'], content))?.slice(0, 30)).toBe(
      sentence.replaceAll('/it.json', 'stdin').slice(0, 30),
    );
  });

  it.each([
    [
      'a file that is not there',
      'none.json',
      /^NOT_FOUND: The evidence \/none\.json does not exist; check the path\.$/,
    ],
    [
      'a folder without evidence',
      'empty',
      /^BAD_INPUT: The evidence folder \/empty holds no \.json, \.ndjson or \.jsonl file\.$/,
    ],
    ['a file below a file', 'file/x.json', /^NOT_FOUND: /],
  ])('%s', async (_, name, sentence) => {
    mkdirSync(path.join(evidence.folder, 'empty'));
    evidence.write('file', lineOf('n1'));
    expect(await evidence.faultOf([path.join(evidence.folder, name)])).toMatch(sentence);
  });

  it('zeros without end, at once', async () => {
    expect(await evidence.faultOf(['/dev/zero'])).toBe(
      'BAD_INPUT: The evidence /dev/zero is not strict JSON at line 1, column 1: "\\u0000" where a value should be.',
    );
  });

  it('blanks without end', async () => {
    expect(await evidence.faultOf([evidence.write('it.json', ' '.repeat(1024 * 1024 + 1))])).toBe(
      'BAD_INPUT: The evidence /it.json starts with a million blanks; is it the right file?',
    );
  });

  it('one document larger than documents may be', async () => {
    const text = `{"schema":"${'x'.repeat(64 * 1024 * 1024)}"}`;
    expect(await evidence.faultOf([evidence.write('it.json', text)])).toBe(
      'TOO_LARGE: The evidence /it.json is one document of more than 64 MiB; write one report per line (NDJSON).',
    );
  });

  it.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    const file = evidence.write('secret.json', lineOf('n1'));
    chmodSync(file, 0);
    expect(await evidence.faultOf([file])).toMatch(/^NO_PERMISSION: /);
  });
});
