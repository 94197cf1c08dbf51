import type { FlagKinds, FlagLifetimeKind } from '../model/flag-lifetimes.ts';

/** The kind that the longest fitting name of haunted.yaml gives; `*` at either end stands for anything. */
export function kindOf(flag: string, kinds: FlagKinds): FlagLifetimeKind | null {
  const [best] = Object.entries(kinds)
    .filter(([pattern]) => fits(flag, pattern))
    .sort(([a], [b]) => b.length - a.length);
  return best?.[1] ?? null;
}

function fits(flag: string, pattern: string): boolean {
  const isOpenBefore = pattern.startsWith('*');
  const isOpenAfter = pattern.endsWith('*');
  const core = pattern.slice(isOpenBefore ? 1 : 0, isOpenAfter ? -1 : undefined);
  if (isOpenBefore && isOpenAfter) return flag.includes(core);
  if (isOpenBefore) return flag.endsWith(core);
  return isOpenAfter ? flag.startsWith(core) : flag === pattern;
}
