import { LIMITS } from '../../model/limits.ts';

/** What a host pattern of an inventory stands for, or why it stands for nothing. */
export type HostRange =
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly reason: string };

const BRACKETS = /^(.*?)\[([^\]]*)\](.*)$/s;
const MAX_PATTERN = 1_000;
const NUMBERS = /^(\d+):(\d+)(?::(\d+))?$/;
const LETTERS = /^([A-Za-z]):([A-Za-z])(?::(\d+))?$/;

/**
 * The names a pattern such as `web[01:08].example.com` or `db-[a:f]` stands for, ends included, with an optional step
 * (`[1:9:2]`). Leading zeros are kept, as in Ansible's inventory guide, "Adding ranges of hosts". Several ranges multiply.
 */
export function expandHostRange(pattern: string): HostRange {
  if (pattern.length > MAX_PATTERN) return refused(pattern, 'it is too long');
  const match = BRACKETS.exec(pattern);
  if (match === null) return { ok: true, names: [pattern] };
  const [, before = '', inside = '', after = ''] = match;
  const items = itemsOf(inside);
  if (!items.ok) return items;
  const rest = expandHostRange(after);
  if (!rest.ok) return rest;
  if (items.names.length * rest.names.length > LIMITS.inventory) return tooMany(pattern);
  return { ok: true, names: items.names.flatMap((item) => rest.names.map((tail) => before + item + tail)) };
}

function itemsOf(inside: string): HostRange {
  const numbers = NUMBERS.exec(inside);
  if (numbers !== null) {
    const [, first = '', last = '', step] = numbers;
    if (first.startsWith('0') && first.length > 1 && first.length !== last.length)
      return refused(inside, 'both ends need the same number of digits when the first starts with 0');
    return counted(inside, Number(first), Number(last), step, (value) =>
      first.startsWith('0') ? String(value).padStart(first.length, '0') : String(value),
    );
  }
  const letters = LETTERS.exec(inside);
  if (letters === null) return refused(inside, 'a range is written [01:08] or [a:f]');
  const [, first = '', last = '', step] = letters;
  return counted(inside, first.charCodeAt(0), last.charCodeAt(0), step, (value) =>
    String.fromCharCode(value),
  );
}

function counted(
  inside: string,
  first: number,
  last: number,
  stepText: string | undefined,
  nameOf: (value: number) => string,
): HostRange {
  const step = Number(stepText ?? 1);
  if (step < 1) return refused(inside, 'the step must be 1 or more');
  if (last < first) return refused(inside, 'it ends before it starts');
  const count = Math.floor((last - first) / step) + 1;
  if (!(count <= LIMITS.inventory)) return tooMany(inside);
  return { ok: true, names: Array.from({ length: count }, (_, at) => nameOf(first + at * step)) };
}

function refused(inside: string, why: string): HostRange {
  return { ok: false, reason: `the range [${inside.slice(0, 80)}] is not one: ${why}` };
}

function tooMany(pattern: string): HostRange {
  return {
    ok: false,
    reason: `the range ${pattern.slice(0, 80)} stands for more than ${LIMITS.inventory} hosts`,
  };
}
