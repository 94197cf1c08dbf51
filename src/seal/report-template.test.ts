import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedBytes } from '../../test/changed-bytes.ts';
import { documentOf, nearMissOf } from '../../test/document-arbitrary.ts';
import { NodeReport } from '../model/node-report.ts';
import { readJson } from './json.ts';
import { checkValue } from './parse-document.ts';
import { readProofPayload } from './proof-payload.ts';
import { learnTemplate } from './report-template.ts';
import { PREDICATES, writeStatement } from './statement.ts';

const REPORT = {
  schema: 'haunted.node-report/v1',
  cluster: 'smars',
  hostname: 'smars-04',
  observed_at: '2012-08-01T10:00:00.250Z',
  sequence: 17,
  boot_id: '7b0b3c1e-0000-4000-8000-000000000000',
  challenge: { event_id: 'e-1', nonce: 'n-1' },
  binary_sha256: 'a'.repeat(64),
  binary_path: '/opt/smars/bin/smärs',
  method: 'proc_exe',
  process: { pid: 4711, started_at: '2012-07-27T01:02:03Z' },
  bound_flags: [{ flag: 'power_peg', meaning: 'm:1', value: true, source: 'file:/etc/smars/flags.json' }],
  received_flags: [
    { flag: 'rlp', sender: 'order-gateway', last_seen_at: '2012-08-01T09:59:59Z' },
    { flag: 'kill', sender: 'console', last_seen_at: '2012-08-01T09:00:00Z' },
  ],
  taking_live_traffic: true,
  traffic: { listening: ['0.0.0.0:9000'], established: 12, leased: null },
  first_seen_on_this_binary: '2012-07-27T01:02:04Z',
  last_deploy_touched: '2003-01-01T00:00:00+01:00',
};

/** What is learned is read back from the middle of a larger buffer, as lines of a stream are. */
function reader(text: string, prefix: '' | 'predicate.' = ''): (bytes: Uint8Array) => NodeReport | undefined {
  const report = prefix === '' ? carefully(Buffer.from(text)) : payloadCarefully(Buffer.from(text));
  if (report === undefined) throw new Error('only right reports are learned');
  const template = learnTemplate(Buffer.from(text), report, prefix);
  return (bytes) =>
    template.read(Buffer.concat([Buffer.from('}\n'), bytes, Buffer.from('\n{')]), 2, 2 + bytes.length);
}

function carefully(bytes: Uint8Array): NodeReport | undefined {
  const read = readJson(bytes);
  const report = read.ok ? checkValue(NodeReport, read.value) : read;
  return report.ok ? report.value : undefined;
}

function payloadCarefully(bytes: Uint8Array): NodeReport | undefined {
  const read = readProofPayload(bytes);
  return read.ok ? read.report : undefined;
}

const TEXT = JSON.stringify(REPORT);
const quickly = reader(TEXT);

/** Quick reading may decline; when it answers, careful reading must have given the same, to the order of the fields. */
function agreement(
  bytes: Uint8Array,
  quick = quickly,
  careful = carefully,
): 'same' | 'declined' | 'different' {
  const report = quick(bytes);
  if (report === undefined) return 'declined';
  return JSON.stringify(report) === JSON.stringify(careful(bytes)) ? 'same' : 'different';
}

/** The same text, with its digits and hyphens written as escapes. */
function escaped(text: string): string {
  return text.replaceAll(/[-\d]/g, (mark) => `\\u00${mark.charCodeAt(0).toString(16)}`);
}

