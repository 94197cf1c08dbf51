import type { Incident } from '../model/incident.ts';
import type { Problem } from './assess.ts';

/** What the template leaves for its writer, and what people write when they mean to come back. */
const PLACEHOLDER = /^(?:\s*|[.\u2026?-]+|(?:todo|tbd|fixme|xxx)\b.*)$/i;

/** Which texts of the record are still to be written? The template begins each of them with TODO. */
export function unfinishedFields(record: Incident): readonly Problem[] {
  return textsOf(record, '')
    .filter(({ text }) => PLACEHOLDER.test(text.trim()))
    .map(({ field }) => ({ field, sentence: 'This is still to be written.' }));
}

function textsOf(
  value: unknown,
  field: string,
): readonly { readonly field: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ field, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, at) => textsOf(item, `${field}[${at}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    textsOf(item, field === '' ? key : `${field}.${key}`),
  );
}
