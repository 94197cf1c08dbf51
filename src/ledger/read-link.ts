import { sha256Hex } from '../seal/digest.ts';
import { entryHash } from './entry-text.ts';
import { readEnvelope } from './read-entry.ts';

/** What makes an entry a link of the chain. */
export type Link = {
  readonly ledger: string;
  readonly seq: number;
  readonly previous: string | null;
  readonly hash: string;
};

export type LinkRead =
  /** `isWhole`: the hash is that of the entry. */
  (Link & { readonly ok: true; readonly isWhole: boolean }) | { readonly ok: false; readonly detail: string };

// The members after the body, in the RFC 8785 form and without escapes, as every entry of ours has them.
const TAIL =
  /^,"hash":"([0-9a-f]{64})","kind":"[a-z_]+","ledger":"([^"\\]+)","previous":(?:null|"([0-9a-f]{64})"),"schema":"haunted\.ledger-entry\/v1","seq":([1-9]\d{0,14}),"time":"[^"\\]+"\}$/;
const HASH_MEMBER = ',"hash":"'.length + 64 + '"'.length;

/**
 * The link in a line. The body of a line in the form we write is not looked into: its text was hashed as it stands, and reading it
 * costs more than all the rest. Lines in any other form of the same JSON are read whole, and hashed in their RFC 8785 form.
 */
export function readLink(line: string): LinkRead {
  // A quote inside a text is escaped, so the last such place is the member of the entry itself.
  const at = line.lastIndexOf(',"hash":"');
  const [, hash, ledger, previous = null, seq] = TAIL.exec(line.slice(at)) ?? [];
  if (hash !== undefined && ledger !== undefined && line.startsWith('{"body":{')) {
    const isWhole = sha256Hex(line.slice(0, at) + line.slice(at + HASH_MEMBER)) === hash;
    if (isWhole) return { ok: true, ledger, seq: Number(seq), previous, hash, isWhole };
  }
  const read = readEnvelope(line);
  return read.ok
    ? { ok: true, ...linkOf(read.entry), isWhole: entryHash(read.entry) === read.entry.hash }
    : read;
}

function linkOf({ ledger, seq, previous, hash }: Link): Link {
  return { ledger, seq, previous, hash };
}
