import { Fault } from '../../fault.ts';
import type { Watch } from '../../gate/gate.ts';
import type { Io } from '../io.ts';

const SHOWN = 5;

/**
 * Tells whoever waits on a terminal who has answered: one line, written over. What moved is said on a line of its own everywhere. Fault INTERRUPTED
 * after Ctrl-C, as long as nothing has begun.
 */
export function watching(io: Io): Watch & { readonly done: () => void } {
  const waiting = new Set<string>();
  let all = 0;
  const clear = (): void => {
    if (io.isStderrTty && all > 0) io.stderr('\r\u001b[K');
  };
  const show = (): void => {
    if (!io.isStderrTty) return;
    const missing = [...waiting].slice(0, SHOWN).join(', ');
    const more = waiting.size > SHOWN ? ` and ${waiting.size - SHOWN} more` : '';
    const rest = waiting.size === 0 ? '' : `; waiting for ${missing}${more}`;
    io.stderr(`\r\u001b[K${all - waiting.size}/${all} answered${rest}`);
  };
  return {
    asking: (hostnames) => {
      waiting.clear();
      for (const host of hostnames) waiting.add(host);
      all = waiting.size;
      show();
    },
    answered: ({ hostname }) => {
      waiting.delete(hostname);
      show();
    },
    moved: (sentence) => {
      clear();
      io.stderr(`haunted: ${sentence}\n`);
    },
    stillWanted: () => {
      if (!io.signal.aborted) return;
      clear();
      throw new Fault('INTERRUPTED', 'It was interrupted while the servers were asked; nothing was begun.');
    },
    done: clear,
  };
}
