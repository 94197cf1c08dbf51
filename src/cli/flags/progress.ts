import type { Io } from '../io.ts';

const EVERY = 50;

/** One line on a terminal's stderr, written over, that says how far the reading is; silent elsewhere. */
export function readingProgress(io: Io): {
  readonly step: (done: number, total: number) => void;
  readonly clear: () => void;
} {
  if (!io.isStderrTty) return { step: () => undefined, clear: () => undefined };
  let shown = -1;
  return {
    step: (done, total) => {
      if (done < total && done - shown < EVERY) return;
      shown = done;
      io.stderr(`\r\u001b[K${done}/${total} files read`);
    },
    clear: () => io.stderr('\r\u001b[K'),
  };
}
