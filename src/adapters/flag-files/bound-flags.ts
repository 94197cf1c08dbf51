import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import type { BoundFlag } from '../../model/node-report.ts';
import { FlagName, Meaning } from '../../model/text.ts';
import { valueOf } from './flag-value.ts';
import { flagdFlags } from './flagd.ts';

/** A flag file's content as plain values, and what to call it. */
export type FlagText = {
  readonly value: unknown;
  /** Absolute path; becomes the source `file:PATH`. */
  readonly file: string;
};

type Setting = Pick<BoundFlag, 'flag' | 'value' | 'meaning'>;

/**
 * The switches a flag file sets. Any explicit setting binds its flag, `false` and nothing too: the value tells which. Keys of
 * nested maps are joined with dots, lists are no switches and are left out, and a map of a scalar `value`, with or without a
 * `meaning`, is one switch. A flagd file is read as flagd reads it. Fault: BAD_INPUT naming the file and the key.
 */
export function boundFlagsIn({ value, file }: FlagText): BoundFlag[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Fault('BAD_INPUT', `The flag file ${file} must hold a map of flags, not ${kindOf(value)}.`, {
      file,
    });
  const settings = flagdFlags(value, file) ?? flatten(value, '', 0, file);
  if (settings.length > LIMITS.node_flags)
    throw new Fault(
      'TOO_LARGE',
      `The flag file ${file} sets ${settings.length} flags; haunted reports at most ${LIMITS.node_flags}.`,
      { file },
    );
  return settings.map((setting) => checked(setting, file));
}

function flatten(map: object, prefix: string, depth: number, file: string): Setting[] {
  if (depth > LIMITS.depth)
    throw new Fault('BAD_INPUT', `The flag file ${file} is nested deeper than ${LIMITS.depth}.`, { file });
  return Object.entries(merged(map)).flatMap(([key, value]): Setting[] => {
    if (prefix === '' && key === '$schema') return [];
    const flag = `${prefix}${key}`;
    if (Array.isArray(value)) return [];
    if (value === null || typeof value !== 'object') return [{ flag, value: valueOf(value) }];
    if (value instanceof Date) return [{ flag, value: value.toISOString() }];
    return entryOf(flag, value, file) ?? flatten(value, `${flag}.`, depth + 1, file);
  });
}

/** YAML's `<<` is a word to YAML 1.2 and a merge to most programs that read config; here it is a merge. */
function merged(map: object): Record<string, unknown> {
  const entries = Object.entries(map);
  const base = entries
    .filter(([key]) => key === '<<')
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]) as unknown[]);
  const maps = base.filter((each): each is object => each !== null && typeof each === 'object');
  const own = Object.fromEntries(entries.filter(([key]) => key !== '<<'));
  return Object.assign(Object.create(null), ...maps.toReversed().map(merged), own) as Record<string, unknown>;
}

/** `{ value: true, meaning: "m:…" }`; null when the map is something else. */
function entryOf(flag: string, map: object, file: string): Setting[] | null {
  const { value, meaning, ...others } = map as { value?: unknown; meaning?: unknown };
  const isScalar = value !== undefined && (value === null || typeof value !== 'object');
  if (!isScalar || Object.keys(others).length > 0) return null;
  if (meaning === undefined) return [{ flag, value: valueOf(value) }];
  const parsed = Meaning.nullable().safeParse(meaning);
  if (!parsed.success)
    throw new Fault(
      'BAD_INPUT',
      `The flag file ${file}: the meaning of ${JSON.stringify(flag)} must be a text of 1 to ${LIMITS.name} characters.`,
      { file, flag },
    );
  return [{ flag, value: valueOf(value), meaning: parsed.data }];
}

function checked(setting: Setting, file: string): BoundFlag {
  if (FlagName.safeParse(setting.flag).success) return { ...setting, source: `file:${file}` };
  throw new Fault(
    'BAD_INPUT',
    `The flag file ${file}: ${JSON.stringify(setting.flag.slice(0, 80))} is no flag name: it must have 1 to ${LIMITS.name} characters, none of them control characters.`,
    { file },
  );
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
