import { Fault } from '../fault.ts';
import type { EntryKind, LedgerEntry } from '../model/entry.ts';
import { quoted } from '../model/quoted.ts';
import { Instant, Name } from '../model/text.ts';
import { isObject } from '../seal/is-object.ts';
import { readJson } from '../seal/json.ts';
import { checkValue } from '../seal/parse-document.ts';
import { BODY_BY_KIND } from './bodies.ts';
import { entryHash } from './entry-text.ts';
import type { Ledger } from './ledger.ts';

/** An entry of which only the parts that make the chain were looked at. */
type RawEntry = Readonly<Record<string, unknown>> & {
  readonly ledger: string;
  readonly seq: number;
  readonly previous: string | null;
  readonly hash: string;
};

const MEMBERS = 'body hash kind ledger previous schema seq time';
const HASH = /^[0-9a-f]{64}$/;

export type EnvelopeRead =
  | { readonly ok: true; readonly entry: RawEntry }
  | { readonly ok: false; readonly detail: string };

/** The entry in a line with the parts that make the chain, or a clause that says why it is none. Never throws. */
export function readEnvelope(line: string): EnvelopeRead {
  const json = readJson(Buffer.from(line));
  if (!json.ok) return unreadable(`it ${json.detail}`);
  const raw = json.value;
  if (!isObject(raw)) return unreadable('it is not one JSON object');
  if (raw['schema'] !== 'haunted.ledger-entry/v1')
    return unreadable(`its schema is ${quoted(String(raw['schema']))}, not haunted.ledger-entry/v1`);
  const members = Object.keys(raw).sort().join(' ');
  if (members !== MEMBERS) return unreadable(`its members are ${quoted(members)}, not ${MEMBERS}`);
  const { seq, previous, hash, ledger } = raw;
  const isChained =
    Number.isSafeInteger(seq) &&
    Number(seq) >= 1 &&
    (previous === null || isHash(previous)) &&
    isHash(hash) &&
    typeof ledger === 'string';
  if (!isChained) return unreadable('its seq, previous, hash or ledger is not what these must be');
  return { ok: true, entry: raw as RawEntry };
}

function unreadable(detail: string): EnvelopeRead {
  return { ok: false, detail };
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && HASH.test(value);
}

/**
 * Is this an entry that this program knows, in every part? Null when it is, else a clause. The hash is taken over the RFC 8785 form
 * once more, because the audit of a chain takes a body as it stands.
 */
export function contentProblem(line: string): string | null {
  const read = readEnvelope(line);
  return read.ok ? problemOf(read.entry) : read.detail;
}

function problemOf(entry: RawEntry): string | null {
  if (entryHash(entry) !== entry.hash) return 'its hash is not that of its RFC 8785 form';
  const { kind, body, time, ledger } = entry;
  if (typeof kind !== 'string' || !isKind(kind)) return `its kind ${quoted(String(kind))} is not known`;
  const checked = checkValue(BODY_BY_KIND[kind], body);
  if (!checked.ok) return `in its body, ${checked.detail}`;
  if (!Instant.safeParse(time).success) return 'its time is not a time';
  return Name.safeParse(ledger).success ? null : 'its ledger is not a name';
}

function isKind(kind: string): kind is EntryKind {
  return Object.hasOwn(BODY_BY_KIND, kind);
}

/** The entry in a line. Fault LEDGER_CORRUPT when it is none, or not what its hash says. */
export function readEntry(line: string): LedgerEntry {
  const read = readEnvelope(line);
  const problem = read.ok ? problemOf(read.entry) : read.detail;
  if (read.ok && problem === null) return read.entry as unknown as LedgerEntry;
  const where = read.ok ? `Entry ${read.entry.seq} of the ledger` : 'An entry of the ledger';
  throw new Fault(
    'LEDGER_CORRUPT',
    `${where} cannot be read: ${problem}; run \`haunted ledger verify\`, or a newer haunted.`,
  );
}

/** All entries of a ledger from number `from` on. Fault LEDGER_CORRUPT. */
export async function* readEntries(ledger: Pick<Ledger, 'read'>, from = 1): AsyncGenerator<LedgerEntry> {
  for await (const batch of ledger.read(from)) for (const line of batch) yield readEntry(line);
}
