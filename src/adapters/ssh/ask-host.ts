import { randomBytes } from 'node:crypto';
import type { SshSettings } from '../../model/config.ts';
import { socketPath } from './control-folder.ts';
import { whyNoFacts, whyNoOutput, whyNotConnected } from './failure-sentence.ts';
import { readProbeAnswer, type HostFacts } from './host-facts.ts';
import type { HostTarget } from './host-target.ts';
import { runSession, type Output } from './mux-session.ts';
import { closeMaster, openMaster } from './open-master.ts';
import { FLAG_FILE_BYTES, probeCommand, probeText, type ProbeRequest } from './probe-text.ts';

/** Everything that is the same for every host of one run. */
export type AskContext = {
  readonly settings: SshSettings;
  /** Folder of the shared connections, private to this user. */
  readonly control_folder: string;
  readonly probe: ProbeRequest;
  /** Aborted when the whole run is to end. */
  readonly signal: AbortSignal;
};

/** What a host told; or one clause that follows its name and says why it told nothing. */
export type HostAnswer =
  | { readonly ok: true; readonly facts: HostFacts }
  | { readonly ok: false; readonly detail: string };

type Ran = { readonly ok: true; readonly output: Output } | { readonly ok: false; readonly detail: string };

/** What a report, a long environment and some noise of a login shell take at most; flag files come on top. */
const ANSWER_BYTES = 2 * 1024 * 1024;
/** A service that is just restarting is asked again. */
const TRIES = 3;

/**
 * Asks one host, over its shared connection when one is open, else over a new one, within the time a host may take. Whatever goes
 * wrong is an answer too; a connection over which something went wrong is closed. Fault: UNSUPPORTED when there is no ssh here.
 */
export async function askHost(target: HostTarget, context: AskContext): Promise<HostAnswer> {
  const { settings, signal } = context;
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(settings.host_timeout_s * 1000)]);
  const socket = socketPath(context.control_folder, target, settings);
  let answer: HostAnswer = { ok: false, detail: 'it was not asked' };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const mark = `haunted-${randomBytes(16).toString('hex')}`;
    const ran = await runProbe(target, { ...context, signal: inTime }, { socket, mark });
    if (!ran.ok) return ran;
    const read = readProbeAnswer(ran.output.stdout, mark);
    if (read.kind === 'facts') {
      answer = { ok: true, facts: read.facts };
      break;
    }
    answer = { ok: false, detail: whyNoFacts(read, ran.output) };
    if (read.kind !== 'stopped' || read.code !== 'moved') break;
  }
  if (settings.control_persist_s === 0) await closeMaster(socket);
  return answer;
}

async function runProbe(
  target: HostTarget,
  { settings, probe, signal }: AskContext,
  { socket, mark }: { readonly socket: string; readonly mark: string },
): Promise<Ran> {
  const session = {
    socket,
    command: probeCommand(settings),
    input: probeText(probe, mark),
    max_bytes: mostBytes(probe),
    signal,
  };
  const reused = await runSession(session);
  if (reused.ok) return reused;
  // A connection that was left by an earlier run may have died since; that says nothing about the host.
  if (reused.problem !== 'absent') await closeMaster(socket);
  if (reused.problem !== 'absent' && reused.problem !== 'lost')
    return { ok: false, detail: whyNoOutput(reused.problem, settings.host_timeout_s) };
  const opened = await openMaster(target, settings, { socket, persist_s: persistS(settings), signal });
  if (!opened.ok)
    return {
      ok: false,
      detail: opened.isAborted
        ? whyNoOutput('aborted', settings.host_timeout_s)
        : whyNotConnected(opened.stderr),
    };
  const fresh = await runSession(session);
  if (fresh.ok) return fresh;
  await closeMaster(socket);
  return { ok: false, detail: whyNoOutput(fresh.problem, settings.host_timeout_s) };
}

/** A host that sends more is cut off. Bytes travel as base64 or, where there is none, as hex with blanks. */
function mostBytes({ service }: ProbeRequest): number {
  return ANSWER_BYTES + (service.flag_files?.length ?? 0) * FLAG_FILE_BYTES * 4;
}

/** With 0 we close the connection ourselves; this is how long it would stay if we were killed first. */
function persistS(settings: SshSettings): number {
  return settings.control_persist_s === 0 ? settings.host_timeout_s + 5 : settings.control_persist_s;
}
