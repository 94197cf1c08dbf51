import type { FlagEntry } from '../../model/flag-file.ts';
import type { FlagType } from '../../model/flag.ts';
import type { FlagDefinition } from '../../model/flag-definition.ts';

/** Everything that the definition files say about one flag. */
export type MergedDefinition = Pick<
  FlagDefinition,
  'type' | 'default' | 'purpose' | 'target' | 'state' | 'bound' | 'last_modified' | 'last_modified_by'
> & {
  /** Each definition, flags.yaml first and then in the order of the files. */
  readonly all: readonly FlagDefinition[];
  readonly entry: FlagEntry | null;
};

/**
 * The definitions by flag. Where two files say something about the same field, our own flags.yaml wins, then the file that was
 * named first; one of them that says a flag is bound is enough for it to be bound, whatever flags.yaml says: a switch that something
 * sets is set. The later of two times of change counts.
 */
export function mergeDefinitions(
  definitions: readonly FlagDefinition[],
): ReadonlyMap<string, MergedDefinition> {
  const byFlag = Map.groupBy(definitions, ({ flag }) => flag);
  return new Map([...byFlag].map(([flag, all]) => [flag, mergeOne(all)]));
}

/** Where two files say different things of a flag's type, or whether something sets it: a sentence for each, by flag. */
export function contradictionsIn(definitions: readonly FlagDefinition[]): readonly string[] {
  const byFlag = Map.groupBy(definitions, ({ flag }) => flag);
  return [...byFlag].flatMap(([flag, all]) => [
    ...contradiction(flag, all, ({ type }) => (type === null ? null : TYPE_WORDS[type])),
    ...contradiction(flag, all, ({ bound }) => (bound === null ? null : bound ? 'set' : 'not set')),
  ]);
}

// A format that knows only numbers does not contradict one that tells whole ones from others.
const TYPE_WORDS = {
  boolean: 'boolean',
  string: 'string',
  number: 'number',
  integer: 'number',
  float: 'number',
  object: 'object',
} as const satisfies Record<FlagType, string>;

function contradiction(
  flag: string,
  all: readonly FlagDefinition[],
  wordOf: (definition: FlagDefinition) => string | null,
): string[] {
  const firstFiles = new Map<string, string>();
  for (const each of all) {
    const word = wordOf(each);
    if (word !== null && !firstFiles.has(word)) firstFiles.set(word, each.file);
  }
  if (firstFiles.size < 2) return [];
  const said = [...firstFiles].map(([word, file]) => `${file} says ${word}`);
  return [`The definitions of ${JSON.stringify(flag)} contradict each other: ${said.join(', ')}.`];
}

function mergeOne(given: readonly FlagDefinition[]): MergedDefinition {
  const all = [
    ...given.filter(({ entry }) => entry !== null),
    ...given.filter(({ entry }) => entry === null),
  ];
  const entry = all[0]?.entry ?? null;
  const latest = all.reduce((best, each) => (msOf(each) > msOf(best) ? each : best));
  return {
    all,
    entry,
    type: firstSaid(all, 'type'),
    default: firstSaid(all, 'default'),
    purpose: firstSaid(all, 'purpose'),
    target: firstSaid(all, 'target'),
    state: firstSaid(all, 'state'),
    bound: all.some(({ bound }) => bound === true) ? true : firstSaid(all, 'bound'),
    last_modified: latest.last_modified,
    last_modified_by: latest.last_modified_by,
  };
}

function firstSaid<K extends keyof FlagDefinition>(
  all: readonly FlagDefinition[],
  field: K,
): FlagDefinition[K] | null {
  return all.find((each) => each[field] !== null)?.[field] ?? null;
}

function msOf({ last_modified }: FlagDefinition): number {
  return last_modified === null ? Number.NEGATIVE_INFINITY : Date.parse(last_modified);
}
