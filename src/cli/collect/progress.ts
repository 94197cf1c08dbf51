import type { Io } from '../io.ts';

/** Tells a person who waits how far it is. */
export type Progress = {
  readonly step: (name: string, ok: boolean) => void;
  /** Takes the line away. */
  readonly clear: () => void;
};

const SHOWN = 5;

/** One line on a terminal's stderr, written over: how many of `names` have answered, and who has not. Silent elsewhere. */
export function progressOn(io: Io, names: readonly string[]): Progress {
  if (!io.isStderrTty) return { step: () => undefined, clear: () => undefined };
  const waiting = new Set(names);
  let failed = 0;
  const clear = (): void => io.stderr('\r\u001b[K');
  const show = (): void => {
    const missing = [...waiting].slice(0, SHOWN).join(', ');
    const more = waiting.size > SHOWN ? ` and ${waiting.size - SHOWN} more` : '';
    const wrong = failed === 0 ? '' : `, ${failed} without a report`;
    const rest = waiting.size === 0 ? '' : `; waiting for ${missing}${more}`;
    io.stderr(`\r\u001b[K${names.length - waiting.size}/${names.length} answered${wrong}${rest}`);
  };
  show();
  return {
    step: (name, ok) => {
      waiting.delete(name);
      if (!ok) failed += 1;
      show();
    },
    clear,
  };
}
