import { Fault } from '../../fault.ts';
import { isObject } from '../../seal/is-object.ts';
import { quoted } from '../../model/quoted.ts';

/**
 * A flagd definition as flagd-core takes it: JSON text whose `flags` is a map. A list of flags with a `key` becomes a map (flagd.dev
 * schema v0 allows both; flagd-core would take the positions for names). Fault BAD_INPUT when it is no such definition, or names a
 * flag twice.
 */
export function flagdText(document: unknown, file: string): string {
  if (!isObject(document) || typeof document['flags'] !== 'object' || document['flags'] === null)
    throw bad(file, 'has no `flags`');
  const { flags } = document;
  const entries: (readonly [string, unknown])[] = Array.isArray(flags)
    ? flags.map((flag: unknown, at) => entryOf(flag, at, file))
    : Object.entries(flags);
  const seen = new Set<string>();
  for (const [name, flag] of entries) {
    if (seen.has(name)) throw bad(file, `defines the flag ${quoted(name)} twice`);
    seen.add(name);
    if (!isObject(flag) || !isObject(flag['variants']))
      throw bad(file, `defines the flag ${quoted(name)} without \`variants\``);
    if (flag['state'] !== 'ENABLED' && flag['state'] !== 'DISABLED')
      throw bad(file, `gives the flag ${quoted(name)} a state that is neither ENABLED nor DISABLED`);
  }
  return JSON.stringify({ ...document, flags: Object.fromEntries(entries) });
}

function entryOf(flag: unknown, at: number, file: string): readonly [string, unknown] {
  const key = isObject(flag) ? flag['key'] : undefined;
  if (typeof key !== 'string' || key === '')
    throw bad(file, `has no \`key\` in entry ${at + 1} of \`flags\``);
  return [key, flag];
}

function bad(file: string, problem: string): Fault {
  return new Fault('BAD_INPUT', `The flagd definition ${file} ${problem}.`, { file });
}
