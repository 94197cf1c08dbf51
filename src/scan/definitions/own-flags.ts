import { explainIssues, type Issue } from '../../model/explain-issue.ts';
import { FlagFile } from '../../model/flag-file.ts';
import { brokenFile } from './broken-file.ts';
import type { DefinitionFile } from './definition-file.ts';
import type { DefinitionReader, Draft } from './reader.ts';
import { childOf, entriesOf, itemsOf, plainValue, textAt, type Tree } from './tree.ts';

/** Our own flags.yaml, read by its schema: the one format in which an unknown field is an error. */
export const ownFlags: DefinitionReader = {
  format: 'flags.yaml',
  fits: ({ tree }) => textAt(tree, 'schema')?.startsWith('haunted.') ?? false,
  read: (file) => (file.tree === null ? [] : readOwn(file, file.tree)),
};

function readOwn(file: DefinitionFile, tree: Tree): readonly Draft[] {
  const flags = entriesOf(childOf(tree, 'flags'));
  // zod passes over this one key of a record without a word, and a flag must not vanish.
  const proto = flags.get('__proto__');
  if (proto !== undefined)
    throw brokenFile(file.path, proto.line, 'is wrong at flags.__proto__: no flag can have this name');
  const value = plainValue(tree);
  const parsed = FlagFile.safeParse(value);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const clause = `${explainIssues(issues, value)}; docs/flags-yaml.md lists every field`;
    throw brokenFile(file.path, lineOf(tree, placeOf(issues)), clause);
  }
  return Object.entries(parsed.data.flags).map(([flag, entry]) => ({
    flag,
    line: flags.get(flag)?.line ?? tree.line,
    owner: entry.owner,
    type: entry.type,
    purpose: entry.purpose,
    target: entry.target ?? null,
    state: entry.state,
    bound: entry.bound,
    last_modified: entry.last_modified,
    last_modified_by: entry.last_modified_by ?? null,
    entry,
  }));
}

/** Where the first issue lies; an unknown field lies at its own key, and a wrong version is told before all else. */
function placeOf(issues: readonly Issue[]): readonly PropertyKey[] {
  const issue = issues.find((each) => each.path[0] === 'schema') ?? issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? (issue.keys ?? []).slice(0, 1) : [];
  return [...(issue?.path ?? []), ...unknown];
}

/** The line of what stands at a path, or of the nearest thing around it. */
function lineOf(tree: Tree, place: readonly PropertyKey[]): number {
  let { line } = tree;
  let at: Tree | undefined = tree;
  for (const step of place) {
    const entry = entriesOf(at).get(String(step));
    at = entry?.value ?? itemsOf(at)[Number(step)];
    if (at === undefined) return line;
    line = entry?.line ?? at.line;
  }
  return line;
}
