import { brokenFile } from './broken-file.ts';
import type { DefinitionReader } from './reader.ts';
import { booleanAt, entriesOf, textAt } from './tree.ts';

// A file has `name` and `default_enabled`, and of these at least one.
const SIGNS = ['introduced_by_url', 'rollout_issue_url', 'feature_issue_url', 'milestone', 'group'];

/** GitLab's feature flags (config/feature_flags): one flag in each YAML file, on or off, owned by a group. */
export const gitlab: DefinitionReader = {
  format: 'gitlab',
  fits: ({ tree }) => {
    const keys = entriesOf(tree);
    return keys.has('name') && keys.has('default_enabled') && SIGNS.some((key) => keys.has(key));
  },
  read: ({ path, tree }) => {
    const name = entriesOf(tree).get('name');
    const on = entriesOf(tree).get('default_enabled');
    const flag = textAt(tree, 'name');
    if (flag === null) throw brokenFile(path, name?.line ?? 1, 'has a `name` that is no text');
    if (booleanAt(tree, 'default_enabled') === null)
      throw brokenFile(path, on?.line ?? 1, 'has a `default_enabled` that is neither true nor false');
    return [
      {
        flag,
        line: name?.line ?? 1,
        owner: textAt(tree, 'group'),
        type: 'boolean',
        default: booleanAt(tree, 'default_enabled'),
        purpose: textAt(tree, 'description'),
      },
    ];
  },
};
