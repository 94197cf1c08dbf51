import { canonicalize } from '../seal/canonical.ts';

/**
 * The RFC 8785 form of the body of an entry, as `canonicalize` gives it, in three quarters of its time: a copy with its members in order
 * is written by JSON.stringify in one piece. Where JSON.stringify would not keep that order, `canonicalize` itself does it.
 */
export function bodyText(body: object): string {
  const copy = ordered(body);
  return copy === null ? canonicalize(body) : JSON.stringify(copy);
}

/** Names that an object of JavaScript keeps in another order, or does not keep. */
const ODD = /^(?:\d|__proto__$)/;

/** A copy with the members of all objects in order; null for what only `canonicalize` can write, or has to refuse. */
function ordered(value: object): object | null {
  if (Array.isArray(value)) {
    const list = value.map(settled);
    return list.includes(undefined) || list.length !== Object.keys(value).length ? null : list;
  }
  const members = value as Readonly<Record<string, unknown>>;
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(members).sort()) {
    const member = settled(members[name]);
    if (member === undefined || ODD.test(name) || !name.isWellFormed()) return null;
    copy[name] = member;
  }
  return copy;
}

/** Undefined for what only `canonicalize` can write. */
function settled(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? value : undefined;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : (ordered(value) ?? undefined);
    case 'undefined':
    case 'function':
    case 'symbol':
    case 'bigint':
      return undefined;
  }
}
