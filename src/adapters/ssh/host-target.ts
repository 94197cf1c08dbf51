import { Fault } from '../../fault.ts';
import { Hostname } from '../../model/text.ts';

/** One server to be asked, and how ssh is to reach it. */
export type HostTarget = {
  /** As the inventory names it. */
  readonly name: string;
  /** What ssh is given: a name of ssh_config, a DNS name or an IP address. */
  readonly address: string;
  readonly user: string | null;
  readonly port: number | null;
};

// No word that ssh could take for an option, a URI or a user; colons and % are for IPv6 and its zones.
const ADDRESS = /^[A-Za-z0-9_:[][A-Za-z0-9._:%\]-]{0,252}$/;
// ssh itself refuses more than this, but only after the word was used in ProxyCommand and Match exec.
const USER = /^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,63}$/;

/**
 * A server that is safe to hand to ssh. Throws BAD_INPUT for a name, address or user that is not one: leading hyphens, spaces,
 * control characters and shell characters never reach a command line. `source` says where the word was written.
 */
export function hostTarget(
  host: { readonly name: string; readonly address?: string; readonly user?: string; readonly port?: number },
  source: string,
): HostTarget {
  const { name, address = name, user, port } = host;
  if (!Hostname.safeParse(name).success)
    throw refusal(source, name, 'a host name: letters, digits, dots, hyphens and underscores');
  if (!ADDRESS.test(address)) throw refusal(source, address, 'an address ssh may be given');
  if (user !== undefined && !USER.test(user)) throw refusal(source, user, 'a login name');
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    throw refusal(source, String(port), 'a port from 1 to 65535');
  return { name, address, user: user ?? null, port: port ?? null };
}

function refusal(source: string, word: string, wanted: string): Fault {
  return new Fault('BAD_INPUT', `${source}: ${shown(word)} is not ${wanted}.`, { source });
}

function shown(word: string): string {
  const short = word.length > 80 ? `${word.slice(0, 80)}…` : word;
  return JSON.stringify(short).replaceAll(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
