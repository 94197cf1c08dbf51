import type { FlagDefinition } from '../../model/flag-definition.ts';
import type { FlagType } from '../../model/flag.ts';
import { LIMITS } from '../../model/limits.ts';
import { scalarOf, type MaybeTree, type Tree } from './tree.ts';

/** Of which type is a value? Null for nothing. A number is a number: no value shows whether the code reads it as whole. */
export function typeOfValue(tree: MaybeTree): FlagType | null {
  if (tree === null) return null;
  if (tree.kind !== 'scalar') return 'object';
  if (typeof tree.value === 'boolean') return 'boolean';
  if (typeof tree.value === 'number') return 'number';
  return typeof tree.value === 'string' ? 'string' : null;
}

/** The type that all these values have, nothing aside; null when they have none or several. */
export function commonType(values: readonly Tree[]): FlagType | null {
  const types = new Set(values.map(typeOfValue).filter((type) => type !== null));
  const [only = null] = types;
  return types.size === 1 ? only : null;
}

/** A value as a definition's default; null when it is a map, a list, nothing, too long, or no number that JSON can hold. */
export function defaultOf(tree: MaybeTree): FlagDefinition['default'] {
  const value = scalarOf(tree);
  if (typeof value === 'string') return value.length > LIMITS.text || !value.isWellFormed() ? null : value;
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/** Whether something is on anywhere, of what each place says; null when no place says it. */
export function isOnAnywhere(said: readonly (boolean | null)[]): boolean | null {
  if (said.includes(true)) return true;
  return said.includes(false) ? false : null;
}
