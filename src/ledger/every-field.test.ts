import { beforeAll, describe, expect, it } from 'vitest';
import * as world from '../../test/world/facts.ts';
import { canonicalize } from '../seal/canonical.ts';
import { BODY_BY_KIND } from './bodies.ts';
import { verifyChain } from './chain.ts';
import { entryHash } from './entry-text.ts';
import { memoryLedger } from './memory.ts';
import { contentProblem } from './read-entry.ts';

/** Every field of an entry of every kind, changed and taken away, with the hash left as it was and made anew. */

const FACTS = [
  world.accepted(world.sha('3'), 'in_force'),
  world.refusedManifest(world.sha('5')),
  world.begun('deploy-42', world.sha('4')),
  world.ended('deploy-42'),
  world.proof('smars-01', { document: '{"payload":"é😀"}', findings: ['binary_mismatch'] }),
  world.verdict('PROVEN', world.sha('4')),
  world.quarantined('q-1', ['smars-04', 'smars-05']),
  world.released('q-1', 'operator'),
  world.lease(['smars-01', 'smars-02'], '2012-08-01T10:00:00Z'),
  world.bypass('b-1', '2012-08-01T10:00:00Z'),
  world.kill('tripped'),
  world.classified('deploy-42', 'buried'),
  // The last entry can be hashed anew and nobody but a checkpoint sees it, so that one is left alone.
  world.proof('smars-02'),
];

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Path = readonly (string | number)[];

function pathsIn(value: Json, to: Path = []): readonly Path[] {
  if (value === null || typeof value !== 'object') return [to];
  const names = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const members = value as Readonly<Record<string | number, Json>>;
  return [
    ...(to.length > 0 ? [to] : []),
    ...names.flatMap((name) => pathsIn(members[name] ?? null, [...to, name])),
  ];
}

function otherThan(value: Json): Json {
  if (value === null) return 'x';
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value.startsWith('0') ? '1' : '0'}${value.slice(1)}`;
  return Array.isArray(value) ? [...value, 'x'] : { ...value, extra: 1 };
}

/** A copy of the entry with one place in it changed, or gone. */
function changed(line: string, to: Path, how: 'another' | 'gone'): Record<string, Json> {
  const entry = JSON.parse(line) as Record<string, Json>;
  let holder = entry as Record<string | number, Json>;
  for (const name of to.slice(0, -1)) holder = holder[name] as Record<string | number, Json>;
  const last = to.at(-1) ?? '';
  if (how === 'another') holder[last] = otherThan(holder[last] ?? null);
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return entry;
}

let good: readonly string[] = [];

beforeAll(async () => {
  const ledger = memoryLedger('smars');
  await ledger.append(FACTS, { expected: 'any', now: Date.parse('2012-08-01T09:30:00Z') });
  good = (await Array.fromAsync(ledger.read(1))).flat();
});

/** What `haunted ledger verify` asks, and whether it named this entry. */
async function isNamed(lines: readonly string[], seq: number): Promise<boolean> {
  const batches = (async function* () {
    yield lines;
  })();
  const answer = await verifyChain(batches, {
    ledger: 'smars',
    each: (line, { count }) => {
      const detail = contentProblem(line);
      return detail === null ? null : { reason: 'unreadable', seq: count, detail };
    },
  });
  // Where only the number was changed or the one before was, the neighbour may be the one that is named.
  return !answer.ok && [seq - 1, seq].includes(answer.problem.seq);
}

describe('every field of every kind', () => {
  it('is in these entries', () => {
    expect(new Set(FACTS.map(({ kind }) => kind))).toEqual(new Set(Object.keys(BODY_BY_KIND)));
  });

  it.each(FACTS.slice(0, -1).map(({ kind }, at) => [kind, at + 1] as const))(
    'of %s is held by the chain',
    async (_, seq) => {
      const line = good[seq - 1] ?? '';
      const paths = pathsIn(JSON.parse(line) as Json);
      expect(paths.length).toBeGreaterThan(10);
      for (const to of paths)
        for (const how of ['another', 'gone'] as const) {
          const entry = changed(line, to, how);
          const anew = { ...entry, hash: entryHash(entry) };
          for (const forged of to[0] === 'hash' ? [entry] : [entry, anew]) {
            const lines = good.map((one, at) => (at === seq - 1 ? canonicalize(forged) : one));
            expect([to.join('.'), how, await isNamed(lines, seq)]).toEqual([to.join('.'), how, true]);
          }
        }
    },
  );
});
