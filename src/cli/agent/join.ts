import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readDocument } from '../../adapters/files/read-document.ts';
import { memberCalls } from '../../adapters/control-plane/member-calls.ts';
import { Fault } from '../../fault.ts';
import type { Joined } from '../../model/agent-wire.ts';
import { quoted } from '../../model/quoted.ts';
import { Hostname, Name, Text } from '../../model/text.ts';
import { sha256Hex } from '../../seal/digest.ts';
import { newPrivateKey, signingKey, trustedKey } from '../../seal/keys.ts';
import type { Values } from '../command.ts';
import type { Io } from '../io.ts';
import { oneOf, optionalText, requiredText } from '../options.ts';
import { named } from '../prove/request.ts';
import { stateFolder } from '../prove/state-file.ts';
import { draftMembership, hasJoined } from './membership-file.ts';
import { readSecretLine } from './secret-file.ts';

/** Joins a cluster with a token. Faults: everything that reading, writing and the control plane throw. */
export async function join(values: Values, positionals: readonly string[], io: Io): Promise<number> {
  const [extra] = positionals;
  if (extra !== undefined) throw new Fault('BAD_USAGE', `\`haunted agent join\` takes no ${quoted(extra)}.`);
  const cluster = named(requiredText(values, 'cluster', 'the cluster'), 'cluster', Name);
  const hostname = named(
    requiredText(values, 'hostname', 'the name of this server in the inventory'),
    'hostname',
    Hostname,
  );
  const server = requiredText(values, 'server', 'the address of the control plane');
  const format = oneOf(values, 'format', ['table', 'json'] as const, io.isStdoutTty ? 'table' : 'json');
  const state = stateOf(values, io);
  const control = memberCalls({ url: server, ca: await caOf(values, io) });
  try {
    const token = await tokenOf(requiredText(values, 'token-file', 'the file with the token, or -'), io);
    const key = newPrivateKey({ role: 'node', name: hostname, hostname }, io.now());
    const signing = signingKey(key, 'The new key');
    const session = randomBytes(32).toString('base64url');
    const draft = await draftMembership(state, {
      schema: 'haunted.membership/v1',
      server,
      cluster,
      hostname,
      keyid: signing.keyid,
      session,
      key,
      joined_at: new Date(io.now()).toISOString(),
    });
    let joined: Joined;
    try {
      joined = await control.join({
        schema: 'haunted.join/v1',
        token,
        cluster,
        hostname,
        public_key: trustedKey(signing, { from: null, until: null }).public_key,
        session: sha256Hex(session),
      });
    } catch (error) {
      await draft.drop();
      throw await withHint(error, state, { cluster, hostname });
    }
    if (joined.keyid !== signing.keyid) {
      await draft.drop();
      throw new Fault(
        'UNREACHABLE',
        `${server} pinned another key than the one that was made here; ask who answers there.`,
      );
    }
    await draft.keep();
    io.stdout(
      format === 'json'
        ? `${JSON.stringify(joined)}\n`
        : `${hostname} has joined ${cluster} with the key ${joined.keyid}.\n`,
    );
    return 0;
  } finally {
    control.close();
  }
}

/** What was kept before still counts, when the control plane did not take the new key. */
async function withHint(
  error: unknown,
  state: string,
  named: { readonly cluster: string; readonly hostname: string },
): Promise<unknown> {
  if (!(error instanceof Fault)) return error;
  if (error.code === 'UNREACHABLE') {
    const sentence = `${error.message.replace(/\.$/, '')}. Nothing was changed here; if the next try says that the token was used, ask for a new one.`;
    return new Fault(error.code, sentence, error.detail, error);
  }
  const kept = (await hasJoined(state, named)) ? ' The membership from before is kept.' : '';
  const sentence = `${error.message.replace(/\.$/, '')}. Each join, also of a server that has joined before, needs a new token.${kept}`;
  return new Fault(error.code, sentence, error.detail, error);
}

function stateOf(values: Values, io: Io): string {
  const given = optionalText(values, 'state');
  const state =
    given === undefined
      ? stateFolder(io.env)
      : path.resolve(io.cwd, requiredText(values, 'state', 'a folder'));
  if (state !== null) return state;
  throw new Fault('BAD_USAGE', '--state is missing: give the folder in which the agent keeps its key.');
}

async function caOf(values: Values, io: Io): Promise<string | null> {
  const file = optionalText(values, 'ca-file');
  return file === undefined ? null : await readCaFile(path.resolve(io.cwd, file));
}

/** Certificates in PEM. Faults: what reading throws. */
export async function readCaFile(file: string): Promise<string> {
  const bytes = await readDocument(file, { what: 'CA file', maxBytes: 1024 * 1024 });
  return new TextDecoder().decode(bytes);
}

const MOST_TOKEN = 1024;

/** A token is a secret: it comes from a file or a pipe, and never from the command line, which everybody can read. */
async function tokenOf(file: string, io: Io): Promise<string> {
  const text =
    file === '-' ? await firstOfStdin(io) : await readSecretLine(path.resolve(io.cwd, file), 'token file');
  const token = text.trim();
  if (Text.min(16).max(256).safeParse(token).success) return token;
  throw new Fault(
    'BAD_INPUT',
    'The token is none: it is one line of 16 to 256 characters, as it was made for this server.',
  );
}

async function firstOfStdin(io: Io): Promise<string> {
  let text = '';
  for await (const piece of io.stdin()) {
    text += Buffer.from(piece).toString('latin1');
    if (text.length > MOST_TOKEN) break;
  }
  return text;
}
