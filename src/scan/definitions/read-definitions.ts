import { Fault } from '../../fault.ts';
import type { FlagDefinition } from '../../model/flag-definition.ts';
import { LIMITS } from '../../model/limits.ts';
import { quoted } from '../../model/quoted.ts';
import { FlagName, Name } from '../../model/text.ts';
import { brokenFile } from './broken-file.ts';
import { openDefinitionFile } from './definition-file.ts';
import type { Draft } from './reader.ts';
import { READERS } from './readers.ts';

/**
 * Which flags does this file define? In any format of READERS, known by its shape. Throws BAD_INPUT, with `FILE:LINE` and what is
 * wrong there, when the text is broken, fits no format, breaks its format's rules, or defines a flag twice; TOO_LARGE beyond
 * LIMITS.flags flags. Lines count from 1. Pure: reads nothing but its argument.
 */
export function readDefinitions(file: {
  readonly path: string;
  readonly text: string;
}): readonly FlagDefinition[] {
  const opened = openDefinitionFile(file);
  const reader = READERS.find((each) => each.fits(opened));
  if (reader === undefined)
    throw brokenFile(
      file.path,
      opened.tree?.line ?? 1,
      `holds no flag definitions that haunted knows: ${READERS.map((each) => each.format).join(', ')}; docs/flag-definitions.md tells what each looks like`,
    );
  const drafts = reader.read(opened);
  if (drafts.length > LIMITS.flags)
    throw new Fault(
      'TOO_LARGE',
      `${file.path} defines ${drafts.length} flags; haunted reads at most ${LIMITS.flags} from one file.`,
      { file: file.path },
    );
  refuseWrongNames(drafts, file.path);
  return drafts.map((draft) => definitionOf(draft, reader.format, file.path));
}

function refuseWrongNames(drafts: readonly Draft[], file: string): void {
  const lines = new Map<string, number>();
  for (const { flag, line } of drafts) {
    if (!FlagName.safeParse(flag).success || !flag.isWellFormed())
      throw brokenFile(file, line, `names a flag ${quoted(flag)}; a name has 1 to 256 printable characters`);
    const first = lines.get(flag);
    if (first !== undefined)
      throw brokenFile(
        file,
        line,
        `defines the flag ${quoted(flag)} twice; it is already there on line ${first}`,
      );
    lines.set(flag, line);
  }
}

function definitionOf(draft: Draft, format: string, file: string): FlagDefinition {
  return {
    flag: draft.flag,
    format,
    file,
    line: draft.line,
    owner: nameOf(draft.owner),
    type: draft.type ?? null,
    default: draft.default ?? null,
    purpose: lineOf(draft.purpose),
    target: lineOf(draft.target),
    state: draft.state ?? null,
    bound: draft.bound ?? null,
    last_modified: draft.last_modified ?? null,
    last_modified_by: nameOf(draft.last_modified_by),
    expires: draft.expires ?? null,
    entry: draft.entry ?? null,
  };
}

/** A name that our own documents can hold; null for any other, so that one odd owner does not spoil a whole table. */
function nameOf(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const name = Name.safeParse(text.toWellFormed().trim());
  return name.success ? name.data : null;
}

/** Foreign words as one line of text, as our own documents have them; null when nothing is left. */
function lineOf(text: string | null | undefined): string | null {
  const line = (text ?? '')
    .toWellFormed()
    .replaceAll(/[\s\u0000-\u001f\u007f]+/gu, ' ')
    .trim();
  const short = line.length > LIMITS.text ? `${line.slice(0, LIMITS.text - 1).toWellFormed()}…` : line;
  return short === '' ? null : short;
}
