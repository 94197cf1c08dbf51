import type {
  EvidenceGrade,
  IncidentActor,
  Match,
  RollbackType,
  WrongKind,
} from '../model/incident-terms.ts';
import type { ReplayRun, ServerState } from '../model/replay-run.ts';

/** One moment of a replay. */
export type ReplayedMoment = ReplayRun['moments'][number];

/** A word of the documents as people write it: `wrong_package` is wrong package. */
export function plain(word: string): string {
  return word.replaceAll('_', ' ');
}

/** The same at the beginning of a sentence. */
export function titled(word: string): string {
  const text = plain(word);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** How a rollback ended, coarsely, for its colour: badly for nodes that were well, well, or somewhere between. */
export const MOOD_BY_TYPE = {
  promoted_wrong_state: 'bad',
  buried: 'poor',
  persisted_elsewhere: 'poor',
  failed_to_apply: 'poor',
  no_safe_target: 'poor',
  killed: 'held',
  paused: 'held',
  scoped: 'held',
  clean: 'good',
  unknown: 'open',
} as const satisfies Record<RollbackType, string>;

export const ACTOR_WORDS: Readonly<Record<IncidentActor, string>> = {
  operator: 'people',
  automation: 'automation',
  both: 'people and automation',
};

export const GRADE_MEANINGS: Readonly<Record<EvidenceGrade, string>> = {
  confirmed: 'A primary source says it, and the words were read.',
  partial: 'There is a primary source, and what decides is not in it or was not read.',
  fog: 'No public primary source was found or read.',
};

export const KIND_MEANINGS: Readonly<Record<WrongKind, string>> = {
  wrong_source_of_truth: 'It came from a source that was stale or false.',
  wrong_package: 'It was put together or carried wrongly.',
  wrong_meaning: 'It was right by itself and meant something else where it arrived.',
  none: 'The action brought no wrong state.',
};

export const MATCH_WORDS: Readonly<Record<Match, string>> = {
  yes: 'yes',
  in_part: 'in part',
  no: 'no',
  not_stated: 'not stated',
};

/** `1 incident`, `2 incidents`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** What a replay through the gate ended with. */
export const OUTCOME_WORDS: Readonly<Record<ReplayRun['outcome'], string>> = {
  blocked_before_harm: 'blocked before the harm',
  blocked_at_button: 'blocked at the button',
  caught_after: 'caught after',
  not_caught: 'not caught',
};

export const MOOD_BY_OUTCOME = {
  blocked_before_harm: 'good',
  blocked_at_button: 'good',
  caught_after: 'poor',
  not_caught: 'bad',
} as const satisfies Record<ReplayRun['outcome'], string>;

/** What a state of a server means, in the words of the replay document. */
export const STATE_MEANINGS: Readonly<Record<ServerState, string>> = {
  right: 'does what it should',
  haunted: 'does not, by the record',
  silent: 'gives no report',
  out: 'takes no live traffic',
};

/** What the verdict means for a colour: yes, no, or not yet. */
export function moodOfVerdict(verdict: ReplayedMoment['verdict']): 'good' | 'bad' | 'poor' | 'open' {
  if (verdict === null) return 'open';
  if (verdict === 'HOLD') return 'poor';
  return verdict === 'PROVEN' || verdict.startsWith('ALLOW') ? 'good' : 'bad';
}
