import { Fault } from '../../fault.ts';
import type { BoundFlag } from '../../model/node-report.ts';
import { valueOf } from './flag-value.ts';

type Setting = Pick<BoundFlag, 'flag' | 'value' | 'meaning'>;
type FlagdFlag = {
  readonly key?: unknown;
  readonly state?: unknown;
  readonly variants?: unknown;
  readonly defaultVariant?: unknown;
  readonly targeting?: unknown;
  readonly metadata?: unknown;
};

/**
 * The flags of a flagd definition (flagd.dev/schema/v0/flags.json): `flags` is a map, or a list of flags with a `key`. Null when
 * the file is not one. A value is known only when it is the same for every caller: enabled, with a default variant and no
 * targeting. A DISABLED flag makes the caller fall back to its own default, so it is bound and its value is not known.
 * The flag's or the set's metadata sets the meaning: `haunted.meaning`, as the guard reads it, or `meaning`. Fault: BAD_INPUT for
 * a list entry without a key.
 */
export function flagdFlags(document: object, file: string): Setting[] | null {
  const flags: unknown = (document as { flags?: unknown }).flags;
  if (flags === null || typeof flags !== 'object') return null;
  const entries: (readonly [unknown, unknown])[] = Array.isArray(flags)
    ? flags.map((each: unknown) => [(each as FlagdFlag | null)?.key, each] as const)
    : Object.entries(flags);
  if (!entries.some(([, flag]) => isFlagdFlag(flag))) return null;
  return entries.map(([name, flag]) => {
    if (typeof name !== 'string' || name === '' || !isObject(flag))
      throw new Fault('BAD_INPUT', `The flagd file ${file} has an entry that is no flag with a key.`, {
        file,
      });
    return { flag: name, value: valueOfFlag(flag), ...meaningOf(flag, document) };
  });
}

function isFlagdFlag(value: unknown): value is FlagdFlag {
  return (
    isObject(value) &&
    ('variants' in value ||
      'defaultVariant' in value ||
      value.state === 'ENABLED' ||
      value.state === 'DISABLED')
  );
}

function isObject(value: unknown): value is FlagdFlag {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function valueOfFlag({ state, variants, defaultVariant, targeting }: FlagdFlag): BoundFlag['value'] {
  const isTargeted = isObject(targeting) && Object.keys(targeting).length > 0;
  if (state === 'DISABLED' || isTargeted || typeof defaultVariant !== 'string' || !isObject(variants))
    return null;
  return valueOf(
    Object.hasOwn(variants, defaultVariant) ? (variants as Record<string, unknown>)[defaultVariant] : null,
  );
}

/** A flag's own metadata goes before that of the set, as flagd merges them. */
function meaningOf(flag: FlagdFlag, set: FlagdFlag): Pick<Setting, 'meaning'> {
  const [own, shared] = [metadataOf(flag), metadataOf(set)];
  const meaning = own['haunted.meaning'] ?? own['meaning'] ?? shared['haunted.meaning'];
  return typeof meaning === 'string' && meaning !== '' && meaning.length <= 256 ? { meaning } : {};
}

function metadataOf({ metadata }: FlagdFlag): Readonly<Record<string, unknown>> {
  return isObject(metadata) ? { ...metadata } : {};
}
