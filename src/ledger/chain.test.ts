import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as world from '../../test/world/facts.ts';
import { verifyChain } from './chain.ts';
import { entryHash } from './entry-text.ts';
import { memoryLedger } from './memory.ts';
import { contentProblem, readEntry } from './read-entry.ts';

const SCRIPT = path.join(import.meta.dirname, '..', '..', 'docs', 'ledger-verify.mjs');
const folder = mkdtempSync(path.join(tmpdir(), 'chain-'));
let good: readonly string[] = [];
let other: readonly string[] = [];

async function linesOf(id: string): Promise<readonly string[]> {
  const ledger = memoryLedger(id);
  const facts = [
    world.accepted(world.sha('3'), 'in_force'),
    world.begun('deploy-42', world.sha('4')),
    world.ended('deploy-42'),
    world.proof('smars-01', { document: '{"payload":"é😀","hash":"x"}' }),
    world.quarantined('q-1', ['smars-04']),
    world.released('q-1'),
  ];
  await ledger.append(facts, { expected: 'any', now: Date.parse('2012-08-01T09:30:00Z') });
  return (await Array.fromAsync(ledger.read(1))).flat();
}

beforeAll(async () => {
  good = await linesOf('smars');
  other = await linesOf('other');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function verify(lines: readonly string[], ledger?: string): ReturnType<typeof verifyChain> {
  const batches = (async function* () {
    yield lines.slice(0, 2);
    yield lines.slice(2);
  })();
  return await verifyChain(batches, ledger === undefined ? {} : { ledger });
}

/** What the script in docs says of the same lines. */
function script(lines: readonly string[]): number | null {
  const file = path.join(folder, 'export.jsonl');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return spawnSync(process.execPath, [SCRIPT, file]).status;
}

const at = (list: readonly string[], seq: number): string => list[seq - 1] ?? '';
const without = (list: readonly string[], seq: number): string[] =>
  list.filter((_, index) => index !== seq - 1);
const withLine = (seq: number, line: string): string[] =>
  good.map((one, index) => (index === seq - 1 ? line : one));
const edited = (seq: number, from: string, to: string): string[] =>
  withLine(seq, at(good, seq).replace(from, to));

function rehashed(seq: number, change: object): string[] {
  const entry = { ...(JSON.parse(at(good, seq)) as object), ...change };
  return withLine(seq, JSON.stringify({ ...entry, hash: entryHash(entry) }));
}

const TAMPERED: readonly (readonly [string, () => readonly string[], string, number])[] = [
  ['a word in a body is another', () => edited(2, '"ana"', '"bob"'), 'changed', 2],
  ['a time is another', () => edited(3, '09:30', '09:31'), 'changed', 3],
  ['a number is another', () => edited(3, '"seq":3', '"seq":4'), 'changed', 3],
  [
    'a hash is another',
    () => edited(4, '"hash":"', '"hash":"0').map((l) => l.replace(/("hash":"0.{63})./, '$1')),
    'changed',
    4,
  ],
  ['a member is missing', () => edited(2, '"kind":"change_begun",', ''), 'unreadable', 2],
  ['a member is there twice', () => edited(2, '"seq":2', '"seq":2,"seq":2'), 'unreadable', 2],
  ['the schema is another', () => edited(1, 'entry/v1', 'entry/v2'), 'unreadable', 1],
  ['a line is half there', () => withLine(5, at(good, 5).slice(0, 100)), 'unreadable', 5],
  ['the first line is empty', () => withLine(1, ''), 'unreadable', 1],
  [
    'an entry was changed and hashed anew',
    () => rehashed(3, { time: '2012-08-01T09:00:00.000Z' }),
    'exchanged',
    3,
  ],
  ['the first names one before it', () => rehashed(1, { previous: world.sha('0') }), 'exchanged', 1],
  ['the first is missing', () => without(good, 1), 'cut', 1],
  ['one in the middle is missing', () => without(good, 4), 'cut', 4],
  ['two are missing', () => without(without(good, 4), 4), 'cut', 4],
  [
    'two neighbours changed places',
    () => [at(good, 1), at(good, 3), at(good, 2), ...good.slice(3)],
    'reordered',
    2,
  ],
  ['one was moved to the end', () => [...without(good, 2), at(good, 2)], 'reordered', 2],
  ['one stands there twice', () => [...good.slice(0, 3), at(good, 3), ...good.slice(3)], 'duplicated', 3],
  ['an old one was put in again', () => [...good.slice(0, 5), at(good, 2), at(good, 6)], 'replayed', 6],
  ['an old one was put to the end', () => [...good, at(good, 1)], 'replayed', 7],
  ['one is from another ledger', () => withLine(4, at(other, 4)), 'foreign', 4],
  ['the rest is from another ledger', () => [...good.slice(0, 3), ...other.slice(3)], 'foreign', 4],
];

describe('the chain', () => {
  it('is sound as it was written', async () => {
    expect(await verify(good)).toMatchObject({ ok: true, ledger: 'smars', head: { count: 6 } });
    expect(script(good)).toBe(0);
  });

  it('is sound while there is nothing', async () => {
    expect(await verify([])).toEqual({ ok: true, ledger: null, head: { count: 0, hash: null } });
    expect(script([])).toBe(0);
  });

  it('is sound in any form of the same JSON', async () => {
    const spaced = good.map((line) =>
      JSON.stringify(
        Object.fromEntries(Object.entries(JSON.parse(line) as object).toReversed()),
        null,
        1,
      ).replaceAll('\n', ' '),
    );
    expect(await verify(spaced)).toEqual(await verify(good));
    expect(script(spaced)).toBe(0);
  });

  it.each(TAMPERED)('names the entry when %s', async (_, lines, reason, seq) => {
    expect(await verify(lines())).toMatchObject({ ok: false, problem: { reason, seq } });
  });

  it.each(TAMPERED)('and the script in docs sees it: %s', (name, lines) => {
    // JSON.parse takes the last of two equal keys, so that one reads as the entry it was.
    expect(script(lines())).toBe(name === 'a member is there twice' ? 0 : 2);
  });

  it('is not the chain of the ledger that was asked for', async () => {
    expect(await verify(good, 'other')).toMatchObject({ ok: false, problem: { reason: 'foreign', seq: 1 } });
  });

  it('cannot see that the last entries are gone', async () => {
    expect(await verify(good.slice(0, 4))).toMatchObject({ ok: true, head: { count: 4 } });
  });

  it('names the entry of any byte that is changed', async () => {
    const text = Buffer.from(good.join('\n'));
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), async (place, flip) => {
        const bytes = Buffer.from(text);
        bytes[place] = (bytes[place] ?? 0) ^ flip;
        const lines = bytes.toString('utf8').split('\n');
        const seq = text
          .subarray(0, place + 1)
          .toString('latin1')
          .split('\n').length;
        const answer = await verify(lines);
        expect(answer).toMatchObject({ ok: false });
        // A line feed made or lost moves the break between two entries, and either may be named.
        const isBreak = text[place] === 10 || bytes[place] === 10;
        const named = answer.ok ? 0 : answer.problem.seq;
        expect(isBreak ? [seq - 1, seq] : [seq]).toContain(named);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what is in an entry', () => {
  it('is known for all that we write', () => {
    expect(good.map(contentProblem)).toEqual(good.map(() => null));
  });

  it.each([
    ['a kind that nobody knows', { kind: 'seance' }],
    ['the name of a method as its kind', { kind: 'constructor' }],
    ['the body of another kind', { kind: 'proof' }],
    ['a time that is none', { time: 'yesterday' }],
    ['a ledger without a name', { ledger: '' }],
    ['a number for a kind', { kind: 7 }],
  ])('is a problem: %s', (_, change) => {
    const line = at(rehashed(2, change), 2);
    expect(contentProblem(line)).not.toBeNull();
    expect(() => readEntry(line)).toThrow(expect.objectContaining({ code: 'LEDGER_CORRUPT' }));
  });

  it('is a problem when a chain of texts holds what is no JSON', async () => {
    // Hashed as it stands, so that the chain alone is content.
    const body = '{"a":1,"a":2}';
    const rest = `"kind":"proof","ledger":"l","previous":null,"schema":"haunted.ledger-entry/v1","seq":1,"time":"t"}`;
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256').update(`{"body":${body},${rest}`).digest('hex');
    const line = `{"body":${body},"hash":"${hash}",${rest}`;
    expect((await verify([line])).ok).toBe(true);
    expect(contentProblem(line)).not.toBeNull();
  });
});
