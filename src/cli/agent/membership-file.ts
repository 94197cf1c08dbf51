import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { cannotWrite, writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { Fault } from '../../fault.ts';
import { Membership } from '../../model/membership.ts';
import { sha256Hex } from '../../seal/digest.ts';
import { parseDocument } from '../../seal/parse-document.ts';

const MAX_BYTES = 64 * 1024;

type Named = { readonly cluster: string; readonly hostname: string };

/** The file that holds the membership of one server in one cluster; no two of them share one. */
function membershipFile(state: string, { cluster, hostname }: Named): string {
  return path.join(state, `member-${sha256Hex(`${cluster}\n${hostname}`).slice(0, 32)}.json`);
}

/** Whether this server has joined already. */
export async function hasJoined(state: string, named: Named): Promise<boolean> {
  return await stat(membershipFile(state, named)).then(
    () => true,
    () => false,
  );
}

/** The membership of a server. Faults: NOT_FOUND, KEY_UNSAFE, BAD_INPUT. */
export async function readMembership(state: string, { cluster, hostname }: Named): Promise<Membership> {
  const file = membershipFile(state, { cluster, hostname });
  const bytes = await readDocument(file, {
    what: 'membership',
    maxBytes: MAX_BYTES,
    inspect: ({ uid, mode }) => {
      if (uid === process.geteuid?.() && (mode & 0o077) === 0) return;
      throw new Fault(
        'KEY_UNSAFE',
        `The membership ${shownPath(file)} holds a key, and belongs to another user or is open to others (uid ${uid}, mode ${(mode & 0o777).toString(8)}); join again with a new token.`,
      );
    },
  }).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.code !== 'NOT_FOUND') throw error;
    throw new Fault(
      'NOT_FOUND',
      `${hostname} has not joined ${cluster}: there is no membership in ${shownPath(state)}; run \`haunted agent join\` with a token first, as the user that the agent runs as.`,
      {},
      error,
    );
  });
  const membership = parseDocument(Membership, bytes, `The membership ${shownPath(file)}`);
  if (membership.cluster === cluster && membership.hostname === hostname) return membership;
  throw new Fault(
    'BAD_INPUT',
    `${shownPath(file)} is the membership of another server; join again with a new token.`,
  );
}

/** A membership on disk that does not count yet. */
export type Draft = { readonly keep: () => Promise<void>; readonly drop: () => Promise<void> };

/**
 * Puts a membership on disk before the token is used up: a disk that is full or closed to us must not cost a token. It counts once it is
 * kept, in one step, in place of the one before. Fault: CANNOT_WRITE.
 */
export async function draftMembership(state: string, membership: Membership): Promise<Draft> {
  const file = membershipFile(state, membership);
  const draft = `${file}.${process.pid}.joining`;
  try {
    await mkdir(state, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotWrite(state, error);
  }
  await writeFileAtomic(draft, `${JSON.stringify(membership, null, 2)}\n`, { mode: 0o600 });
  return {
    keep: async () => {
      try {
        await rename(draft, file);
      } catch (error) {
        throw cannotWrite(file, error);
      }
    },
    drop: async () => await rm(draft, { force: true }),
  };
}
