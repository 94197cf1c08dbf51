import { Replay, type Variation } from '../model/replay.ts';
import { mergePatch } from './merge-patch.ts';
import { decisiveStop, codesOf, stopsOf } from './outcome.ts';
import type { Played } from './play.ts';
import { play } from './play.ts';
import type { Keys } from './stage.ts';

/** A variation that was played, and in which way it did not come out as it should; nothing when it did. */
export type Tried = { readonly title: string; readonly troubles: readonly string[] };

/** The replay with some facts changed. Throws when the patch makes no replay of it: that is a mistake in the replay. */
export function patched(replay: Replay, patch: unknown): Replay {
  return Replay.parse(mergePatch(replay, patch));
}

/** Does the record, as it stands, get the answers that the replay expects? */
export function troublesOf(replay: Replay, played: readonly Played[]): readonly string[] {
  const outcome = decisiveStop(stopsOf(played))?.kind ?? 'not_caught';
  return [
    ...played.flatMap(({ name, moment, verdict }) => {
      const wanted = wordsOf(
        moment.expect === null ? null : moment.expect.verdict,
        moment.expect?.codes ?? [],
      );
      const got = wordsOf(verdict?.verdict ?? null, codesOf(verdict?.findings ?? []));
      return wanted === got ? [] : [`${name}: expected ${wanted}, and the gate says ${got}`];
    }),
    ...(outcome === replay.outcome ? [] : [`expected ${replay.outcome}, and it is ${outcome}`]),
  ];
}

function wordsOf(verdict: string | null, codes: readonly string[]): string {
  if (verdict === null) return 'nothing';
  return codes.length === 0 ? verdict : `${verdict} by ${[...codes].sort().join(', ')}`;
}

/** One fact changed: the verdicts named change as named, and every other stays as it was. */
export async function tryVariation(replay: Replay, variation: Variation, keys: Keys): Promise<Tried> {
  const { title, patch, expect, outcome } = variation;
  const moments: Record<string, unknown> = {};
  for (const [name, expected] of Object.entries(expect)) moments[name] = { expect: expected };
  const changed = patched(replay, patch);
  const expected = patched(changed, { moments, ...(outcome === undefined ? {} : { outcome }) });
  return { title, troubles: troublesOf(expected, await play(expected, keys)) };
}

/** The incident as it should have gone: the gate says yes wherever a no would have counted. */
export async function tryCleanTwin(replay: Replay, keys: Keys): Promise<Tried> {
  const { title, patch } = replay.clean_twin;
  const played = await play(patched(replay, patch), keys);
  const asked = played.filter(
    ({ moment, verdict }) => verdict !== null && moment.ask?.a_no_here !== 'beside',
  );
  const noes = asked.filter(({ verdict }) => verdict !== null && verdict.block_reason !== null);
  const last = played.at(-1);
  const harmed = last?.servers.some(({ state }) => state === 'haunted') === true;
  return {
    title: `clean twin: ${title}`,
    troubles: [
      ...(asked.length === 0 ? ['the clean twin asks nothing'] : []),
      ...noes.map(
        ({ name, verdict }) => `${name}: the clean twin gets ${verdict?.verdict}: ${verdict?.block_reason}`,
      ),
      ...(harmed ? ['a server of the clean twin is haunted in the end'] : []),
    ],
  };
}
