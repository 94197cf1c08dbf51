import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at } from '../../../test/world/documents.ts';
import {
  evidenceFolder,
  hostsOf,
  lineOf,
  readOpenly,
  reportOf,
} from '../../../test/world/evidence-folder.ts';
import { NODE, doorOf, keyringOf, newKey, soundReport } from '../../../test/world/trust.ts';
import { signReport } from '../../seal/sign.ts';

let evidence = evidenceFolder();

beforeEach(() => {
  evidence = evidenceFolder();
});

afterEach(() => evidence.remove());

describe('readEvidence tells by the content how evidence is laid out', () => {
  it.each([
    ['one report', lineOf('n1'), ['n1']],
    ['one report on many lines', JSON.stringify(reportOf('n1'), null, 2), ['n1']],
    [
      'one report on many lines, after blank ones',
      `\n\r\n${JSON.stringify(reportOf('n1'), null, '\t')}\n`,
      ['n1'],
    ],
    ['one report and a line feed', `${lineOf('n1')}\n`, ['n1']],
    ['a list', `[${lineOf('n1')},\n${lineOf('n2')}]`, ['n1', 'n2']],
    ['a list of one', ` [\n${lineOf('n1')}\n]\n`, ['n1']],
    ['lines', `${lineOf('n1')}\n${lineOf('n2')}\n`, ['n1', 'n2']],
    ['lines without the last line feed', `${lineOf('n1')}\n${lineOf('n2')}`, ['n1', 'n2']],
    ['lines with carriage returns', `${lineOf('n1')}\r\n${lineOf('n2')}\r\n`, ['n1', 'n2']],
    ['lines with blank ones between', `\n${lineOf('n1')}\n\n \n${lineOf('n2')}\n\n`, ['n1', 'n2']],
    [
      'lines with blanks around',
      `  ${lineOf('n1')} \n\t${lineOf('n2')}\n${lineOf('n3')}`,
      ['n1', 'n2', 'n3'],
    ],
  ])('%s', async (_, content, hosts) => {
    const file = evidence.write('evidence.txt', content);
    expect(hostsOf(await readOpenly([file]))).toEqual(hosts);
    expect(hostsOf(await readOpenly(['-'], content))).toEqual(hosts);
  });

  it('reads lines longer than a piece', async () => {
    const flags = Array.from({ length: 20_000 }, (_, index) => ({
      flag: `flag-${index}`,
      source: 'file:/etc/flags.json',
    }));
    const long = (hostname: string): string => JSON.stringify(reportOf(hostname, { bound_flags: flags }));
    const file = evidence.write(
      'long.ndjson',
      [long('n1'), lineOf('n2'), long('n3'), lineOf('n4')].join('\n'),
    );
    const got = await readOpenly([file]);
    expect(hostsOf(got)).toEqual(['n1', 'n2', 'n3', 'n4']);
    expect(got.reports[2]?.value).toEqual(reportOf('n3', { bound_flags: flags }));
  });

  it('gives each report whole, those that are alike too', async () => {
    const reports = Array.from({ length: 50 }, (_, index) =>
      reportOf(`n${index}`, { sequence: index, observed_at: at(-index) }),
    );
    const file = evidence.write('alike.ndjson', reports.map((report) => JSON.stringify(report)).join('\n'));
    const got = await readOpenly([file]);
    expect(got.reports).toEqual(reports.map((value) => ({ value, voucher: { by: 'operator' } })));
    // The first ones are read carefully, each by itself; the rest share what is alike.
    expect(new Set(got.reports.slice(17).map((report) => report.value.bound_flags)).size).toBe(1);
  });
});

