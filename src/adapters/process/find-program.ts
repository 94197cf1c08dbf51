import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '../../fault.ts';
import { quoted } from '../../model/quoted.ts';

/**
 * Can this program be run, by the words of execvp(3)? Asked before anything is begun, because a change whose command does not exist
 * helps nobody. Faults: NOT_FOUND, NO_PERMISSION.
 */
export function requireProgram(
  name: string,
  { cwd, searchPath }: { readonly cwd: string; readonly searchPath: string },
): void {
  const folders = name.includes('/') ? [''] : searchPath.split(':').map((folder) => folder || '.');
  const files = folders.map((folder) => path.resolve(cwd, folder, name));
  if (files.some(isProgram)) return;
  const there = files.find((file) => kindOf(file) === 'file');
  if (there !== undefined)
    throw new Fault(
      'NO_PERMISSION',
      `The command ${quoted(name)} may not be run: ${there} is not executable.`,
    );
  if (name.includes('/') && files.some((file) => kindOf(file) === 'folder'))
    throw new Fault(
      'NOT_FOUND',
      `The command ${quoted(name)} is a folder, and no program; nothing was begun.`,
    );
  throw new Fault(
    'NOT_FOUND',
    `The command ${quoted(name)} is not there${name.includes('/') ? '' : ' in any folder of PATH'}; nothing was begun.`,
  );
}

/** Null for what is not there, or cannot be looked at: a folder of PATH may be closed to us. */
function kindOf(file: string): 'file' | 'folder' | null {
  try {
    const stats = statSync(file);
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : null;
  } catch {
    return null;
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return kindOf(file) === 'file';
  } catch {
    return false;
  }
}
