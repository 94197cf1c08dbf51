import { flagsInArguments, flagsInEnvironment } from '../../adapters/proc/process-flags.ts';
import { parseEnvironment } from '../../adapters/proc/environment.ts';
import { shownName } from '../../adapters/proc/kernel-path.ts';
import { shownSocket } from '../../adapters/proc/live-traffic.ts';
import { parseSocket } from '../../adapters/proc/socket-table.ts';
import { collectHosts, type CollectLine } from '../../adapters/ssh/collect-hosts.ts';
import { openControlFolder } from '../../adapters/ssh/control-folder.ts';
import type { HostReaders } from '../../adapters/ssh/host-report.ts';
import type { HostTarget } from '../../adapters/ssh/host-target.ts';
import { probeText } from '../../adapters/ssh/probe-text.ts';
import type { Io } from '../io.ts';
import { flagsInBytes } from '../prove/flags-on-host.ts';
import type { Progress } from './progress.ts';
import type { SshWords } from './request.ts';

const READERS: HostReaders = {
  socketAddress: (row) => {
    const socket = parseSocket(row);
    return socket === null ? null : shownSocket(socket);
  },
  shownName,
  flagsInFile: flagsInBytes,
  flagsInEnvironment: (environ, prefixes) => flagsInEnvironment(parseEnvironment(environ), prefixes),
  flagsInArguments,
};

/** Asks every server over ssh: one line for each. Faults: those of collectHosts, openControlFolder and probeText. */
export async function collectOverSsh(
  targets: readonly HostTarget[],
  words: SshWords,
  { io, progress }: { readonly io: Io; readonly progress: Progress },
): Promise<CollectLine[]> {
  const probe = { service: words.service, compare_path: words.compare_path };
  // What cannot be asked is a fault of the command and not of each server.
  probeText(probe, '');
  const folder = await openControlFolder(io.env['XDG_RUNTIME_DIR']);
  try {
    return await collectHosts(targets, {
      settings: words.settings,
      control_folder: folder.path,
      probe,
      signal: io.signal,
      report: {
        cluster: words.cluster,
        challenge: words.challenge,
        service: words.service,
        ignored_executables: words.ignored_executables,
      },
      readers: READERS,
      now: io.now,
      onAnswer: (target, { ok }) => progress.step(target.name, ok),
    });
  } finally {
    progress.clear();
    await folder.release();
  }
}
