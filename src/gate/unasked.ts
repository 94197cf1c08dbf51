import type { ClusterState } from '../ledger/state.ts';

type Ended = NonNullable<ClusterState['last_change']> & {
  readonly ended: NonNullable<NonNullable<ClusterState['last_change']>['ended']>;
};

/**
 * The last change, when it ended and nobody has asked the servers since: whoever ended it was stopped before that, so what they run is not
 * known. Null else.
 */
export function unaskedChange({
  change,
  last_change: last,
}: Pick<ClusterState, 'change' | 'last_change'>): Ended | null {
  if (change !== null || last === null || last.ended === null || last.asked !== null) return null;
  return { ...last, ended: last.ended };
}
