import { existsSync } from 'node:fs';
import path from 'node:path';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import { Hostname } from '../../model/text.ts';

/**
 * The servers that `--inventory` names: host names separated by commas, or a file with one host name a line (`#` begins a
 * comment). A word is a file when it has a slash, ends in .txt, .list or .hosts, or when a file of that name is there. Throws
 * BAD_INPUT for a word that is no host name, one that is there twice, none at all and too many.
 */
export async function readInventory(words: readonly string[], folder: string): Promise<string[]> {
  const lists = await Promise.all(
    words.map(async (word) => (isFile(word, folder) ? await placesInFile(word, folder) : placesInWord(word))),
  );
  const places = lists.flat();
  const hosts = places.filter(({ name }) => name !== '');
  const seen = new Set<string>();
  for (const { name, place } of hosts) {
    const shown = JSON.stringify(name);
    if (!Hostname.safeParse(name).success)
      throw new Fault(
        'BAD_INPUT',
        `${place} holds ${shown}, which is not a host name: letters, digits, dots, hyphens and underscores, no spaces.`,
      );
    // Host names are the same whatever their case (RFC 4343), and one server must not count as two.
    if (seen.has(name.toLowerCase()))
      throw new Fault('BAD_INPUT', `${place} lists ${shown} twice; each server counts once.`);
    seen.add(name.toLowerCase());
  }
  if (hosts.length === 0)
    throw new Fault('BAD_INPUT', 'The inventory is empty: name every server of the cluster.');
  if (hosts.length > LIMITS.inventory)
    throw new Fault(
      'TOO_LARGE',
      `The inventory lists more than ${LIMITS.inventory} servers; is it the right file?`,
    );
  return hosts.map(({ name }) => name);
}

type Place = { readonly name: string; readonly place: string };

function placesInWord(word: string): Place[] {
  return word.split(',').map((name) => ({ name: name.trim(), place: '--inventory' }));
}

function isFile(word: string, folder: string): boolean {
  if (word === '' || word.includes(',')) return false;
  return word.includes('/') || /\.(?:txt|list|hosts)$/.test(word) || existsSync(path.resolve(folder, word));
}

async function placesInFile(file: string, folder: string): Promise<Place[]> {
  const bytes = await readDocument(path.resolve(folder, file), { what: 'inventory' });
  return textOf(bytes, file)
    .split(/\r?\n/)
    .map((line, at) => ({
      name: line.replace(/#.*$/, '').trim(),
      place: `The inventory ${shownPath(file)} line ${at + 1}`,
    }));
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Fault('BAD_INPUT', `The inventory ${shownPath(file)} is not UTF-8 text.`, { file }, error);
  }
}
