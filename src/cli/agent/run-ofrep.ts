import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';
import { readKeyring } from '../../adapters/files/keyring-file.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { readBootId } from '../../adapters/proc/kernel-clock.ts';
import { listeners } from '../../agent/ofrep/listeners.ts';
import type { Listeners } from '../../agent/ofrep/listeners.ts';
import { serveOfrep } from '../../agent/ofrep/server.ts';
import type { RunningServer } from '../../agent/ofrep/server.ts';
import { tally } from '../../agent/ofrep/tally.ts';
import { Fault } from '../../fault.ts';
import type { Door } from '../../seal/open.ts';
import type { Values } from '../command.ts';
import { loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { optionalText } from '../options.ts';
import { readRequest } from '../prove/request.ts';
import { openState } from '../prove/state-file.ts';
import { openSource } from './flags-from.ts';
import { holdManifest } from './held-manifest.ts';
import { journal } from './journal.ts';
import type { Journal } from './journal.ts';
import { runningService } from './running-service.ts';
import { readSecretLine, readSecretText } from './secret-file.ts';
import { agentWords } from './words.ts';
import type { AgentWords } from './words.ts';

/** How often files and the whole service are looked at; what an answer rests on is looked at with each answer. */
const EVERY_MS = 1_000;
const FRESH_MS = 5;
const REPORT_EVERY_S = 10;

/** Serves until SIGTERM or SIGINT, then ends with 0. Faults: everything that starting throws. */
export async function runOfrep(values: Values, positionals: readonly string[], io: Io): Promise<number> {
  // Before anything else: without somebody who listens, SIGHUP would end the process.
  const hangUp = listeners();
  process.on('SIGHUP', hangUp.tell);
  try {
    return await serve({ values, positionals, hangUp }, io);
  } finally {
    process.off('SIGHUP', hangUp.tell);
  }
}

type Call = {
  readonly values: Values;
  readonly positionals: readonly string[];
  readonly hangUp: Listeners;
};

async function serve({ values, positionals, hangUp }: Call, io: Io): Promise<number> {
  const words = agentWords(values, positionals, io.cwd);
  const note = journal(io);
  const loaded = await loadConfig(io, optionalText(values, 'config'));
  const secrets = await readSecrets(words);
  const manifest = await holdManifest({
    file: words.manifest,
    door: await doorOf(words, loaded.config.keyring ?? null, io),
    cluster: optionalText(values, 'cluster') ?? loaded.config.cluster ?? null,
    everyMs: EVERY_MS,
    onReload: (view, problem) => note(manifestEntry(view.manifest.deployment_id, problem)),
  });
  const request = await readRequest({ ...values, cluster: manifest.view().manifest.cluster }, [], io);
  const opened = await openState(request.stateFolder, { ...request, bootId: readBootId() }, (sentence) =>
    note({ level: 'warn', event: 'state', sentence: `Of the prover’s memory: ${sentence}` }),
  );
  const flags = await openSource(words.source, EVERY_MS, note);
  const running = runningService({
    request,
    state: opened.state,
    now: io.now,
    everyMs: EVERY_MS,
    freshMs: FRESH_MS,
  });
  // Another manifest asks other questions of what lies on disk.
  manifest.onChange(running.refresh);
  hangUp.add(() => void Promise.all([manifest.look(), flags.look()]));
  const server = await serveOfrep({
    manifest,
    running,
    source: flags.source,
    tally: tally((flag) => manifest.view().rowByFlag.has(flag)),
    now: io.now,
    host: words.host,
    port: words.port,
    ...secrets,
    reportEverySec: REPORT_EVERY_S,
    onStanding: (problem) =>
      note(
        problem === null
          ? {
              level: 'info',
              event: 'answers_flags',
              sentence: 'The manifest’s binary runs here; flags are answered.',
            }
          : {
              level: 'warn',
              event: 'answers_nothing',
              sentence: `No flag is answered: ${problem.detail}`,
              fields: { code: problem.code },
            },
      ),
    onBug: (error) =>
      note({
        level: 'error',
        event: 'bug',
        sentence: 'A request met a bug in haunted; it got no value.',
        fields: { stack: error instanceof Error ? error.stack : String(error) },
      }),
  });
  note({
    level: 'info',
    event: 'listening',
    sentence: `Serving OFREP on ${server.url} for ${manifest.view().manifest.deployment_id}.`,
    fields: { url: server.url, deployment_id: manifest.view().manifest.deployment_id },
  });
  const stopReports = writeReports(words.report, server, note);
  await aborted(io.signal);
  note({ level: 'info', event: 'stopping', sentence: 'Asked to stop; requests under way are answered.' });
  await stopReports();
  await server.close();
  for (const part of [manifest, flags, running]) part.close();
  return 0;
}

async function doorOf(words: AgentWords, configured: string | null, io: Io): Promise<() => Door> {
  const file = words.keyring ?? configured;
  if (file === null && !words.acceptUnsigned)
    throw new Fault(
      'BAD_USAGE',
      'Whose signature counts on the manifest? Give --keyring FILE, or --accept-unsigned to answer for it yourself.',
    );
  const keyring = file === null ? null : await readKeyring(file);
  return () => ({ keyring, acceptUnsigned: words.acceptUnsigned, acceptTransport: [], now: io.now() });
}

async function readSecrets({ tokenFile, tls }: AgentWords): Promise<{
  readonly token: string | null;
  readonly tls: { readonly cert: string; readonly key: string } | null;
}> {
  const token = tokenFile === null ? null : await readSecretLine(tokenFile, 'token file');
  if (tls === null) return { token, tls };
  const { readDocument } = await import('../../adapters/files/read-document.ts');
  const cert = await readDocument(tls.cert, { what: 'TLS certificate', maxBytes: 1024 * 1024 });
  return {
    token,
    tls: { cert: new TextDecoder().decode(cert), key: await readSecretText(tls.key, 'TLS key') },
  };
}

function manifestEntry(deployment: string, problem: string | null): Parameters<Journal>[0] {
  return problem === null
    ? {
        level: 'info',
        event: 'manifest_changed',
        sentence: `The manifest of ${deployment} is in force here.`,
        fields: { deployment_id: deployment },
      }
    : {
        level: 'error',
        event: 'manifest_refused',
        sentence: `${problem} The manifest of ${deployment} stays in force here.`,
        fields: { deployment_id: deployment },
      };
}

/** Returns what writes the last report and ends the writing. */
function writeReports(file: string | null, server: RunningServer, note: Journal): () => Promise<void> {
  if (file === null) return async () => {};
  let writing = Promise.resolve();
  const write = async (): Promise<void> => {
    try {
      const report = await server.report();
      if (report !== null) await writeFileAtomic(file, `${JSON.stringify(report)}\n`);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      note({ level: 'error', event: 'report_lost', sentence: error.message });
    }
  };
  const queue = (): Promise<void> => {
    writing = writing.then(write);
    return writing;
  };
  const timer = setInterval(() => void queue(), REPORT_EVERY_S * 1_000);
  void queue();
  return async () => {
    clearInterval(timer);
    await queue();
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
