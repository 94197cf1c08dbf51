import type { Io } from '../io.ts';

/** One thing that happened: a constant word for programs, a sentence for people, and what belongs to it. Never a secret. */
type Entry = {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly sentence: string;
  readonly fields?: Readonly<Record<string, unknown>>;
};
export type Journal = (entry: Entry) => void;

/** A journal on stderr: a line to read on a terminal, else one JSON object a line. */
export function journal(io: Pick<Io, 'stderr' | 'isStderrTty' | 'now'>): Journal {
  return ({ level, event, sentence, fields = {} }) => {
    const time = new Date(io.now()).toISOString();
    if (io.isStderrTty)
      io.stderr(`${time.slice(11, 19)} ${level === 'info' ? '' : `${level}: `}${sentence}\n`);
    else io.stderr(`${JSON.stringify({ time, level, event, sentence, ...fields })}\n`);
  };
}