describe('readEvidence takes every kind of entry', () => {
  const failure = {
    schema: 'haunted.collect-failure/v1',
    via: 'ssh',
    hostname: 'n9',
    attempted_at: at(0),
    detail: 'it did not answer within 10 s',
  };
  const collected = {
    schema: 'haunted.collected/v1',
    via: 'ssh',
    inventory_name: 'n2',
    collected_at: at(0),
    report: reportOf('n2'),
  };

  it('bare, vouched for, signed and silent, in one file', async () => {
    const lines = [
      lineOf('n3'),
      JSON.stringify(collected),
      signReport(soundReport(), NODE).trim(),
      JSON.stringify(failure),
    ];
    const got = await readOpenly(
      [evidence.write('mixed.ndjson', lines.join('\n'))],
      '',
      doorOf({ acceptTransport: ['ssh'] }),
    );
    expect(got.reports.map(({ value, voucher }) => [value.hostname, voucher.by])).toEqual([
      ['n2', 'transport'],
      ['n1', 'signature'],
    ]);
    expect(evidence.reasonsOf(got)).toEqual(['/mixed.ndjson:1 unsigned n3']);
    expect(got.unreachable).toEqual([{ hostname: 'n9', detail: 'it did not answer within 10 s' }]);
  });

  it('many signed proofs, good and bad, in the order they came', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => newKey('node', `n${index}`, `n${index}`));
    const lines = keys.map((key, index) => {
      const proof = signReport(reportOf(`n${index}`, { sequence: index }), key).trim();
      return index % 10 === 3
        ? proof.replace(/"sig":"./, (start) => `${start.slice(0, -1)}${start.endsWith('A') ? 'B' : 'A'}`)
        : proof;
    });
    const got = await readOpenly(
      [evidence.write('proofs.ndjson', lines.join('\n'))],
      '',
      doorOf({ keyring: keyringOf(...keys) }),
    );
    const bad = keys.flatMap((_, index) => (index % 10 === 3 ? [index] : []));
    expect(evidence.reasonsOf(got)).toEqual(
      bad.map((index) => `/proofs.ndjson:${index + 1} bad_signature n${index}`),
    );
    expect(got.reports).toEqual(
      keys.flatMap((key, sequence) =>
        bad.includes(sequence)
          ? []
          : [
              {
                value: reportOf(`n${sequence}`, { sequence }),
                voucher: { by: 'signature', keyid: key.keyid, role: 'node' },
              },
            ],
      ),
    );
  });

  it('from several places at once', async () => {
    const file = evidence.write('one.json', lineOf('n1'));
    evidence.write('folder/two.json', lineOf('n2'));
    expect(
      hostsOf(await readOpenly([file, path.join(evidence.folder, 'folder'), '-'], lineOf('n3'))),
    ).toEqual(['n1', 'n2', 'n3']);
  });

  it('nothing from nowhere', async () => {
    expect(await readOpenly([])).toEqual({ reports: [], refused: [], unreachable: [] });
  });
});

describe('a folder', () => {
  it('is its .json, .ndjson and .jsonl files by name, and not the folders in it', async () => {
    evidence.write('b.ndjson', `${lineOf('n2')}\n${lineOf('n3')}`);
    evidence.write('c.jsonl', lineOf('n4'));
    evidence.write('a.json', lineOf('n1'));
    evidence.write('README.md', '# not evidence');
    evidence.write('deeper.json/e.json', lineOf('n5'));
    symlinkSync(evidence.write('kept/elsewhere', lineOf('n6')), path.join(evidence.folder, 'd.json'));
    symlinkSync(evidence.folder, path.join(evidence.folder, 'loop.json'));
    expect(hostsOf(await readOpenly([evidence.folder]))).toEqual(['n1', 'n2', 'n3', 'n4', 'n6']);
  });

  it('with one file is that file', async () => {
    evidence.write('a.json', '{');
    expect(await evidence.faultOf([evidence.folder])).toMatch(
      /^BAD_INPUT: The evidence \/a\.json is not strict JSON at line 1, column 2/,
    );
  });

  it('mentions each file that cannot be read, and reads the others', async () => {
    evidence.write('a.json', lineOf('n1'));
    evidence.write('b.json', lineOf('n2').slice(0, -20));
    evidence.write('c.json', '');
    evidence.write('d.json', '[]');
    symlinkSync(path.join(evidence.folder, 'nowhere'), path.join(evidence.folder, 'e.json'));
    symlinkSync(path.join(evidence.folder, 'f.json'), path.join(evidence.folder, 'f.json'));
    evidence.write('g.json', JSON.stringify({ ...reportOf('n7'), mood: 'fine' }));
    const got = await readOpenly([evidence.folder]);
    expect(hostsOf(got)).toEqual(['n1']);
    expect(evidence.reasonsOf(got)).toEqual([
      '/b.json malformed n2',
      '/c.json malformed -',
      '/d.json malformed -',
      '/e.json malformed -',
      '/f.json malformed -',
      '/g.json malformed n7',
    ]);
    expect(got.refused.map(({ detail }) => detail.replaceAll(evidence.folder, ''))).toEqual([
      expect.stringMatching(/^it is not strict JSON at line 1, column \d+: /) as string,
      'it cannot be read: The evidence /c.json is empty',
      'it cannot be read: The evidence /d.json is an empty list',
      'it cannot be read: The evidence /e.json does not exist; check the path',
      'it cannot be read: The evidence /f.json cannot be read (ELOOP)',
      'it is wrong at mood: it is a field that this version of haunted does not know',
    ]);
  });
});