describe('a template', () => {
  it.each([
    ['the report it was learned from', {}],
    ['another host', { hostname: 'smars-05.dc1.example.com' }],
    ['a host name of 253 characters', { hostname: 'a'.repeat(253) }],
    ['another time', { observed_at: '2012-08-01T10:00:01Z' }],
    ['a time with an offset', { observed_at: '2012-08-01T10:00:01.5-05:00' }],
    ['the leap day', { observed_at: '2012-02-29T10:00:01Z' }],
    ['the last day of a long month', { observed_at: '2012-08-31T10:00:01Z' }],
    ['sequence 0', { sequence: 0 }],
    ['a sequence of 15 digits', { sequence: 999_999_999_999_999 }],
    ['another process', { process: { pid: 1, started_at: '2012-07-27T05:02:03Z' } }],
    ['another challenge', { challenge: { event_id: 'e 2', nonce: 'n/2+=' } }],
    ['an empty boot id', { boot_id: '' }],
    ['no connections', { traffic: { ...REPORT.traffic, established: 0 } }],
    [
      'switches received later',
      {
        received_flags: REPORT.received_flags.map((row) => ({
          ...row,
          last_seen_at: '2012-08-01T11:00:00Z',
        })),
      },
    ],
  ])('reads %s', (_, change) => {
    const report = { ...REPORT, ...change };
    expect(JSON.stringify(quickly(Buffer.from(JSON.stringify(report))))).toBe(JSON.stringify(report));
  });

  it.each([
    ['another binary', { binary_sha256: 'b'.repeat(64) }],
    ['another flag', { bound_flags: [] }],
    ['another cluster', { cluster: 'smars2' }],
    ['a host name with a space', { hostname: 'smars 04' }],
    ['an empty host name', { hostname: '' }],
    ['a host name of 254 characters', { hostname: 'a'.repeat(254) }],
    ['a host name outside ASCII', { hostname: 'smärs' }],
    ['a text with a quote', { boot_id: 'a"b' }],
    ['a text with a backslash', { boot_id: 'a\\b' }],
    ['a text with a tab', { boot_id: 'a\tb' }],
    ['a text with DEL', { boot_id: 'a\u007Fb' }],
    ['a day that is none', { observed_at: '2012-02-30T10:00:01Z' }],
    ['a month that is none', { observed_at: '2012-13-01T10:00:01Z' }],
    ['a time without Z', { observed_at: '2012-08-01T10:00:01' }],
    ['a time too long', { observed_at: `2012-08-01T10:00:01.${'1'.repeat(30)}Z` }],
    ['a sequence of 16 digits', { sequence: 1_000_000_000_000_000 }],
    ['a negative sequence', { sequence: -1 }],
    ['a sequence with a fraction', { sequence: 1.5 }],
    ['a sequence as text', { sequence: '17' }],
    ['process 0', { process: { ...REPORT.process, pid: 0 } }],
    ['no process', { process: null }],
    ['no boot id', { boot_id: null }],
  ])('leaves %s to careful reading', (_, change) => {
    const bytes = Buffer.from(JSON.stringify({ ...REPORT, ...change }));
    expect(quickly(bytes)).toBeUndefined();
  });

  it.each([
    ['1e3', '"sequence":17', '"sequence":1e3'],
    ['1.0', '"sequence":17', '"sequence":1.0'],
    ['01', '"sequence":17', '"sequence":01'],
    ['-0', '"sequence":17', '"sequence":-0'],
    ['00', '"sequence":17', '"sequence":00'],
    ['no number', '"sequence":17', '"sequence":'],
    ['a blank before a colon', '"sequence":17', '"sequence" :17'],
    ['a blank after a number', '"sequence":17', '"sequence":17 '],
    ['an escaped text', '"smars-04"', '"smars\\u002d04"'],
    ['an escaped key', '"hostname"', '"hostn\\u0061me"'],
    ['a key twice', '"sequence":17', '"sequence":17,"sequence":17'],
    [
      'keys in another order',
      '"cluster":"smars","hostname":"smars-04"',
      '"hostname":"smars-04","cluster":"smars"',
    ],
    ['a field nobody knows', '"sequence":17', '"sequence":17,"mood":"fine"'],
    ['a text that is not closed', TEXT.slice(TEXT.indexOf('"smars-04') + 9), ''],
    ['a report cut short', '}],"taking', ''],
    ['bytes after the end', TEXT.slice(-10), `${TEXT.slice(-10)} `],
    ['a closing brace too many', TEXT.slice(-10), `${TEXT.slice(-10)}}`],
    ['nothing', TEXT, ''],
    ['a blank in front', TEXT, ` ${TEXT}`],
  ])('leaves %s to careful reading', (_, from, to) => {
    expect(TEXT).toContain(from);
    expect(quickly(Buffer.from(TEXT.replace(from, () => to)))).toBeUndefined();
  });

  it('leaves bytes that are not UTF-8 to careful reading', () => {
    const bytes = Buffer.from(TEXT);
    bytes[TEXT.indexOf('smars-04') + 2] = 0xe4;
    expect(quickly(bytes)).toBeUndefined();
  });

  it('keeps what it was learned with where that was no plain text or number', () => {
    const text = TEXT.replace('"smars-04"', () => '"smars\\u002d04"').replace(
      '"sequence":17',
      () => '"sequence":1e3',
    );
    const quick = reader(text);
    expect(quick(Buffer.from(text))).toMatchObject({ hostname: 'smars-04', sequence: 1000 });
    expect(quick(Buffer.from(TEXT))).toBeUndefined();
  });

  it('reads nothing but the same bytes when all is written in an unusual way', () => {
    const text = TEXT.replaceAll(/(?<=":)"[^"]*"/g, escaped).replaceAll(/(?<=":)\d+/g, '$&.0');
    const quick = reader(text);
    expect(quick(Buffer.from(text))).toEqual(REPORT);
    expect(quick(Buffer.from(TEXT))).toBeUndefined();
  });

  it('reads a document written over many lines, with its blanks', () => {
    const text = `\t${JSON.stringify(REPORT, null, 2)}\r`;
    const quick = reader(text);
    expect(quick(Buffer.from(text.replace('smars-04', 'smars-05')))?.hostname).toBe('smars-05');
  });

  it('gives equal parts of reports as one object that nobody can change', () => {
    const other = { ...REPORT, hostname: 'smars-05', process: { ...REPORT.process, pid: 12 } };
    const [one, two, again] = [TEXT, JSON.stringify(other), TEXT].map((text) => quickly(Buffer.from(text)));
    expect(two?.bound_flags).toBe(one?.bound_flags);
    expect(two?.received_flags).toBe(one?.received_flags);
    expect(two?.challenge).toBe(one?.challenge);
    expect(two?.process).not.toBe(one?.process);
    expect(again).toEqual(REPORT);
    expect(one).toEqual(REPORT);
    expect(Object.isFrozen(one?.bound_flags[0])).toBe(true);
    expect(Object.isFrozen(one?.received_flags?.[0])).toBe(true);
    expect(Object.isFrozen(one?.traffic)).toBe(true);
  });
});

describe('quick and careful reading', () => {
  it('agree on one changed byte, anywhere', () => {
    fc.assert(
      fc.property(changedBytes(Buffer.from(TEXT)), (bytes) => {
        expect(agreement(bytes)).not.toBe('different');
      }),
      { numRuns: 5000 },
    );
  });

  it('agree on one changed value', () => {
    fc.assert(
      fc.property(nearMissOf(fc.constant(REPORT)), (report) => {
        expect(agreement(Buffer.from(JSON.stringify(report)))).not.toBe('different');
      }),
      { numRuns: 3000 },
    );
  });

  it('agree whatever the report they learned from', () => {
    fc.assert(
      fc.property(
        documentOf(NodeReport).chain((report) =>
          fc.tuple(fc.constant(report), nearMissOf(fc.constant(report)), fc.constantFrom(undefined, 1, '\t')),
        ),
        ([report, other, blanks]) => {
          const text = JSON.stringify(report, null, blanks);
          const quick = reader(text);
          expect(JSON.stringify(quick(Buffer.from(text)))).toBe(JSON.stringify(report));
          const bytes = Buffer.from(JSON.stringify(other, null, blanks));
          expect(agreement(bytes, quick)).not.toBe('different');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('agree on one changed byte of a signed payload', () => {
    const payload = writeStatement(
      PREDICATES.proof,
      [{ name: 'smars-04', sha256: REPORT.binary_sha256 }],
      REPORT,
    );
    const quick = reader(Buffer.from(payload).toString(), 'predicate.');
    expect(quick(payload)).toEqual(REPORT);
    fc.assert(
      fc.property(changedBytes(payload), (bytes) => {
        expect(agreement(bytes, quick, payloadCarefully)).not.toBe('different');
      }),
      { numRuns: 3000 },
    );
  });

  it('read a payload of another host quickly, whatever its subject is called', () => {
    const subject = { name: 'smars-04', sha256: REPORT.binary_sha256 };
    const quick = reader(
      Buffer.from(writeStatement(PREDICATES.proof, [subject], REPORT)).toString(),
      'predicate.',
    );
    const other = { ...REPORT, hostname: 'smars-05' };
    const renamed = [{ ...subject, name: 'any name' }];
    expect(quick(writeStatement(PREDICATES.proof, renamed, other))).toEqual(other);
  });

  it('keep a subject whose name is no text', () => {
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 5, digest: { sha256: REPORT.binary_sha256 } }],
      predicateType: PREDICATES.proof,
      predicate: REPORT,
    };
    const quick = reader(JSON.stringify(statement), 'predicate.');
    expect(quick(Buffer.from(JSON.stringify(statement)))).toEqual(REPORT);
    expect(quick(Buffer.from(JSON.stringify(statement).replace('"name":5', '"name":6')))).toBeUndefined();
  });
});
