import { Fault } from '../fault.ts';
import { explainIssues } from '../model/explain-issue.ts';
import type { Issue } from '../model/explain-issue.ts';
import { readJson } from './json.ts';

/** What is needed of a schema: zod's safeParse, by shape. */
export type DocumentSchema<T> = {
  readonly safeParse: (
    value: unknown,
  ) =>
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
};

/** The document in these bytes. Fault BAD_INPUT when they are not strict JSON or not this document; `source` names it. */
export function parseDocument<T>(schema: DocumentSchema<T>, bytes: Uint8Array, source: string): T {
  const read = readJson(bytes);
  if (!read.ok) throw new Fault('BAD_INPUT', `${source} ${read.detail}.`, { source, reason: read.reason });
  return parseValue(schema, read.value, source);
}

/** The document in this value. Fault BAD_INPUT naming the first wrong field, what it must be, and how many more are wrong. */
export function parseValue<T>(schema: DocumentSchema<T>, value: unknown, source: string): T {
  const checked = checkValue(schema, value);
  if (checked.ok) return checked.value;
  throw new Fault('BAD_INPUT', `${source} ${checked.detail}.`, { source });
}

/** The document in this value, or a clause that says why it is none, where that is evidence and not an end. */
export function checkValue<T>(
  schema: DocumentSchema<T>,
  value: unknown,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string } {
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, detail: explainIssues(parsed.error.issues, value) };
}
