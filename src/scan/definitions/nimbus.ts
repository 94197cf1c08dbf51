import type { FlagType } from '../../model/flag.ts';
import { brokenFile } from './broken-file.ts';
import type { DefinitionFile } from './definition-file.ts';
import { ownerIn } from './labels.ts';
import { flagsInMap, hasFlagLike, withoutSchema, type NamedFlag } from './named-flags.ts';
import type { DefinitionReader, Draft } from './reader.ts';
import { childOf, textAt, type MapTree, type MaybeTree } from './tree.ts';
import { defaultOf } from './value-type.ts';

// Desktop's words for types, and those of the manifests for phones.
const TYPES: ReadonlyMap<string, FlagType> = new Map([
  ['boolean', 'boolean'],
  ['bool', 'boolean'],
  ['int', 'integer'],
  ['string', 'string'],
  ['text', 'string'],
  ['image', 'string'],
  ['json', 'object'],
]);

/**
 * A feature manifest of Mozilla's Nimbus: a map of features with `variables`, at the top (desktop, and what Experimenter keeps of
 * each version) or under `features` (phones). Each feature is a flag of type object, and each variable a flag
 * `feature.variable` whose target is the preference it sets or falls back to. A variable belongs to its feature's owner.
 */
export const nimbus: DefinitionReader = {
  format: 'nimbus',
  fits: ({ tree }) => hasFlagLike(featuresOf(tree), isFeature),
  read: (file) =>
    flagsInMap(file, withoutSchema(featuresOf(file.tree))).flatMap((feature) => [
      featureDraft(feature),
      ...variablesOf(file, feature),
    ]),
};

function featuresOf(tree: MaybeTree): MaybeTree {
  const features = childOf(tree, 'features');
  return hasFlagLike(features, isFeature) ? features : tree;
}

function isFeature(feature: MapTree): boolean {
  return (
    childOf(feature, 'variables')?.kind === 'map' &&
    ['description', 'owner', 'hasExposure'].some((key) => feature.entries.has(key))
  );
}

function featureDraft({ flag, line, map }: NamedFlag): Draft {
  return { flag, line, owner: ownerIn(map), type: 'object', purpose: textAt(map, 'description') };
}

function variablesOf(file: DefinitionFile, feature: NamedFlag): readonly Draft[] {
  const variables = childOf(feature.map, 'variables');
  if (variables?.kind === 'list')
    throw brokenFile(
      file.path,
      variables.line,
      `has a list where the feature ${JSON.stringify(feature.flag)} should have a map of variables`,
    );
  return flagsInMap(file, variables).map(({ flag, line, map }) => ({
    flag: `${feature.flag}.${flag}`,
    line,
    owner: ownerIn(feature.map),
    type: typeOf(textAt(map, 'type') ?? ''),
    default: defaultOf(childOf(map, 'default')),
    purpose: textAt(map, 'description'),
    target: textAt(map, 'setPref', 'pref') ?? textAt(map, 'setPref') ?? textAt(map, 'fallbackPref'),
  }));
}

/** `Option<Int>` is an Int that may be left out; lists and maps are objects; a type of the manifest's own is not known here. */
function typeOf(said: string): FlagType | null {
  const word = said.toLowerCase();
  const optional = /^option<(.*)>$/.exec(word)?.[1] ?? word;
  if (/^(?:list|map)<.*>$/.test(optional)) return 'object';
  return TYPES.get(optional) ?? null;
}
