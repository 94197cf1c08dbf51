import { etagOf, evaluationAnswer, refusalAnswer, unavailableAnswer } from './answer.ts';
import type { Answer, Outcome } from './answer.ts';
import type { BulkEvaluation, FlagContext, FlagSource, Freshness } from './flag-source.ts';
import { isRow, rowOrRefusal, standingProblem } from './ownership.ts';
import type { OwnershipView, Refusal } from './ownership.ts';
import type { RunningBinary } from './running-binary.ts';
import type { Tally } from './tally.ts';

/** The manifest in force here; it may be replaced while we run. */
export type HeldManifest = {
  readonly view: () => OwnershipView;
  readonly onChange: (listener: () => void) => () => void;
};

export type GuardParts = {
  readonly manifest: HeldManifest;
  readonly running: RunningBinary;
  readonly source: FlagSource;
  readonly tally: Tally;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/** Flags as the binary that runs here may see them. */
export type GuardedFlags = {
  readonly one: (flag: string, context: FlagContext) => Promise<Answer>;
  /** The body of a bulk answer without its event streams. */
  readonly all: (context: FlagContext, freshness: Freshness) => Promise<Answer>;
  /** Why nothing is answered now; null when flags are. */
  readonly problem: () => Promise<Refusal | null>;
  /** Names everything that answers depend on: source, manifest and running binary. */
  readonly version: () => Promise<string>;
};

/** Puts the ownership view in front of a source. A source is asked only for flags that are live in the running binary. */
export function guardedFlags(parts: GuardParts): GuardedFlags {
  const { manifest, running, source, now } = parts;

  const problemOf = async (view: OwnershipView): Promise<Refusal | null> => {
    const look = await running.look();
    if (look.ok) parts.tally.startFor(look.sha256);
    return standingProblem(view, look, now());
  };

  const counted = (flag: string, outcome: Outcome): Answer => {
    parts.tally.count(flag, outcome, now());
    return outcome.answer;
  };

  /** Asks the source between two looks at what runs: a slow one must not let a value out for a binary that has left meanwhile. */
  const between = async <T>(ask: (view: OwnershipView) => Promise<T>): Promise<Between<T>> => {
    const view = manifest.view();
    const before = await problemOf(view);
    if (before !== null) return { view, problem: before };
    const said = await ask(view);
    const newest = manifest.view();
    const after = await problemOf(newest);
    if (after !== null) return { view: newest, problem: after };
    return { view: newest, problem: null, said };
  };

  const one = async (flag: string, context: FlagContext): Promise<Answer> => {
    const { view, problem, said } = await between(async (view) =>
      isRow(rowOrRefusal(view, flag)) ? await source.evaluate(flag, context) : null,
    );
    if (problem !== null) return counted(flag, refusalAnswer(flag, problem));
    const row = rowOrRefusal(view, flag);
    if (!isRow(row)) return counted(flag, refusalAnswer(flag, row));
    // The manifest changed while we asked, and the flag became this binary's only then: the next call gets it.
    if (said === null) return counted(flag, evaluationAnswer(view, row, { kind: 'not_found' }));
    return counted(flag, evaluationAnswer(view, row, said));
  };

  const all = async (context: FlagContext, freshness: Freshness): Promise<Answer> => {
    const { view, problem, said } = await between((view) =>
      source.evaluateAll(view.liveFlags, context, freshness),
    );
    if (problem !== null) return allRefused(view, problem);
    return bulkAnswer(view, said);
  };

  /**
   * A bulk caller keeps what it got until it gets something else, so a 400 or 500 would leave values in use that are nobody's here. A 200
   * in which each flag has failed replaces them, and the caller falls back to its own defaults.
   */
  const allRefused = (view: OwnershipView, problem: Refusal): Answer => {
    const flags = view.liveFlags.map((flag) => counted(flag, refusalAnswer(flag, problem)).body);
    return { status: 200, body: { flags, metadata: setMetadata(view, problem) } };
  };

  const bulkAnswer = (view: OwnershipView, said: BulkEvaluation): Answer => {
    if (said.kind === 'unavailable') return unavailableAnswer({ errorCode: 'GENERAL' }, said);
    if (said.kind === 'failed')
      return { status: 400, body: { errorCode: said.code, errorDetails: said.detail } };
    const flags = view.liveFlags.flatMap((flag) => {
      const row = rowOrRefusal(view, flag);
      const evaluation = said.byFlag.get(flag);
      // A flag that is not there is what FLAG_NOT_FOUND means; the schema of a bulk answer has no such code.
      if (!isRow(row) || evaluation === undefined || evaluation.kind === 'not_found') return [];
      return [counted(flag, evaluationAnswer(view, row, evaluation)).body];
    });
    return { status: 200, body: { flags, metadata: setMetadata(view, null) } };
  };

  return {
    one,
    all,
    problem: () => problemOf(manifest.view()),
    version: async () => {
      const view = manifest.view();
      const problem = await problemOf(view);
      const look = await running.look();
      return etagOf(
        JSON.stringify([
          view.manifest.manifest_sha256,
          problem?.code ?? null,
          look.ok ? look.sha256 : null,
          source.version(),
        ]),
      ).replaceAll('"', '');
    },
  };
}

type Between<T> =
  | { readonly view: OwnershipView; readonly problem: Refusal; readonly said?: undefined }
  | { readonly view: OwnershipView; readonly problem: null; readonly said: T };

function setMetadata({ manifest }: OwnershipView, problem: Refusal | null): Record<string, string | number> {
  return {
    'haunted.cluster': manifest.cluster,
    'haunted.manifest_sha256': manifest.manifest_sha256,
    'haunted.generation': manifest.generation,
    'haunted.binary_sha256': manifest.binary_sha256,
    ...(problem === null ? {} : { 'haunted.refused': problem.code }),
  };
}
