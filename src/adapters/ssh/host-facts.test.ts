import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProbeAnswer, type HostFacts } from './host-facts.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const PLAIN = [
  'process 7 1 4200 7',
  `running 7 ${A}`,
  'link /opt/smars/bin/smars (deleted)',
  'path /opt/smars/bin/smars',
  `disk ${B}`,
  'touched 7',
  'established 3',
  'boot 432980ea',
  'space 4026531836',
  'uptime 100.25',
  'written',
  'time 2012-08-01 09:30:00.123456789 +0000/2012-08-01 09:30:00.500000000 +0000',
  'time 2012-07-31 22:00:00.000000000 +0000/2012-08-01 08:00:00.000000000 +0000',
  'time 2012-08-01 09:00:00.000000000 +0000/2012-08-01 09:00:01.000000000 +0000',
];

function answer(
  lines: readonly string[],
  { before = '', after = '' } = {},
): ReturnType<typeof readProbeAnswer> {
  return readProbeAnswer(
    Buffer.from(`${before}\nM begin\n${lines.join('\n')}\nM end\n${after}`, 'latin1'),
    'M',
  );
}

function facts(lines: readonly string[]): HostFacts {
  const read = answer(lines);
  if (read.kind !== 'facts') throw new Error(`these are no facts: ${JSON.stringify(read)}`);
  return read.facts;
}

function without(start: string): string[] {
  return PLAIN.filter((line) => !line.startsWith(start));
}

describe('the answer of the probe', () => {
  it('is what was found, the clock first among the times', () => {
    expect(facts(PLAIN)).toEqual({
      processes: [{ pid: 7, parent: 1, startTicks: 4200, runsAs: 7 }],
      mainPid: null,
      binaryByPid: new Map([
        [
          7,
          {
            sha256: A,
            link: '/opt/smars/bin/smars (deleted)',
            path: '/opt/smars/bin/smars',
            onDiskSha256: B,
            touchedAt: Date.parse('2012-08-01T08:00:00Z'),
          },
        ],
      ]),
      listening: [],
      established: 3,
      config: [],
      flagFiles: [],
      environment: '',
      commandLines: [],
      bootId: '432980ea',
      pidSpace: '4026531836',
      uptimeMs: 100_250,
      now: Date.parse('2012-08-01T09:30:00.500Z'),
      pidFileWrittenAt: Date.parse('2012-08-01T09:00:00Z'),
    });
  });

  it.each([
    ['same', A],
    ['none', null],
    [B, B],
  ])('says of the disk: %s', (word, sha256) => {
    const lines = PLAIN.map((line) => (line.startsWith('disk') ? `disk ${word}` : line));
    expect(facts(lines).binaryByPid.get(7)?.onDiskSha256).toBe(sha256);
  });

  it('takes the clock of `date` where there is no stat, and then knows no other time', () => {
    const lines = [
      ...without('time').filter((line) => line !== 'written' && line !== 'touched 7'),
      'time 2012-08-01 09:30:00/',
    ];
    expect(facts(lines)).toMatchObject({ now: Date.parse('2012-08-01T09:30:00Z'), pidFileWrittenAt: null });
    expect(facts(lines).binaryByPid.get(7)?.touchedAt).toBeNull();
  });

  it('does not mistake one time for another when one is missing', () => {
    const read = facts(PLAIN.filter((line) => line !== 'touched 7' && !line.includes('22:00:00')));
    expect(read.pidFileWrittenAt).toBe(Date.parse('2012-08-01T09:00:00Z'));
  });

  it.each([
    ['base64', ['AAH/', 'Cg==']],
    ['hex', [' 00 01 ff', ' 0a']],
  ])('carries any bytes as %s', (coding, lines) => {
    const read = facts([
      ...PLAIN,
      'flags 0 there',
      `data flags.0 ${coding}`,
      ...lines,
      '.',
      'flags 1 missing',
    ]);
    expect(read.flagFiles).toEqual([
      { state: 'there', bytes: Buffer.from([0, 1, 255, 10]) },
      { state: 'missing', bytes: null },
    ]);
  });

  it('keeps the line feeds of a variable apart from those between variables', () => {
    const coded = Buffer.from('A=1\u00012\nB=3\n', 'latin1').toString('base64');
    expect(facts([...PLAIN, 'data environment base64', coded, '.']).environment).toBe('A=1\n2\0B=3\0');
  });

  it('names a process as systemd does', () => {
    expect(facts([...PLAIN, 'main 7']).mainPid).toBe(7);
  });

  it.each<[string, readonly string[]]>([
    ['without a process', without('process')],
    ['with a process that runs nothing', [...PLAIN, 'process 8 1 4201 9']],
    ['with a process that is no number', [...PLAIN, 'process x 1 4201 7']],
    ['with a digest that is none', PLAIN.map((line) => line.replace(A, 'A'.repeat(64)))],
    ['with a digest on disk that is none', PLAIN.map((line) => line.replace(B, 'b'))],
    ['without a clock', without('time')],
    ['with a clock that is none', PLAIN.map((line) => line.replace('2012-08-01 09:30:00.5', 'yesterday'))],
    ['without an uptime', without('uptime')],
    ['with an uptime beyond all dates', PLAIN.map((line) => line.replace('uptime 100.25', 'uptime 9e12'))],
    ['with a start beyond all dates', PLAIN.map((line) => line.replace('4200', '9007199254740991'))],
    ['without connections', without('established')],
    ['with bytes that have no end', [...PLAIN, 'data flags.0 base64', 'AAAA']],
    ['with bytes that are none', [...PLAIN, 'data flags.0 base64', '!', '.']],
    ['with half a byte', [...PLAIN, 'data flags.0 hex', '0', '.']],
  ])('is garbled %s', (_title, lines) => {
    expect(answer(lines)).toEqual({ kind: 'garbled', reason: 'not_ours' });
  });

  it('is found among whatever a login prints', () => {
    const noise = 'Welcome\r\n\u001b[31m\u0000\u00ff\nN begin\nprocess 1 1 1 1\nN end';
    expect(answer(PLAIN, { before: noise, after: 'bye\n' }).kind).toBe('facts');
  });

  it.each([
    ['nothing at all', '', 'no_beginning'],
    ['a beginning that is not ours', '\nN begin\nN end\n', 'no_beginning'],
    ['a beginning in the middle of a line', 'x M begin\nM end\n', 'no_beginning'],
    ['no end', '\nM begin\nuptime 1', 'no_end'],
    ['an end in the middle of a line', '\nM begin\nx M end\n', 'no_end'],
  ])('is none when there is %s', (_title, text, reason) => {
    expect(readProbeAnswer(Buffer.from(text), 'M')).toEqual({ kind: 'garbled', reason });
  });

  it('may be that there is none, and why', () => {
    expect(answer(['process 7 1 4200 7', 'stop unreadable 7'])).toEqual({
      kind: 'stopped',
      code: 'unreadable',
      word: '7',
    });
  });

  it('never throws, whatever a server sends', () => {
    const line = oneof(constantFrom(...PLAIN, 'data x base64', '.'), string({ unit: 'binary' }));
    assert(
      property(array(line), (lines) => {
        expect(['facts', 'stopped', 'garbled']).toContain(answer(lines).kind);
      }),
    );
  });
});
