import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Fault } from '../fault.ts';
import type { Guard } from './guard.ts';

/** A report that is written again and again until it is stopped. */
export type KeptReport = {
  /** Writes it now. Fault: CANNOT_WRITE. */
  readonly write: () => void;
  /** Writes it a last time and stops. */
  readonly stop: () => void;
};

/**
 * Keeps the guard's report in a file for `haunted prove --guard-report`: now, every `guard.everySeconds`, and when the process ends
 * by itself. The timer does not keep the process alive. Fault CANNOT_WRITE when the first cannot be written; later ones are told
 * to `onProblem`, because a full disk must not stop a service. A signal ends a process without a word: call `stop` for it.
 */
export function keepReport(
  guard: Guard,
  file: string,
  onProblem: (sentence: string) => void = () => {},
): KeptReport {
  const write = (): void => writeReport(guard, file);
  const tryWrite = (): void => {
    try {
      write();
    } catch (error) {
      onProblem(error instanceof Error ? error.message : String(error));
    }
  };
  write();
  const timer = setInterval(tryWrite, guard.everySeconds * 1000);
  timer.unref();
  process.on('exit', tryWrite);
  return {
    write,
    stop: () => {
      clearInterval(timer);
      process.off('exit', tryWrite);
      tryWrite();
    },
  };
}

/** All of it or nothing: the file is made beside and renamed, so nobody reads half a report. */
function writeReport(guard: Guard, file: string): void {
  const beside = path.join(path.dirname(file), `.${path.basename(file).slice(0, 60)}.${randomUUID()}.tmp`);
  try {
    writeFileSync(beside, `${JSON.stringify(guard.report(guard.now()))}\n`, { flag: 'wx' });
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new Fault(
      'CANNOT_WRITE',
      `The guard's report ${file} could not be written (${code}); name a folder that exists and that this process may write to.`,
      { file },
      error,
    );
  }
}
