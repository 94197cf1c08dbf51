import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { Fault } from '../../fault.ts';
import type { Io } from '../io.ts';
import type { CollectWords } from './request.ts';

/** One document, on one line, and the host it is about; null when that is not known. */
export type OutLine = { readonly hostname: string | null; readonly text: string };

/**
 * Hands the lines over: to stdout, to one file that is written whole or not at all, or to a folder with one file for each host, where a
 * failure takes the place of an older report. Faults: CANNOT_WRITE, and BAD_USAGE for a folder and documents without a host.
 */
export async function writeLines(lines: readonly OutLine[], out: CollectWords['out'], io: Io): Promise<void> {
  if (out === null) {
    for (const { text } of lines) io.stdout(`${text}\n`);
    return;
  }
  if (!out.isFolder && !(await isFolder(out.path))) {
    await writeFileAtomic(out.path, lines.map(({ text }) => `${text}\n`).join(''));
    return;
  }
  const byHost = Map.groupBy(lines, ({ hostname }) => hostname);
  if (byHost.has(null))
    throw new Fault(
      'BAD_USAGE',
      'A folder takes one file for each host, and some documents do not say whose they are; name a file with --out.',
    );
  await makeFolder(out.path);
  for (const [hostname, some] of byHost)
    await writeFileAtomic(
      path.join(out.path, `${hostname}.${some.length > 1 ? 'ndjson' : 'json'}`),
      some.map(({ text }) => `${text}\n`).join(''),
    );
}

async function isFolder(file: string): Promise<boolean> {
  const info = await stat(file).catch(() => null);
  return info?.isDirectory() === true;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new Fault('CANNOT_WRITE', `The folder ${shownPath(folder)} could not be made.`, { folder }, error);
  }
}
