import { readlinkSync } from 'node:fs';
import { Fault } from '../../fault.ts';
import { readEnvironment } from './environment.ts';
import { isForbidden } from './errno.ts';
import { resolveBelow, rootOf, shownName, withoutMark } from './kernel-path.ts';
import { openFilesOf } from './open-files.ts';
import { readArguments } from './process-stat.ts';
import type { TreeEntry } from './release-tree.ts';
import { mayNotRead } from './rights.ts';
import type { RunningBinary } from './running-binary.ts';

/** Search paths of the common interpreters: where code comes from when neither folder nor arguments say so. */
const SEARCH_PATHS = ['NODE_PATH', 'PYTHONPATH', 'VIRTUAL_ENV', 'CLASSPATH', 'RUBYLIB', 'GEM_HOME'];

/**
 * Refuses a tree that nothing ties to the process: neither its binary, its current folder, its arguments, its open files nor a
 * search path lie in it. The digest of some other directory would prove nothing. Faults: BAD_INPUT, NO_PERMISSION.
 */
export function checkTreeBelongs(running: RunningBinary, folder: string): void {
  const { pid } = running.process;
  const isInside = (name: string): boolean => {
    const bare = withoutMark(name) ?? name;
    return bare === folder || bare.startsWith(folder === '/' ? '/' : `${folder}/`);
  };
  const root = rootOf(pid);
  const isNamedInside = (text: string, base: string): boolean =>
    namesIn(text).some((name) => {
      const full = name.startsWith('/') ? name : `${base}/${name}`;
      return isInside(full) || isInside(resolveBelow(root, full)?.inside ?? '');
    });
  const cwd = workingFolder(pid);
  if (isInside(running.link) || isInside(cwd)) return;
  if (readArguments(pid).some((arg) => isNamedInside(latin1(arg), cwd))) return;
  if ((openFilesOf(pid) ?? []).some(({ link }) => isInside(link))) return;
  const environment = readEnvironment(pid);
  if (environment.some(({ name, value }) => SEARCH_PATHS.includes(name) && isNamedInside(latin1(value), cwd)))
    return;
  throw new Fault(
    'BAD_INPUT',
    `Nothing ties process ${pid} to the tree ${shownName(folder)}: its folder (${shownName(cwd)}), arguments, open files and search paths lie elsewhere; --tree must name the directory it runs from.`,
    { pid, folder: shownName(folder) },
  );
}

/**
 * Refuses a link that leads out of the tree, for what it leads to is in no digest. One to the interpreter that runs is allowed
 * (a virtual environment has such), and so is one that leads nowhere. Fault: BAD_INPUT.
 */
export function checkLinksStayInside(
  entries: readonly TreeEntry[],
  {
    root,
    folder,
    interpreter,
  }: { readonly root: string; readonly folder: string; readonly interpreter: string },
): void {
  for (const { path, linkTarget } of entries) {
    if (linkTarget === null) continue;
    const target = resolveBelow(root, `${folder}/${path}`)?.inside;
    if (target === undefined || target === folder || target.startsWith(`${folder}/`)) continue;
    if (target === (withoutMark(interpreter) ?? interpreter)) continue;
    throw new Fault(
      'BAD_INPUT',
      `${shownName(`${folder}/${path}`)} is a link out of the tree (to ${shownName(target)}), and what it leads to is in no digest; skip it with --tree-skip ${shownName(path)} if it is no code, or name a larger tree.`,
      { path: shownName(path), target: shownName(target) },
    );
  }
}

function workingFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`, 'latin1');
  } catch (error) {
    throw isForbidden(error) ? mayNotRead(pid, `/proc/${pid}/cwd`, error) : error;
  }
}

/** The file names an argument or a search path may hold: whole, after an equals sign, and between colons. */
function namesIn(text: string): string[] {
  const value = text.slice(text.indexOf('=') + 1);
  return [text, value, ...value.split(':')].filter((name) => name !== '' && !name.startsWith('-'));
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
