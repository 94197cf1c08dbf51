import { isMap, isScalar, type Document } from 'yaml';
import { Fault } from '../../fault.ts';
import { openYaml } from '../../scan/yaml-document.ts';
import { parseFlagFile } from '../manifest/read-flag-file.ts';

/** The text with these flags shackled, and those of them that the file still says something sets. */
export type Shackled = { readonly text: string; readonly stillBound: readonly string[] };

/**
 * The text of a flags.yaml with the state of these flags set to `shackled`. Only the words of their states are replaced: comments,
 * order and spacing stay. A flag that is not listed, such as one that is read and defined nowhere, gets a row at the end. Throws
 * BAD_INPUT when the text is no flags.yaml or a flag is retired in it.
 */
export function shackleIn(text: string, flags: readonly string[], file: string): Shackled {
  const entries = parseFlagFile(text, file).flags;
  const opened = openYaml(text);
  if (!opened.ok) throw new Fault('BAD_INPUT', `${file} is not sound YAML: ${opened.clause}.`, { file });
  const named = [...new Set(flags)];
  const places = named.flatMap((flag) => {
    const entry = entries[flag];
    if (entry === undefined) return [];
    if (entry.state === 'retired')
      throw new Fault(
        'BAD_INPUT',
        `The flag ${JSON.stringify(flag)} is retired in ${file}: a tombstone stays one, and its switch is refused already.`,
        { file },
      );
    return [stateOf(opened.document, flag, file)];
  });
  const newText = places
    .sort(([a], [b]) => b - a)
    .reduce((done, [from, to]) => `${done.slice(0, from)}shackled${done.slice(to)}`, text);
  const whole = withRows(
    newText,
    named.filter((flag) => entries[flag] === undefined),
  );
  requireShackled(whole, named, file);
  return { text: whole, stillBound: flags.filter((flag) => entries[flag]?.bound === true) };
}

/** The text with a row for each of these flags behind its last line, shackled and owned by nobody yet. */
function withRows(text: string, flags: readonly string[]): string {
  if (flags.length === 0) return text;
  const rows = flags.map(
    (flag) =>
      `  ${JSON.stringify(flag)}:\n    owner: null\n    purpose: a corpse that haunted flags audit found; shackled until somebody owns it\n    type: boolean\n    state: shackled\n    bound: false\n`,
  );
  const open = text.replace(/^flags:[ \t]*\{[ \t]*\}[ \t]*$/m, 'flags:').trimEnd();
  return `${open}\n${rows.join('')}`;
}

/** Throws when the text does not say of each flag that it is shackled: a file written in another manner is left to its owner. */
function requireShackled(text: string, flags: readonly string[], file: string): void {
  const entries = attempt(() => parseFlagFile(text, file).flags);
  const lost = flags.find((flag) => entries?.[flag]?.state !== 'shackled');
  if (lost !== undefined)
    throw new Fault(
      'UNSUPPORTED',
      `${file} is written in a manner that no row can be added to; write the flag ${JSON.stringify(lost)} there by hand, with \`state: shackled\`.`,
      { file },
    );
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

/** Where the word of a flag's state begins and ends in the text. */
function stateOf(document: Document, flag: string, file: string): readonly [number, number] {
  const flags = document.get('flags');
  const entry = isMap(flags) ? flags.get(flag) : null;
  const state = isMap(entry) ? entry.get('state', true) : null;
  const range = isScalar(state) && state.anchor === undefined ? (state.range ?? null) : null;
  if (range !== null) return [range[0], range[1]];
  throw new Fault(
    'UNSUPPORTED',
    `The state of the flag ${JSON.stringify(flag)} in ${file} is written with an alias; write \`state: shackled\` there by hand.`,
    { file },
  );
}
