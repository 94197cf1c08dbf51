import { FlagName, Meaning, Name, Sha256 } from '../model/text.ts';
import type { Member } from './baggage.ts';
import type { GuardRefusalCode } from '../model/guard-report.ts';

/** What a sender says about one flag in its message. Every word of it is a claim. */
export type Stamp = {
  readonly flag: string;
  readonly meaning: string;
  readonly sender: string;
  readonly binarySha256: string;
  /** What a receiver that does not know the flag must do. */
  readonly unaware: 'ignore' | 'refuse';
};

/** A stamp that cannot be read, and one clause that says why. */
export type BadStamp = {
  readonly code: Extract<GuardRefusalCode, 'stamp_malformed' | 'stamp_version'>;
  readonly flag: string | null;
  readonly detail: string;
};

/** The key of every stamp starts so; the flag's name follows. */
export const STAMP_PREFIX = 'haunted-flag.';

const VERSION = 'v1';

/**
 * The baggage member of a stamp: `haunted-flag.FLAG=v1~MEANING~SENDER~BINARY~UNAWARE`. All is in key and value and nothing in
 * properties, because many baggage libraries drop those. Names are percent-encoded once for `~` and once more for the header
 * (W3C Baggage 3.3.1.3), so a tracer that decodes and encodes the value on its way changes nothing.
 */
export function stampMember({ flag, meaning, sender, binarySha256, unaware }: Stamp): string {
  const fields = [VERSION, field(meaning), field(sender), binarySha256, unaware];
  return `${STAMP_PREFIX}${token(flag)}=${fields.join('~').replaceAll('%', '%25')}`;
}

/** Every character but those that any baggage library leaves as they are. A colon and a slash are such in a value. */
function field(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%3A', ':')
    .replaceAll('%2F', '/')
    .replaceAll(/[~!'()*]/g, hex);
}

function token(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/[()]/g, hex);
}

function hex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Whether a baggage member is a stamp, of whatever version. */
export function isStamp({ key }: Member): boolean {
  return key.startsWith(STAMP_PREFIX);
}

/** What a stamp's member says, or why it cannot be read. */
export function readStamp({ key, value }: Member): Stamp | BadStamp {
  const flag = decoded(key.slice(STAMP_PREFIX.length));
  if (flag === null || !FlagName.safeParse(flag).success)
    return { code: 'stamp_malformed', flag: null, detail: 'its key does not hold the name of a flag' };
  const bad = (detail: string): BadStamp => ({ code: 'stamp_malformed', flag, detail });
  const text = decoded(value);
  if (text === null) return bad('its value is not percent-encoded UTF-8');
  const [version, ...fields] = text.split('~');
  if (version !== VERSION) {
    if (version === undefined || !/^v[1-9]\d{0,3}$/.test(version)) return bad('it names no version');
    const detail = `it is of version ${version}, and this receiver reads ${VERSION}`;
    return { code: 'stamp_version', flag, detail };
  }
  if (fields.length !== 4) return bad(`it has ${fields.length} fields after the version, not 4`);
  const [meaning, sender, binarySha256, unaware] = fields.map(decoded);
  if (!isA(Meaning, meaning)) return bad('its meaning is no name of 1 to 256 printable characters');
  if (!isA(Name, sender)) return bad('its sender is no name of 1 to 256 printable characters');
  if (!isA(Sha256, binarySha256)) return bad('its binary is no sha256');
  if (unaware !== 'ignore' && unaware !== 'refuse') return bad('its last field is not ignore or refuse');
  return { flag, meaning, sender, binarySha256, unaware };
}

function isA(schema: typeof Name, text: string | null | undefined): text is string {
  return schema.safeParse(text).success;
}

/** Null when it is not percent-encoded UTF-8. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
