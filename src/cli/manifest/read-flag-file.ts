import path from 'node:path';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { parseYaml, type YamlText } from '../../adapters/yaml/parse.ts';
import { Fault } from '../../fault.ts';
import { FlagFile } from '../../model/flag-file.ts';
import { explainIssues, type Issue } from '../../model/explain-issue.ts';

// 20,000 flags with a site each come to 4 MiB.
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The flags that a flags.yaml lists. Throws what reading a file throws, and BAD_INPUT naming the line for text that is not UTF-8
 * or YAML, a flag that is there twice, and a field that is wrong or unknown.
 */
export async function readFlagFile(file: string, folder: string): Promise<FlagFile> {
  const bytes = await readDocument(path.resolve(folder, file), { maxBytes: MAX_BYTES, what: 'flag file' });
  return parseFlagFile(textOf(bytes, shownPath(file)), shownPath(file));
}

/** What the text of a flags.yaml says; `file` names it in sentences. Throws BAD_INPUT. */
export function parseFlagFile(text: string, file: string): FlagFile {
  const yaml = parseYaml(text, file);
  // zod passes over this one key of a record without a word, and a flag must not vanish.
  const flags = valueOf(yaml.value, 'flags');
  if (typeof flags === 'object' && flags !== null && Object.hasOwn(flags, '__proto__'))
    throw wrong(
      yaml,
      file,
      ['flags', '__proto__'],
      'is wrong at flags.__proto__: no flag can have this name',
    );
  const parsed = FlagFile.safeParse(yaml.value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  throw wrong(
    yaml,
    file,
    placeOf(issues),
    `${explainIssues(issues, yaml.value)}; docs/flags-yaml.md lists every field`,
  );
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Fault('BAD_INPUT', `${file} is not UTF-8 text; save it as UTF-8.`, { file }, error);
  }
}

function wrong(yaml: YamlText, file: string, place: readonly PropertyKey[], clause: string): Fault {
  const line = yaml.lineOf(place);
  return new Fault('BAD_INPUT', `${line === null ? file : `${file} line ${line}`} ${clause}.`, {
    file,
    line,
  });
}

/** Where the first issue lies; an unknown field lies at its own key. */
function placeOf(issues: readonly Issue[]): readonly PropertyKey[] {
  const [issue] = issues;
  const version = issues.find((each) => each.path[0] === 'schema');
  if (version !== undefined) return version.path;
  return [
    ...(issue?.path ?? []),
    ...(issue?.code === 'unrecognized_keys' ? (issue.keys ?? []).slice(0, 1) : []),
  ];
}

function valueOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
