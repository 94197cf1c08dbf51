import path from 'node:path';
import { connectionTo } from '../../adapters/control-plane/connection.ts';
import type { Connection } from '../../adapters/control-plane/connection.ts';
import { gateOver } from '../../adapters/control-plane/gate-over.ts';
import { readDocument } from '../../adapters/files/read-document.ts';
import { Fault } from '../../fault.ts';
import { readSecretLine } from '../agent/secret-file.ts';
import type { Values } from '../command.ts';
import type { LoadedConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { optionalText } from '../options.ts';
import type { GateHere } from './gate-here.ts';

type From = { readonly values: Values; readonly loaded: LoadedConfig; readonly io: Io };

/** The gate of a control plane. Faults: those of connectionBehind. */
export async function gateBehind(url: string, from: From): Promise<GateHere> {
  const connection = await connectionBehind(url, from);
  return { gate: gateOver(connection), where: url, close: async () => undefined };
}

/**
 * The way to a control plane with the operators’ token of --token-file, HAUNTED_TOKEN_FILE or haunted.yaml. Faults: BAD_USAGE without one or
 * for an address that is none, KEY_UNSAFE, and what reading throws.
 */
export async function connectionBehind(url: string, { values, loaded, io }: From): Promise<Connection> {
  const { server } = loaded.config;
  const fileOf = (option: string, configured: string | undefined): string | null => {
    const given = optionalText(values, option);
    if (given !== undefined) return path.resolve(io.cwd, given);
    return configured === undefined ? null : path.resolve(loaded.folder, configured);
  };
  const fromEnv = io.env['HAUNTED_TOKEN_FILE'] ?? '';
  const tokenFile = fileOf('token-file', fromEnv === '' ? server?.token_file : path.resolve(io.cwd, fromEnv));
  if (tokenFile === null)
    throw new Fault(
      'BAD_USAGE',
      `Which token is shown to ${url}? Give --token-file FILE, or \`token_file\` under \`server:\` in haunted.yaml.`,
    );
  const token = await readSecretLine(tokenFile, 'token file');
  const caFile = fileOf('ca-file', server?.ca_file);
  const ca =
    caFile === null
      ? null
      : new TextDecoder().decode(
          await readDocument(caFile, { what: 'certificates', maxBytes: 4 * 1024 * 1024 }),
        );
  return connectionTo({ url, token, ca });
}
