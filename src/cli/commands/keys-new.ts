import { unlink } from 'node:fs/promises';
import path from 'node:path';
import { writePrivateKey } from '../../adapters/files/key-file.ts';
import { addToKeyring } from '../../adapters/files/keyring-file.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import type { TrustedKey } from '../../model/keyring.ts';
import { Hostname, Name } from '../../model/text.ts';
import { holderOf, newPrivateKey, signingKey, trustedKey } from '../../seal/keys.ts';
import type { KeyHolder } from '../../seal/keys.ts';
import { quoted } from '../../model/quoted.ts';
import type { Command, Values } from '../command.ts';
import { oneOf, optionalText, requiredText, timeOption } from '../options.ts';
import { printable } from '../render/terminal-text.ts';

const ROLES = ['builder', 'node', 'gate', 'operator'] as const;

/** `haunted keys new`: makes a role key, keeps the private half in a file of its own and puts the public half into a keyring. */
export const keysNew: Command = {
  usage:
    '--role ROLE --name NAME [--hostname HOST] [--out FILE] [--keyring FILE] [--valid-until TIME] [--format table|json]',
  about: [
    'Makes an ed25519 key for one role. The private half goes into a new file with mode 0600; a file that is there is never',
    'overwritten. With --keyring the public half is added to that keyring, which is made when it is not there; without it, take',
    'the entry from --format json. Ends with 0 when both are written, and 1 when nothing was.',
  ].join('\n'),
  options: {
    role: { type: 'string', value: 'ROLE', help: 'builder, node, gate or operator: what the key may sign' },
    name: { type: 'string', value: 'NAME', help: 'who holds it' },
    hostname: {
      type: 'string',
      value: 'HOST',
      help: 'for a node key: the host it may speak for; its name by default',
    },
    out: { type: 'string', value: 'FILE', help: 'the private key file; NAME.ROLE.key.json by default' },
    keyring: { type: 'string', value: 'FILE', help: 'the keyring that shall trust it' },
    'valid-until': { type: 'string', value: 'TIME', help: 'when it stops counting; never by default' },
    format: { type: 'string', value: 'FORMAT', help: 'table (default) or json: the keyring’s entry' },
  },
  run: async (values, positionals, io) => {
    if (positionals.length > 0)
      throw new Fault('BAD_USAGE', `\`haunted keys new\` takes no ${quoted(positionals[0] ?? '')}.`);
    const now = io.now();
    const holder = readHolder(values);
    const until = readUntil(values, now);
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const out = optionalText(values, 'out') ?? `${fileWord(holder.name)}.${holder.role}.key.json`;
    const keyring = optionalText(values, 'keyring');

    const secret = newPrivateKey(holder, now);
    const entry = trustedKey(signingKey(secret, 'The new key'), { from: null, until });
    const secretFile = path.resolve(io.cwd, out);
    await writePrivateKey(secretFile, secret);
    if (keyring !== undefined) await trustOrForget(path.resolve(io.cwd, keyring), entry, secretFile);
    io.stdout(format === 'json' ? `${JSON.stringify(entry, null, 2)}\n` : table(entry, out, keyring));
    return 0;
  },
};

function readHolder(values: Values): KeyHolder {
  const word = requiredText(values, 'role', `one of ${ROLES.join(', ')}`);
  const role = oneOf(values, 'role', ROLES, 'node');
  const name = requiredText(values, 'name', `who holds this ${word} key`);
  if (!Name.safeParse(name).success)
    throw new Fault('BAD_USAGE', '--name must be 1 to 256 printable characters.');
  const hostname = optionalText(values, 'hostname');
  if (role !== 'node' && hostname !== undefined)
    throw new Fault('BAD_USAGE', `--hostname is for node keys only; a ${role} key speaks for no host.`);
  const holder = holderOf({ role, name, hostname: hostname ?? null });
  if (holder.hostname !== null && !Hostname.safeParse(holder.hostname).success) {
    const sentence = `A node key speaks for one host, and ${quoted(holder.hostname)} is not a host name; give it with --hostname.`;
    throw new Fault('BAD_USAGE', sentence);
  }
  return holder;
}

function readUntil(values: Values, now: number): string | null {
  const until = timeOption(values, 'valid-until', Number.POSITIVE_INFINITY);
  if (until <= now)
    throw new Fault('BAD_USAGE', '--valid-until has passed already; such a key would never count.');
  return until === Number.POSITIVE_INFINITY ? null : new Date(until).toISOString();
}

/** A key that could not be put into the keyring is taken back, so that the same command can be run again. */
async function trustOrForget(keyring: string, entry: TrustedKey, secretFile: string): Promise<void> {
  try {
    await addToKeyring(keyring, entry);
  } catch (error) {
    await unlink(secretFile);
    throw error;
  }
}

/** A holder's name as part of a file name. */
function fileWord(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'key';
}

function table(entry: TrustedKey, out: string, keyring: string | undefined): string {
  const rows = [
    ['role', entry.role],
    ['name', printable(entry.name)],
    ...(typeof entry.hostname === 'string' ? [['hostname', entry.hostname]] : []),
    ['keyid', entry.keyid],
    ['valid until', entry.valid_until ?? 'for ever'],
    ['private key', `${shownPath(out)} (keep it secret, mode 0600)`],
    ['keyring', keyring === undefined ? 'none; nobody trusts it yet' : shownPath(keyring)],
  ];
  return rows.map(([label = '', value = '']) => `${label.padEnd(12)}${value}\n`).join('');
}
