import process from 'node:process';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';

const MAX_BYTES = 16 * 1024;

/** The one line in a file that nobody else may read. Faults: KEY_UNSAFE, BAD_INPUT, and what reading throws. */
export async function readSecretLine(file: string, what: string): Promise<string> {
  const text = await readSecretText(file, what);
  const line = text.replace(/\r?\n$/, '');
  if (/^[\x20-\x7e]+$/.test(line) && line.trim() === line) return line;
  throw new Fault(
    'BAD_INPUT',
    `The ${what} ${shownPath(file)} must be one line of printable ASCII without spaces around it.`,
    { file },
  );
}

/** The text in a file that nobody else may read. Faults: as above. */
export async function readSecretText(file: string, what: string): Promise<string> {
  const bytes = await readDocument(file, {
    what,
    maxBytes: what.startsWith('TLS') ? 1024 * 1024 : MAX_BYTES,
    inspect: ({ mode, uid }) => {
      const isOurs = uid === process.geteuid?.() || uid === 0;
      // A group may read it: that is how Kubernetes and systemd hand a secret to a service.
      if (isOurs && (mode & 0o007) === 0 && (mode & 0o020) === 0) return;
      throw new Fault(
        'KEY_UNSAFE',
        `The ${what} ${shownPath(file)} is open to other users (mode ${(mode & 0o777).toString(8)}, uid ${uid}); run \`chmod 600 ${shownPath(file)}\` as its owner.`,
        { file },
      );
    },
  });
  return new TextDecoder().decode(bytes);
}

/** The header that a secret file stands for: `Name: value`, or a bare token for Bearer. Faults: as above. */
export async function readAuthHeader(file: string): Promise<Readonly<Record<string, string>>> {
  const line = await readSecretLine(file, 'upstream secret');
  const header = /^([A-Za-z0-9-]+): *(.+)$/.exec(line);
  if (header?.[1] !== undefined && header[2] !== undefined) return { [header[1]]: header[2] };
  if (/^\S+$/.test(line)) return { Authorization: `Bearer ${line}` };
  throw new Fault(
    'BAD_INPUT',
    `The upstream secret ${shownPath(file)} is neither \`Name: value\` nor one word.`,
    { file },
  );
}
