import { Fault } from '../fault.ts';
import type { EntryKind, Fact } from '../model/entry.ts';
import { LIMITS } from '../model/limits.ts';
import { canonicalize } from '../seal/canonical.ts';
import { sha256Hex } from '../seal/digest.ts';
import { parseValue } from '../seal/parse-document.ts';
import { BODY_BY_KIND } from './bodies.ts';
import { bodyText } from './body-text.ts';
import type { Head } from './ledger.ts';

/** A fact whose form is settled, so that all that is left to do under the ledger's lock is to give it a place. */
export type Prepared = { readonly kind: EntryKind; readonly body: string };

/** Where an entry goes. `now` in milliseconds since the epoch. */
type Place = { readonly ledger: string; readonly head: Head; readonly now: number };

/** An entry as it is written down: its RFC 8785 form, which is one line, and the head after it. */
export type Written = { readonly line: string; readonly head: Head };

/**
 * The hash of an entry: sha256 of its RFC 8785 form without `hash`. Takes the JSON as it was read, never a copy that a schema
 * has filled in.
 */
export function entryHash(raw: object): string {
  return sha256Hex(canonicalize(Object.fromEntries(Object.entries(raw).filter(([key]) => key !== 'hash'))));
}

/**
 * The facts, ready to be written. Faults: BAD_INPUT for one that does not fit its kind, since it could not be read again;
 * TOO_LARGE for one beyond LIMITS.ledger_body.
 */
export function prepareFacts(facts: readonly Fact[]): readonly Prepared[] {
  if (facts.length === 0) throw new Fault('BAD_INPUT', 'There is nothing to write into the ledger.');
  return facts.map(({ kind, body }) => {
    parseValue(BODY_BY_KIND[kind], body, `A ledger entry of the kind ${kind}`);
    const text = bodyText(body);
    if (text.length > LIMITS.ledger_body) throw tooLarge(kind);
    return { kind, body: text };
  });
}

/** The entries that follow a head. */
export function writeEntries(facts: readonly Prepared[], { ledger, head, now }: Place): readonly Written[] {
  const time = new Date(now).toISOString();
  const name = canonicalize(ledger);
  const written: Written[] = [];
  let { count, hash: previous } = head;
  for (const { kind, body } of facts) {
    count += 1;
    // The RFC 8785 form by hand, members in the order of their names: this is done under the ledger's lock.
    const link = previous === null ? 'null' : `"${previous}"`;
    const rest = `"kind":"${kind}","ledger":${name},"previous":${link},"schema":"haunted.ledger-entry/v1","seq":${count},"time":"${time}"}`;
    const hash = sha256Hex(`{"body":${body},${rest}`);
    written.push({ line: `{"body":${body},"hash":"${hash}",${rest}`, head: { count, hash } });
    previous = hash;
  }
  return written;
}

function tooLarge(kind: EntryKind): Fault {
  const limit = LIMITS.ledger_body;
  const sentence = `A ledger entry of the kind ${kind} is longer than ${limit} characters; keep the document elsewhere and leave \`document\` null.`;
  return new Fault('TOO_LARGE', sentence, { kind, limit });
}
