import { alikeFunctions } from '../../src/decide/alike-functions.ts';
import { functionsInCommon } from '../../src/decide/code-functions.ts';
import type { ReleaseFlags } from './judge-chain.ts';

/** Pairs of live flags of one release, and how many of them would pass for one flag, with no word of purpose. */
type HiddenPairs = { readonly pairs: number; readonly byFunction: number; readonly byLikeness: number };

/**
 * How many reuses would go unseen? Suppose that the name of one live flag were given to the code of another of the same release, for each
 * pair of flags whose functions are known: by functions in common, and by likeness where there are none.
 */
export function hiddenPairs(releases: readonly ReleaseFlags[]): HiddenPairs {
  let [pairs, byFunction, byLikeness] = [0, 0, 0];
  for (const { flags } of releases) {
    const live = flags.filter(
      ({ row }) => row.state === 'live' && (row.where ?? []).some(({ symbol }) => symbol !== null),
    );
    for (const [at, { row: one }] of live.entries())
      for (const { row: other } of live.slice(at + 1)) {
        pairs += 1;
        if (functionsInCommon(one.where, other.where).length > 0) byFunction += 1;
        else if (alikeFunctions(one.where, other.where, true).length > 0) byLikeness += 1;
      }
  }
  return { pairs, byFunction, byLikeness };
}
