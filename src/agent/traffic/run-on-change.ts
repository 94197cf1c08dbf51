import type { Readiness, ReadinessSource } from './readiness.ts';
import { runHook } from './run-hook.ts';
import { readinessOf, saidReason } from './said-reason.ts';

export type ChangeHook = {
  readonly source: ReadinessSource;
  /** A program and its first words; `up` or `down` and the reason follow them. Run without a shell. */
  readonly command: readonly string[];
  /** Told once of each run that failed, in one sentence. */
  readonly onProblem: (sentence: string) => void;
  /** How long one run may take, in milliseconds. */
  readonly limitMs?: number;
  /** The environment of the program; PATH alone by default, so that no secret of the agent gets there. */
  readonly env?: Readonly<Record<string, string>>;
};

export type RunningHook = {
  /** Lets the run under way end, then tells `down`: nobody vouches for the server from here on. */
  readonly close: () => Promise<void>;
};

const STOPPED: Readiness = { ready: false, reason: 'the agent stopped' };

/**
 * Runs a program with `up` or `down` at the start and on every change. One run at a time; of the changes meanwhile only the newest is told. A
 * run that failed is not repeated: the next change is.
 */
export function runOnChange({
  source,
  command,
  onProblem,
  limitMs = 10_000,
  env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
}: ChangeHook): RunningHook {
  let told: Readiness | null = null;
  let wanted: Readiness | null = null;
  let working = Promise.resolve();
  let isWorking = false;

  const work = async (): Promise<void> => {
    while (wanted !== null) {
      const state: Readiness = wanted;
      wanted = null;
      if (isSame(told, state)) continue;
      told = state;
      const problem = await runHook({
        command: [...command, state.ready ? 'up' : 'down', state.reason],
        input: `${JSON.stringify(state)}\n`,
        limitMs,
        env,
      });
      if (problem !== null) onProblem(problem);
    }
    isWorking = false;
  };
  const tell = ({ ready, reason }: Readiness): void => {
    wanted = { ready, reason: saidReason(reason) };
    if (isWorking) return;
    isWorking = true;
    working = work();
  };

  tell(readinessOf(source));
  const ignore = source.onChange(tell);
  return {
    close: async () => {
      ignore();
      tell(STOPPED);
      await working;
    },
  };
}

function isSame(told: Readiness | null, state: Readiness): boolean {
  if (told === null || told.ready !== state.ready) return false;
  // A server that is out and stays out is told why, when the reason is another one.
  return state.ready || told.reason === state.reason;
}
