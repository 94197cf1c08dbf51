import { afterEach, describe, expect, it } from 'vitest';
import { canonicalize } from '../../src/seal/canonical.ts';
import { EMPTY_HEAD } from '../../src/ledger/ledger.ts';
import type { Ledger, Since } from '../../src/ledger/ledger.ts';
import { readEntries } from '../../src/ledger/read-entry.ts';
import { verifyChain } from '../../src/ledger/chain.ts';
import type { Fact, LedgerEntry } from '../../src/model/entry.ts';
import { accepted, begun, ended, proof, sha } from '../world/facts.ts';

const NOW = Date.parse('2012-08-01T09:30:00Z');

async function entriesOf(ledger: Ledger, from = 1): Promise<readonly LedgerEntry[]> {
  return await Array.fromAsync(readEntries(ledger, from));
}

/** What every ledger promises. `open` gives a new, empty one. */
export function ledgerContract(name: string, open: () => Ledger | Promise<Ledger>): void {
  const opened: Ledger[] = [];
  const fresh = async (): Promise<Ledger> => {
    const ledger = await open();
    opened.push(ledger);
    return ledger;
  };

  afterEach(async () => {
    for (const ledger of opened.splice(0)) await ledger.close();
  });

  describe(`${name}: a ledger`, () => {
    it('is empty at first', async () => {
      const ledger = await fresh();
      expect(await ledger.head()).toEqual(EMPTY_HEAD);
      expect(await entriesOf(ledger)).toEqual([]);
      expect(ledger.id).not.toBe('');
    });

    it('gives back what was appended, in order, numbered and chained', async () => {
      const ledger = await fresh();
      const facts = [accepted(sha('4')), begun('deploy-42', sha('4')), ended('deploy-42'), proof('smars-01')];
      const first = await ledger.append(facts.slice(0, 2), {
        expected: { head: EMPTY_HEAD },
        now: NOW,
      });
      const second = await ledger.append(facts.slice(2), { expected: { head: first }, now: NOW + 1500 });
      const entries = await entriesOf(ledger);
      expect(entries.map(({ kind, body }) => ({ kind, body }))).toEqual(facts);
      expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
      expect(entries.map(({ previous }) => previous)).toEqual([
        null,
        ...entries.slice(0, 3).map(({ hash }) => hash),
      ]);
      expect(entries.map(({ time }) => time)).toEqual([
        '2012-08-01T09:30:00.000Z',
        '2012-08-01T09:30:00.000Z',
        '2012-08-01T09:30:01.500Z',
        '2012-08-01T09:30:01.500Z',
      ]);
      expect([first.count, second]).toEqual([2, { count: 4, hash: entries.at(-1)?.hash }]);
      expect(await ledger.head()).toEqual(second);
      expect(new Set(entries.map((entry) => entry.ledger))).toEqual(new Set([ledger.id]));
      expect(await verifyChain(ledger.read(1))).toEqual({ ok: true, ledger: ledger.id, head: second });
    });

    it('writes each entry in its RFC 8785 form', async () => {
      const ledger = await fresh();
      const odd = { actor: 'Ana "é" 😀\\', reason: '","hash":"', nonce: '\u2028'.replace('\u2028', 'n') };
      const fact = { ...begun('e-1', sha('4')) } as Extract<Fact, { kind: 'change_begun' }>;
      await ledger.append([{ ...fact, body: { ...fact.body, ...odd } }], { expected: 'any', now: NOW });
      const lines = (await Array.fromAsync(ledger.read(1))).flat();
      expect(lines).toEqual(lines.map((line) => canonicalize(JSON.parse(line))));
      expect((await verifyChain(ledger.read(1))).ok).toBe(true);
    });

    it('reads from any entry on', async () => {
      const ledger = await fresh();
      for (let at = 0; at < 5; at += 1)
        await ledger.append([proof(`smars-0${at}`)], { expected: 'any', now: NOW });
      expect((await entriesOf(ledger, 4)).map(({ seq }) => seq)).toEqual([4, 5]);
      expect(await entriesOf(ledger, 6)).toEqual([]);
    });

    it('reads far more than one batch, each entry once', async () => {
      const ledger = await fresh();
      const facts = Array.from({ length: 1_500 }, (_, at) => proof(`smars-${at}`));
      await ledger.append(facts, { expected: 'any', now: NOW });
      expect((await entriesOf(ledger)).map(({ body }) => (body as { hostname?: string }).hostname)).toEqual(
        facts.map(({ body }) => (body as { hostname?: string }).hostname),
      );
    });
  });

  describe(`${name}: compare and swap`, () => {
    it('lets one of two win that were decided on the same head', async () => {
      const ledger = await fresh();
      const head = await ledger.append([accepted(sha('4'))], { expected: 'any', now: NOW });
      const both = await Promise.allSettled([
        ledger.append([begun('deploy-42', sha('4'))], { expected: { head }, now: NOW }),
        ledger.append([begun('rollback-1', sha('3'), 'rollback')], { expected: { head }, now: NOW }),
      ]);
      expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      expect(both[1]).toMatchObject({
        reason: { code: 'LEDGER_CONFLICT', detail: { head: await ledger.head() } },
      });
      expect((await entriesOf(ledger)).map(({ kind }) => kind)).toEqual([
        'manifest_accepted',
        'change_begun',
      ]);
    });

    it('writes nothing of an append that lost', async () => {
      const ledger = await fresh();
      await ledger.append([accepted(sha('4'))], { expected: 'any', now: NOW });
      const lost = ledger.append([begun('e', sha('4')), ended('e')], {
        expected: { head: EMPTY_HEAD },
        now: NOW,
      });
      await expect(lost).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
      expect(await ledger.head()).toMatchObject({ count: 1 });
    });

    it.each([
      ['a head it never had', { count: 1, hash: sha('f') }],
      ['a head beyond its end', { count: 2, hash: sha('f') }],
    ])('refuses %s, whatever is passed over', async (_, head) => {
      const ledger = await fresh();
      await ledger.append([accepted(sha('4'))], { expected: 'any', now: NOW });
      const expected = { head, cluster: 'other' };
      await expect(ledger.append([begun('e', sha('4'))], { expected, now: NOW })).rejects.toMatchObject({
        code: 'LEDGER_CONFLICT',
      });
    });

    const refused = proof('smars-01', { accepted: false, findings: ['binary_mismatch'] });
    const rows: readonly (readonly [string, Fact, Omit<Since, 'head'>, string | number])[] = [
      ['a proof in between moves a decision', proof('smars-01'), {}, 'LEDGER_CONFLICT'],
      ['but not when proofs are passed over', proof('smars-01'), { ignoring: ['proof'] }, 3],
      [
        'a refused one does when only accepted ones are',
        refused,
        { ignoring: ['accepted_proof'] },
        'LEDGER_CONFLICT',
      ],
      ['and an accepted one does not', proof('smars-01'), { ignoring: ['accepted_proof'] }, 3],
      ['another kind still does', accepted(sha('5')), { ignoring: ['proof'] }, 'LEDGER_CONFLICT'],
      ['so does one of the same cluster', accepted(sha('5')), { cluster: 'smars' }, 'LEDGER_CONFLICT'],
      ['not one of another cluster', accepted(sha('5'), 'candidate', 'other'), { cluster: 'smars' }, 3],
      ['nor a proof, when both are said', proof('a'), { cluster: 'smars', ignoring: ['lease', 'proof'] }, 3],
    ];

    it.each(rows)('%s', async (_, after, rest, answer) => {
      const ledger = await fresh();
      const head = await ledger.append([accepted(sha('4'))], { expected: 'any', now: NOW });
      await ledger.append([after], { expected: 'any', now: NOW });
      const [settled] = await Promise.allSettled([
        ledger.append([begun('e', sha('4'))], { expected: { head, ...rest }, now: NOW }),
      ]);
      expect(settled).toMatchObject(
        typeof answer === 'number' ? { value: { count: answer } } : { reason: { code: answer } },
      );
    });

    it('puts a decision before the proofs that wait with it', async () => {
      const ledger = await fresh();
      const head = await ledger.head();
      const proofs = Array.from({ length: 20 }, async (_, at) => {
        await ledger.append([proof(`smars-${at}`)], { expected: 'any', now: NOW });
      });
      const decided = ledger.append([begun('e', sha('4'))], { expected: { head }, now: NOW });
      expect(await decided).toMatchObject({ count: 1 });
      await Promise.all(proofs);
      expect(await ledger.head()).toMatchObject({ count: 21 });
    });
  });

  describe(`${name}: what it does not take`, () => {
    it.each([
      ['nothing', [], 'BAD_INPUT'],
      ['a body that does not fit', [{ ...proof('smars-01'), body: { hostname: 'x' } }], 'BAD_INPUT'],
      ['a field nobody knows', [proof('smars-01', { mood: 'fine' } as object)], 'BAD_INPUT'],
      ['one good fact and one bad', [proof('smars-01'), proof('no host name')], 'BAD_INPUT'],
    ])('%s', async (_, facts, code) => {
      const ledger = await fresh();
      await expect(ledger.append(facts as Fact[], { expected: 'any', now: NOW })).rejects.toMatchObject({
        code,
      });
      expect(await ledger.head()).toEqual(EMPTY_HEAD);
    });

    it('answers all that wait before it closes', async () => {
      const ledger = await open();
      const heads = Array.from(
        { length: 10 },
        async (_, at) => await ledger.append([proof(`smars-${at}`)], { expected: 'any', now: NOW }),
      );
      const closed = ledger.close();
      expect((await Promise.all(heads)).map(({ count }) => count)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      await closed;
    });
  });
}
