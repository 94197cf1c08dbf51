import type { FlagOwnership, FlagState, FlagType } from '../model/flag.ts';
import type { GuardRefusalCode } from '../model/guard-report.ts';
import type { Manifest } from '../model/manifest.ts';

/** The types of value an OpenFeature client can ask for. */
export type ValueKind = 'boolean' | 'string' | 'number' | 'object';

/** What the guard counts about one flag that the code asks for. */
export type FlagCount = {
  evaluated: number;
  ignored: number;
  refused: Partial<Record<GuardRefusalCode, number>>;
  /** Epoch milliseconds; 0 for never. */
  lastSeenAt: number;
  /** What the provider last said the flag means; null when it did not say. */
  saidMeaning: string | null;
  /** Whether anything but the code's own default ever gave it a value, or the guard refused it. */
  isBound: boolean;
};

/** One row of the flag ownership table, as an evaluation asks it. */
export type FlagRule = {
  readonly row: FlagOwnership;
  readonly meaning: string;
  /** Null when the table does not say. */
  readonly kind: ValueKind | null;
  readonly isInteger: boolean;
  /** Why the flag is refused whatever is asked; null when it is alive here. */
  readonly standing: GuardRefusalCode | null;
  /** The code is gone, and who wrote the row said that the flag may then be ignored. */
  readonly isIgnored: boolean;
  readonly count: FlagCount;
};

const KIND: Record<FlagType, ValueKind> = {
  boolean: 'boolean',
  string: 'string',
  number: 'number',
  integer: 'number',
  float: 'number',
  object: 'object',
};

/** `dormant_but_bound` counts as alive: that somebody set it is for the gates to say, and code that is in use must not lose it. */
const STANDING: Record<FlagState, GuardRefusalCode | null> = {
  live: null,
  dormant_but_bound: null,
  dormant: 'flag_dormant',
  shackled: 'flag_shackled',
  retired: 'flag_retired',
};

export function newCount(): FlagCount {
  return { evaluated: 0, ignored: 0, refused: {}, lastSeenAt: 0, saidMeaning: null, isBound: false };
}

/** The flag ownership table of a manifest, ready to be asked at every evaluation. */
export function flagRules({ flag_ownership_table: table }: Manifest): Map<string, FlagRule> {
  return new Map(table.map((row) => [row.flag, ruleOf(row)]));
}

function ruleOf(row: FlagOwnership): FlagRule {
  return {
    row,
    meaning: row.meaning,
    kind: row.type === undefined ? null : KIND[row.type],
    isInteger: row.type === 'integer',
    standing: STANDING[row.state],
    isIgnored: row.state === 'retired' && row.unaware === 'ignore',
    count: newCount(),
  };
}
