import type { FlagOwnership } from '../model/flag.ts';
import { functionsOf, saidWords } from './code-functions.ts';
import { typesAgree } from './continuity.ts';
import type { FlagTable } from './registry.ts';

/** One flag that went and another that came in its place, and what shows it. */
export type Rename = {
  readonly from: FlagOwnership;
  readonly to: FlagOwnership;
  readonly by: 'target' | 'purpose' | 'function';
};

// What may show a rename, the surest first: the key two rows must share, or null where a row says too little.
const SIGNS: readonly (readonly [Rename['by'], (row: FlagOwnership) => string | null])[] = [
  ['target', (row) => saidWords(row.target)],
  ['purpose', (row) => saidWords(row.purpose)],
  ['function', (row) => functionsOf(row).join('\n') || null],
];

/**
 * Which flags of a new table are flags of the old one under another name? One that went and one that came, with agreeing types,
 * and the same target, purpose or evaluating functions, which no third flag of either table shares. A rename is no finding:
 * it is told so that people need not guess.
 */
export function renamesBetween(before: FlagTable, after: FlagTable): Rename[] {
  const [was, is] = [aliveIn(before), aliveIn(after)];
  const paired = new Set<FlagOwnership>();
  const renames: Rename[] = [];
  for (const [by, keyOf] of SIGNS) {
    const heirs = Map.groupBy(is, keyOf);
    for (const [key, [from, ...rest]] of Map.groupBy(was, keyOf)) {
      const [to, ...others] = key === null ? [] : (heirs.get(key) ?? []);
      if (from === undefined || to === undefined || rest.length > 0 || others.length > 0) continue;
      const isGone = (after.byFlag.get(from.flag)?.state ?? 'retired') === 'retired';
      if (!isGone || before.byFlag.has(to.flag) || paired.has(from) || paired.has(to)) continue;
      if (!mayBeOne(from, to)) continue;
      paired.add(from).add(to);
      renames.push({ from, to, by });
    }
  }
  return renames.sort((a, b) => (a.to.flag < b.to.flag ? -1 : 1));
}

function aliveIn(table: FlagTable): FlagOwnership[] {
  return [...table.byFlag.values()].filter((row) => row.state !== 'retired');
}

function mayBeOne(from: FlagOwnership, to: FlagOwnership): boolean {
  const [was, is] = [saidWords(from.target), saidWords(to.target)];
  return typesAgree(from.type, to.type) && (was === null || is === null || was === is);
}
