import path from 'node:path';
import process from 'node:process';
import { readKeyring } from '../../adapters/files/keyring-file.ts';
import { readDocument } from '../../adapters/files/read-document.ts';
import { holdFolder } from '../../adapters/sqlite/hold-folder.ts';
import { openLedgerThread } from '../../adapters/sqlite/ledger-thread.ts';
import { openMembers } from '../../adapters/sqlite/members.ts';
import { Fault } from '../../fault.ts';
import type { Tls } from '../../http/listener.ts';
import { TrafficSettings } from '../../model/config.ts';
import { DEFAULT_POLICY } from '../../model/policy.ts';
import { startServer } from '../../server/server.ts';
import type { RunningServer } from '../../server/server.ts';
import { journal } from '../agent/journal.ts';
import type { Journal } from '../agent/journal.ts';
import { readSecretText } from '../agent/secret-file.ts';
import { actsHere } from '../button/acts-here.ts';
import { chanceOf } from '../button/gate-here.ts';
import { policyFrom } from '../check/settings.ts';
import type { Values } from '../command.ts';
import { loadConfig } from '../config.ts';
import type { LoadedConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { listenAddress, tlsFiles } from '../listening.ts';
import { optionalText } from '../options.ts';
import { VERSION } from '../version.ts';
import { makeFolder, membersFile, operatorsToken, stateFolderOf } from './state-folder.ts';
import { leaveAProcessor } from './verify-threads.ts';

/** Serves until SIGTERM or SIGINT, then ends with 0. Faults: everything that starting throws. */
export async function runServe(values: Values, positionals: readonly string[], io: Io): Promise<number> {
  if (positionals.length > 0) throw new Fault('BAD_USAGE', '`haunted serve` takes options only; see --help.');
  await leaveAProcessor();
  const loaded = await loadConfig(io, optionalText(values, 'config'));
  const words = serveWords(values, loaded, io);
  const note = journal(io);
  const files = await readFiles(words, loaded, io);
  makeFolder(words.state);
  const letGo = holdFolder(words.state);
  try {
    return await serve({ words, files, loaded, note }, io);
  } finally {
    letGo();
  }
}

type Words = {
  readonly ledger: string;
  readonly keyring: string;
  readonly policy: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly state: string;
  readonly tokenFile: string;
  readonly challengeMs: number;
};

function serveWords(values: Values, { config, policyFile }: LoadedConfig, io: Io): Words {
  const at = (name: string): string | null => {
    const given = optionalText(values, name);
    return given === undefined ? null : path.resolve(io.cwd, given);
  };
  const ledger = at('ledger') ?? config.ledger;
  if (ledger === undefined)
    throw new Fault('BAD_USAGE', 'Where is the history? Give --ledger FILE, or `ledger:` in haunted.yaml.');
  const keyring = at('keyring') ?? config.keyring;
  if (keyring === undefined)
    throw new Fault(
      'BAD_USAGE',
      'Whose signatures count on manifests and words? Give --keyring FILE, or `keyring:` in haunted.yaml.',
    );
  const state = stateFolderOf(at('state'), ledger);
  return {
    ledger,
    keyring,
    policy: optionalText(values, 'policy') ?? policyFile ?? undefined,
    ...listenAddress(optionalText(values, 'listen') ?? '127.0.0.1:7420'),
    tls: tlsFiles(at('tls-cert'), at('tls-key')),
    state,
    tokenFile: at('token-file') ?? path.join(state, 'operators.token'),
    challengeMs: secondsOf(optionalText(values, 'challenge-timeout') ?? '5') * 1_000,
  };
}

function secondsOf(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new Fault(
    'BAD_USAGE',
    `--challenge-timeout ${JSON.stringify(text)} is not a number of seconds from 1 to 999.`,
  );
}

type Files = Awaited<ReturnType<typeof readFiles>>;

/** All that is read from files, and read again on SIGHUP. */
async function readFiles({ keyring, policy, tls }: Words, { config }: LoadedConfig, io: Io) {
  return {
    keyring: await readKeyring(keyring),
    policy: await policyFrom(policy ?? null, config.policy ?? DEFAULT_POLICY, io),
    tls: tls === null ? null : await readTls(tls),
  };
}

async function readTls({ cert, key }: NonNullable<Words['tls']>): Promise<Tls> {
  const chain = await readDocument(cert, { what: 'TLS certificate', maxBytes: 1024 * 1024 });
  return { cert: new TextDecoder().decode(chain), key: await readSecretText(key, 'TLS key') };
}

type Parts = {
  readonly words: Words;
  readonly files: Files;
  readonly loaded: LoadedConfig;
  readonly note: Journal;
};

async function serve({ words, files, loaded, note }: Parts, io: Io): Promise<number> {
  let held = files;
  let token = await operatorsToken(words.tokenFile);
  const traffic = loaded.config.traffic ?? TrafficSettings.parse({});
  const ledger = await openLedgerThread(words.ledger);
  const members = await membersOr(ledger.close, membersFile(words.state));
  const reload = async (): Promise<void> => {
    const fresh = await readFiles(words, loaded, io);
    const freshToken = await operatorsToken(words.tokenFile);
    if (fresh.tls !== null) server?.renew(fresh.tls);
    [held, token] = [fresh, freshToken];
    note({
      level: 'info',
      event: 'reloaded',
      sentence: 'Keyring, policy, token and certificate were read again.',
    });
  };
  const hangUp = (): void =>
    void reload().catch((error: unknown) => note(troubleEntry('not_reloaded', error)));
  let server: RunningServer | null = null;
  process.on('SIGHUP', hangUp);
  try {
    server = await startServer({
      ledger,
      members,
      chance: chanceOf(io.now),
      acts: actsHere(loaded, {
        ...io,
        stderr: (text) => note({ level: 'error', event: 'page', sentence: text.trim() }),
      }),
      door: () => ({
        keyring: held.keyring,
        acceptUnsigned: false,
        acceptTransport: held.policy.accept_transport,
        now: io.now(),
      }),
      rules: () => ({ policy: held.policy, traffic }),
      host: words.host,
      port: words.port,
      tls: files.tls,
      token: () => token,
      version: VERSION,
      leaseS: traffic.lease_s,
      limits: { challengeMs: words.challengeMs },
      onJoined: ({ cluster, hostname, keyid }) =>
        note({
          level: 'info',
          event: 'joined',
          sentence: `${hostname} has joined cluster ${cluster} with the key ${keyid.slice(0, 12)}.`,
          fields: { cluster, hostname, keyid },
        }),
      onProblem: (what, error) => note(troubleEntry(what, error)),
      onBug: (error) => note(troubleEntry('bug', error)),
    });
    note({
      level: 'info',
      event: 'listening',
      sentence: `The control plane is ready at ${server.url} and operators show the token in ${words.tokenFile}.`,
      fields: { url: server.url, token_file: words.tokenFile, ledger: words.ledger, state: words.state },
    });
    await aborted(io.signal);
    note({
      level: 'info',
      event: 'stopping',
      sentence: 'Asked to stop; what is under way is finished first.',
    });
    await server.close();
    return 0;
  } finally {
    process.off('SIGHUP', hangUp);
    await ledger.close();
    members.close();
  }
}

/** What is open already is closed when the members cannot be had: its thread would keep the process. */
async function membersOr(close: () => Promise<void>, file: string): Promise<ReturnType<typeof openMembers>> {
  try {
    return openMembers(file);
  } catch (error) {
    await close();
    throw error;
  }
}

function troubleEntry(event: string, error: unknown): Parameters<Journal>[0] {
  if (error instanceof Fault)
    return { level: 'error', event, sentence: error.message, fields: { code: error.code } };
  return {
    level: 'error',
    event: 'bug',
    sentence: 'A request met a bug in haunted; please report it with this entry.',
    fields: { stack: error instanceof Error ? error.stack : String(error) },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
