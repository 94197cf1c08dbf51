import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testIo } from '../../../test/fixtures/test-io.ts';
import type { TestIo } from '../../../test/fixtures/test-io.ts';
import { BUILDER, doorOf, NODE, soundManifest, soundReport } from '../../../test/world/trust.ts';
import type { OpenedManifest } from '../../model/verified.ts';
import { signManifest, signReport } from '../../seal/sign.ts';
import { loadHistory } from './load-history.ts';

const FIRST = soundManifest({ generation: 1 });
const SECOND = soundManifest({ generation: 2 });

let folder: string;
let session: TestIo;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'haunted-history-'));
  session = testIo({ cwd: folder });
  mkdirSync(path.join(folder, 'h'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(path.join(folder, name), text);
}

async function load(names: readonly string[], acceptUnsigned = true): Promise<OpenedManifest[]> {
  return await loadHistory(names, doorOf({ acceptUnsigned }), session.io);
}

/** `1` for an opened manifest of generation 1, the reason for a refused one. */
function shortly(entry: OpenedManifest): number | string {
  return entry.ok ? entry.manifest.value.generation : entry.refused.reason;
}

describe('the history', () => {
  it('is every manifest of a folder, bare and sealed, in the order of their names', async () => {
    write('h/b.json', SECOND);
    write('h/a.json', signManifest(FIRST, 'a', BUILDER));
    write('h/README.txt', 'not json');
    expect((await load(['h'])).map(shortly)).toEqual([1, 2]);
    expect(session.stderr()).toBe('');
  });

  it('is files and folders together', async () => {
    write('h/a.json', FIRST);
    write('second', SECOND);
    expect((await load(['second', 'h'])).map(shortly)).toEqual([2, 1]);
  });

  it('keeps a refused manifest as what it is: a gap that the judge must see', async () => {
    write('h/a.json', FIRST);
    write('h/b.json', { ...SECOND, generation: 3 });
    expect((await load(['h'], false)).map(shortly)).toEqual(['unsigned', 'unsigned']);
    expect((await load(['h'])).map(shortly)).toEqual([1, 'digest_mismatch']);
  });

  it.each<[string, unknown]>([
    ['a haunted.node-report/v1', soundReport()],
    ['a haunted.node-report/v1', [soundReport()]],
    ['another signed document', signReport(soundReport(), NODE)],
  ])('passes over %s with a note', async (what, content) => {
    write('h/a.json', FIRST);
    write('h/other.json', content);
    expect((await load(['h'])).map(shortly)).toEqual([1]);
    expect(session.stderr()).toBe(`haunted: h/other.json is ${what}, not a manifest; passed over.\n`);
  });

  it.each<[string, unknown, RegExp]>([
    ['an empty file', '', /is empty/],
    ['a truncated file', '{"schema":"haunted.manifest/v1",', /JSON at line 1/],
    ['JSON of somebody else', { name: 'left-pad' }, /`schema`/],
    [
      'a manifest of another version',
      { ...FIRST, schema: 'haunted.manifest/v2' },
      /haunted\.manifest\/v2; this version of haunted reads haunted\.manifest\/v1/,
    ],
    ['an unknown field', { ...FIRST, extra: 1 }, /extra/],
    [
      'a broken envelope',
      { payload: '!', payloadType: 'application/vnd.in-toto+json', signatures: [] },
      /not base64/,
    ],
  ])(
    'is a Fault when it holds %s: half a history must not pass as a whole one',
    async (_, content, message) => {
      write('h/a.json', FIRST);
      write('h/b.json', content);
      await expect(load(['h'])).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringMatching(message),
      });
    },
  );

  it('is a Fault when a named file is no manifest', async () => {
    write('report.json', soundReport());
    await expect(load(['report.json'])).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(load(['absent'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('says so when a folder holds nothing', async () => {
    expect(await load(['h'])).toEqual([]);
    expect(session.stderr()).toBe('haunted: the history h holds no *.json file.\n');
  });
});
