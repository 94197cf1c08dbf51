import { closeSync, openSync, readSync } from 'node:fs';

/** Which process ids were given out between two looks. */
export type NewestPids = {
  /** The ids given out since the last call, oldest first. Null when there were too many to say, or when the ids started over. */
  readonly sinceLast: () => readonly number[] | null;
  readonly close: () => void;
};

const MOST = 512;

/**
 * The kernel says in /proc/loadavg which id it gave out last (proc_loadavg(5)); ids go upwards until they start over. Threads have ids
 * of their own, so not every one is a process. Reading that costs some microseconds, where asking for all processes costs milliseconds.
 */
export function newestPids(): NewestPids {
  const fd = openSync('/proc/loadavg', 'r');
  const bytes = Buffer.alloc(256);
  const last = (): number => {
    const text = bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0));
    return Number(text.slice(text.lastIndexOf(' ') + 1));
  };
  let newest = last();
  return {
    sinceLast: () => {
      const before = newest;
      newest = last();
      if (newest < before || newest - before > MOST) return null;
      return Array.from({ length: newest - before }, (_item, at) => before + 1 + at);
    },
    close: () => closeSync(fd),
  };
}
