import { brokenFile } from './broken-file.ts';
import type { DefinitionFile } from './definition-file.ts';
import { expiryIn, ownerIn } from './labels.ts';
import { flagsInMap, hasFlagLike, withoutSchema, type NamedFlag } from './named-flags.ts';
import type { DefinitionReader, Draft } from './reader.ts';
import { booleanAt, childOf, entriesOf, textAt, type MapTree } from './tree.ts';
import { commonType, defaultOf } from './value-type.ts';

/**
 * GO Feature Flag's file, YAML, JSON or TOML: a map of flags with `variations`. A flag is set unless `disable` is true; its
 * default is the variation of its `defaultRule`, where that names one.
 */
export const goFeatureFlag: DefinitionReader = {
  format: 'go-feature-flag',
  fits: ({ tree }) => tree?.kind === 'map' && hasFlagLike(tree, isGoFlag),
  read: (file) => flagsInMap(file, withoutSchema(file.tree)).map((flag) => draftOf(file, flag)),
};

function isGoFlag(flag: MapTree): boolean {
  return childOf(flag, 'variations')?.kind === 'map';
}

function draftOf(file: DefinitionFile, { flag, line, map }: NamedFlag): Draft {
  if (!isGoFlag(map))
    throw brokenFile(file.path, line, `gives the flag ${JSON.stringify(flag)} no map of variations`);
  const variations = entriesOf(childOf(map, 'variations'));
  const chosen = textAt(map, 'defaultRule', 'variation');
  const metadata = childOf(map, 'metadata');
  return {
    flag,
    line,
    owner: ownerIn(metadata) ?? ownerIn(map),
    type: commonType([...variations.values()].map((entry) => entry.value)),
    default: chosen === null ? null : defaultOf(variations.get(chosen)?.value ?? null),
    purpose: textAt(metadata, 'description') ?? textAt(map, 'description'),
    bound: booleanAt(map, 'disable') !== true,
    expires: expiryIn(metadata) ?? expiryIn(map),
  };
}
