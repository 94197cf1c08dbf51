import { Fault } from '../fault.ts';
import type { StreamLine } from '../model/agent-wire.ts';
import type { AgentClock } from './ports.ts';

export type StreamKeeper = {
  /** Opens the stream and hears it until it ends, always with an error that says why, or until `signal` does. */
  readonly open: (onLine: (line: StreamLine) => void, signal: AbortSignal) => Promise<void>;
  readonly clock: AgentClock;
  /** Told of every line but beats. */
  readonly onLine: (line: Exclude<StreamLine, { type: 'beat' }>) => void;
  /** Told when the stream is open, and with one sentence when it is not. */
  readonly onState: (problem: string | null) => void;
};

/** Three beats of a control plane that sends one every five seconds: whoever is silent for longer is gone. */
const SILENCE_MS = 15_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Keeps the stream of the control plane open: opens it again when it ends or falls silent, after pauses that grow and are spread by
 * chance, so that a thousand agents do not come back in one moment. Returns what ends it.
 */
export function keepStream({ open, clock, onLine, onState }: StreamKeeper): () => void {
  let isOver = false;
  let interrupt: (() => void) | undefined;
  let failures = 0;
  const once = async (): Promise<string> => {
    const call = new AbortController();
    const stop = (): void => call.abort();
    interrupt = stop;
    let isHeard = false;
    let cancel = clock.after(SILENCE_MS, stop);
    const hear = (line: StreamLine): void => {
      cancel();
      cancel = clock.after(SILENCE_MS, stop);
      if (!isHeard) onState(null);
      isHeard = true;
      failures = 0;
      if (line.type !== 'beat') onLine(line);
    };
    const problem = await problemOf(open(hear, call.signal));
    cancel();
    return problem ?? 'The control plane has said nothing for three beats.';
  };
  const pause = async (): Promise<void> => {
    const whole = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures, 10), LONGEST_PAUSE_MS);
    failures += 1;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(whole * (0.5 + clock.random() / 2), resolve);
      interrupt = () => {
        cancel();
        resolve();
      };
    });
  };
  const keep = async (): Promise<void> => {
    for (;;) {
      const problem = await once();
      if (isOver) return;
      onState(problem);
      await pause();
      if (isOver) return;
    }
  };
  void keep();
  return () => {
    isOver = true;
    interrupt?.();
  };
}

async function problemOf(stream: Promise<void>): Promise<string | null> {
  try {
    await stream;
    return null;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}
