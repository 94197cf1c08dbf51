import { Fault } from '../../fault.ts';

/** The fault of a definition file that cannot be used: `FILE:LINE` and a clause that begins with a verb. */
export function brokenFile(file: string, line: number | null, clause: string, cause?: unknown): Fault {
  const place = line === null ? file : `${file}:${line}`;
  return new Fault('BAD_INPUT', `${place} ${clause}.`, { file, line }, cause);
}
