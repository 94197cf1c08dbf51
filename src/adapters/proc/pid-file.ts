import { readFileSync, statSync } from 'node:fs';
import { Fault } from '../../fault.ts';
import { isGone } from './errno.ts';
import { clockOffset, earliestStart, readClock } from './kernel-clock.ts';
import { readStat } from './process-stat.ts';
import { cannotRead } from './rights.ts';

const MAX_BYTES = 64;
/** Some daemons write their pid file a moment before they are the process named in it. */
const SLACK_MS = 2_000;

/**
 * The process a pid file names. A file older than the process it names was left by an earlier one, and the id was given to
 * somebody else since. `now` is in epoch milliseconds. Faults: NO_PROCESS, BAD_INPUT, NO_PERMISSION.
 */
export function pidFromFile(file: string, now: number): number {
  const { text, writtenAt } = readPidFile(file);
  const pid = Number(text.trim());
  if (!/^\s*\d{1,10}\s*$/.test(text) || pid < 1)
    throw new Fault('BAD_INPUT', `The pid file ${file} does not hold a process id; is it the right file?`, {
      file,
    });
  const stat = readStat(pid);
  if (
    stat !== null &&
    earliestStart(stat.startTicks, clockOffset(readClock(() => now))) > writtenAt + SLACK_MS
  )
    throw new Fault(
      'NO_PROCESS',
      `The pid file ${file} names process ${pid}, but that one started after the file was written, so the file was left by an earlier process; restart the service or find it another way.`,
      { file, pid },
    );
  return pid;
}

function readPidFile(file: string): { text: string; writtenAt: number } {
  try {
    const stat = statSync(file);
    if (!stat.isFile() || stat.size > MAX_BYTES)
      throw new Fault(
        'BAD_INPUT',
        `${file} is not a pid file: it must be a file of at most ${MAX_BYTES} bytes.`,
        { file },
      );
    return { text: readFileSync(file, 'latin1'), writtenAt: stat.mtimeMs };
  } catch (error) {
    if (isGone(error))
      throw new Fault(
        'NO_PROCESS',
        `The pid file ${file} does not exist; is the service up?`,
        { file },
        error,
      );
    throw cannotRead(file, error);
  }
}
