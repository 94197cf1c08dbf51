import path from 'node:path';
import { readPrivateKey } from '../../adapters/files/key-file.ts';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import { Keyring } from '../../model/keyring.ts';
import { isObject } from '../../seal/is-object.ts';
import { readJson } from '../../seal/json.ts';
import { keyringIndex } from '../../seal/keyring.ts';
import { parseDocument } from '../../seal/parse-document.ts';
import type { Command } from '../command.ts';
import { oneOf } from '../options.ts';
import { printable } from '../render/terminal-text.ts';

type Row = {
  readonly file: string;
  /** `private` for a private key file, `trusted` for an entry of a keyring. */
  readonly kind: 'private' | 'trusted';
  readonly role: string;
  readonly name: string;
  readonly hostname: string | null;
  readonly keyid: string;
  /** Null where nothing bounds it; a private key is bounded only by the keyring that trusts it. */
  readonly valid_from: string | null;
  readonly valid_until: string | null;
};

/** `haunted keys show`: what is in private key files and keyrings, without the secret. */
export const keysShow: Command = {
  usage: 'FILE… [--format table|json]',
  about: [
    'Shows role, name, host, keyid and validity of every key in private key files and keyrings. Never prints a private key, and',
    'refuses a private key file that other users can read. Ends with 0, or with 1 when a file holds neither or is not safe.',
  ].join('\n'),
  options: { format: { type: 'string', value: 'FORMAT', help: 'table (default) or json' } },
  run: async (values, positionals, io) => {
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    if (positionals.length === 0)
      throw new Fault(
        'BAD_USAGE',
        'Say which file: `haunted keys show FILE` takes private keys and keyrings.',
      );
    const rows: Row[] = [];
    for (const file of positionals) rows.push(...(await readRows(file, io.cwd)));
    io.stdout(format === 'json' ? `${JSON.stringify(rows, null, 2)}\n` : table(rows, io.now()));
    return 0;
  },
};

async function readRows(file: string, cwd: string): Promise<readonly Row[]> {
  const where = path.resolve(cwd, file);
  const bytes = await readDocument(where, { what: 'key file' });
  const read = readJson(bytes);
  if (read.ok && isObject(read.value) && read.value['schema'] === 'haunted.private-key/v1') {
    const { role, name, hostname, keyid } = await readPrivateKey(where);
    return [{ file, kind: 'private', role, name, hostname, keyid, valid_from: null, valid_until: null }];
  }
  const source = `The keyring ${shownPath(file)}`;
  const keyring = parseDocument(Keyring, bytes, source);
  const { byKeyid } = keyringIndex(keyring, source);
  return keyring.keys.map(({ keyid, role, name, valid_from = null, valid_until = null }) => {
    const hostname = byKeyid.get(keyid)?.hostname ?? null;
    return { file, kind: 'trusted', role, name, hostname, keyid, valid_from, valid_until };
  });
}

function table(rows: readonly Row[], now: number): string {
  const lines = [
    ['KEYID', 'ROLE', 'NAME', 'HOST', 'VALID', 'FILE'],
    ...rows.map((row) => [
      row.keyid,
      row.role,
      printable(row.name),
      row.hostname === null ? '-' : printable(row.hostname),
      row.kind === 'private' ? 'private half' : validity(row, now),
      shownPath(row.file),
    ]),
  ];
  const widths = lines.reduce<number[]>(
    (widest, cells) => cells.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  return lines
    .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function validity({ valid_from: from, valid_until: until }: Row, now: number): string {
  const words = [
    ...(from === null ? [] : [`from ${from}${now < Date.parse(from) ? ' (not yet)' : ''}`]),
    ...(until === null ? [] : [`until ${until}${now >= Date.parse(until) ? ' (expired)' : ''}`]),
  ];
  return words.length === 0 ? 'always' : words.join(' ');
}
