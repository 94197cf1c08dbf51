import type { Finding } from '../model/finding.ts';
import type { ReplayOutcome } from '../model/replay-run.ts';
import type { Played } from './play.ts';

/** A moment at which the gate said no, and a no counts. */
export type Stop = {
  readonly played: Played;
  readonly verdict: NonNullable<Played['verdict']>;
  readonly kind: Exclude<ReplayOutcome, 'not_caught'>;
};

/**
 * Where did the gate stop it? A no counts where the replay says that it bears on the harm: before the harm and before the button;
 * at the button, as long as it could still prevent; or afterwards, when it can only show. The best of them is the outcome.
 */
export function stopsOf(moments: readonly Played[]): readonly Stop[] {
  const button = firstMark(moments, 'button');
  const harm = firstMark(moments, 'harm');
  return moments.flatMap((played, at): Stop[] => {
    const { verdict, moment } = played;
    if (verdict === null || verdict.block_reason === null || moment.ask === null) return [];
    // What we made up must not decide how we fare.
    if (moment.is_assumed) return [];
    const worth = moment.ask.a_no_here;
    if (worth === 'beside') return [];
    if (worth === 'too_late') return [{ played, verdict, kind: 'caught_after' }];
    const isAtButton = moment.marks === 'button';
    const isBefore = at < button && at < harm;
    const kind = isAtButton ? 'blocked_at_button' : isBefore ? 'blocked_before_harm' : 'caught_after';
    return [{ played, verdict, kind }];
  });
}

function firstMark(moments: readonly Played[], mark: 'button' | 'harm'): number {
  const at = moments.findIndex(({ moment }) => moment.marks === mark);
  return at === -1 ? moments.length : at;
}

const BEST_FIRST = ['blocked_before_harm', 'blocked_at_button', 'caught_after'] as const;

/** The stop that decides; null when there was none. */
export function decisiveStop(stops: readonly Stop[]): Stop | null {
  for (const kind of BEST_FIRST) {
    const found = stops.find((stop) => stop.kind === kind);
    if (found !== undefined) return found;
  }
  return null;
}

const WORDS: Readonly<Record<ReplayOutcome, string>> = {
  blocked_before_harm: 'Blocked before the harm',
  blocked_at_button: 'Blocked at the button',
  caught_after: 'Caught after',
  not_caught: 'NOT CAUGHT',
};

export function outcomeWords(outcome: ReplayOutcome): string {
  return WORDS[outcome];
}

/** The last line of a replay. */
export function lastLine(stop: Stop | null): string {
  if (stop === null) return `${WORDS.not_caught}: no gate of ours said no where a no would have counted.`;
  const { played, verdict, kind } = stop;
  const { moment } = played;
  const codes = codesOf(verdict.findings).join(', ');
  const when = moment.clock === null ? '' : ` (${moment.clock})`;
  return `${WORDS[kind]}: ${verdict.verdict} at “${moment.title}”${when}, by ${codes}.`;
}

/** The codes that counted in a verdict, sorted, each once. */
export function codesOf(findings: readonly Finding[]): readonly Finding['code'][] {
  return [...new Set(counted(findings).map(({ code }) => code))].sort();
}

export function counted(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ effect }) => effect !== 'none');
}
