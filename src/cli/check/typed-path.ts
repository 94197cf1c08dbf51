import path from 'node:path';

/** The name under which this process can open a file that was typed in `cwd`: as typed when the process stands there itself. */
export function typedPath(file: string, cwd: string): string {
  const absolute = path.resolve(cwd, file);
  return path.resolve(file) === absolute ? file : absolute;
}
