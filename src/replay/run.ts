import type { Replay } from '../model/replay.ts';
import type { ReplayRun, ReplaySummary } from '../model/replay-run.ts';
import { codesOf, counted, decisiveStop, lastLine, stopsOf } from './outcome.ts';
import type { Played } from './play.ts';

/** A replay that was played, as the document that is printed and drawn. */
export function runOf({ id, title }: Replay, played: readonly Played[]): ReplayRun {
  const stop = decisiveStop(stopsOf(played));
  return {
    schema: 'haunted.replay-run/v1',
    id,
    title,
    outcome: stop?.kind ?? 'not_caught',
    sentence: lastLine(stop),
    moments: played.map(momentOf),
  };
}

function momentOf({ moment, verdict, servers }: Played): ReplayRun['moments'][number] {
  const { time, clock, title, happened, is_assumed, marks, ask } = moment;
  return {
    time,
    clock,
    title,
    happened,
    is_assumed,
    gate: ask?.gate ?? null,
    actor: ask?.actor ?? null,
    verdict: verdict?.verdict ?? null,
    sentence: verdict?.block_reason ?? null,
    findings: counted(verdict?.findings ?? []).map(({ code, hostname, flag }) => ({ code, hostname, flag })),
    servers: [...servers],
    marks,
  };
}

/** A replay that was played, in a line. */
export function summaryOf(replay: Replay, played: readonly Played[]): ReplaySummary {
  const { id, title, outcome, sentence } = runOf(replay, played);
  const stop = decisiveStop(stopsOf(played));
  return {
    id,
    title,
    outcome,
    sentence,
    at: stop?.played.moment.title ?? null,
    gate: stop?.verdict.gate ?? null,
    verdict: stop?.verdict.verdict ?? null,
    codes: [...codesOf(stop?.verdict.findings ?? [])],
    kill_switch: null,
  };
}
