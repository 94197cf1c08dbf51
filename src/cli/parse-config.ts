import { parseYaml } from '../adapters/yaml/parse.ts';
import { Fault } from '../fault.ts';
import { Config } from '../model/config.ts';
import { issueClauses } from '../model/explain-issue.ts';

/** What a haunted.yaml says, word for word: relative paths stay as written. Throws BAD_INPUT naming `file` and line. */
export function parseConfig(text: string, file: string): Config {
  const yaml = parseYaml(text, file);
  const parsed = Config.safeParse(yaml.value ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path ?? [];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const line = yaml.lineOf([...at, ...unknown.slice(0, 1)]);
  const where = line === null ? file : `${file} line ${line}`;
  const [wrong] = issueClauses(parsed.error.issues, yaml.value);
  const what = wrong === undefined || wrong.place === '' ? 'the file' : `\`${wrong.place}\``;
  const reason = wrong === undefined ? 'does not fit' : wrong.clause;
  throw new Fault(
    'BAD_INPUT',
    `${where}: ${what} is wrong: it ${reason}; docs/config.md lists every field.`,
    { file, line, path: at.map(String) },
    parsed.error,
  );
}
