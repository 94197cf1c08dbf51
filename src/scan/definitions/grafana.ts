import { brokenFile } from './broken-file.ts';
import type { DefinitionFile } from './definition-file.ts';
import { instantOf } from './labels.ts';
import { hasFlagLike } from './named-flags.ts';
import type { DefinitionReader, Draft } from './reader.ts';
import { childOf, entriesOf, itemsOf, textAt, type MapTree } from './tree.ts';

/**
 * Grafana's feature toggles: the table toggles_gen.csv (`Name` and `Owner` or `Stage` among its columns), or toggles_gen.json (a
 * FeatureList, in which what has a `deletionTimestamp` is retired). Both are registers: nothing in them sets a toggle.
 */
export const grafana: DefinitionReader = {
  format: 'grafana',
  fits: ({ rows, tree }) => {
    const columns = columnsOf(rows);
    const isTable = columns.includes('name') && (columns.includes('owner') || columns.includes('stage'));
    return isTable || hasFlagLike(childOf(tree, 'items'), isFeature);
  },
  read: (file) => (file.rows === null ? featuresOf(file) : togglesOf(file)),
};

function columnsOf(rows: DefinitionFile['rows']): readonly string[] {
  return (rows?.[0]?.cells ?? []).map((cell) => cell.toLowerCase());
}

function togglesOf({ path, rows }: DefinitionFile): readonly Draft[] {
  const columns = columnsOf(rows);
  const owner = columns.indexOf('owner');
  return (rows ?? []).slice(1).map(({ line, cells }) => {
    if (cells.length !== columns.length)
      throw brokenFile(path, line, `has a row of ${cells.length} cells under a header of ${columns.length}`);
    return { flag: cells[columns.indexOf('name')] ?? '', line, owner: cells[owner] ?? null };
  });
}

function isFeature(item: MapTree): boolean {
  const spec = childOf(item, 'spec');
  return (
    textAt(item, 'metadata', 'name') !== null && (textAt(spec, 'stage') ?? textAt(spec, 'codeowner')) !== null
  );
}

function featuresOf({ path, tree }: DefinitionFile): readonly Draft[] {
  return itemsOf(childOf(tree, 'items')).map((item) => {
    const flag = textAt(item, 'metadata', 'name');
    if (flag === null)
      throw brokenFile(path, item.line, 'has a feature here without a text at metadata.name');
    const deleted = childOf(item, 'metadata', 'deletionTimestamp');
    return {
      flag,
      line: entriesOf(childOf(item, 'metadata')).get('name')?.line ?? item.line,
      owner: textAt(item, 'spec', 'codeowner'),
      purpose: textAt(item, 'spec', 'description'),
      state: deleted === null ? null : 'retired',
      last_modified: instantOf(deleted),
    };
  });
}
