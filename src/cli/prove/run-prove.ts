import { readPrivateKey } from '../../adapters/files/key-file.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { readBootId, readClock } from '../../adapters/proc/kernel-clock.ts';
import type { NodeReport } from '../../model/node-report.ts';
import { signReport } from '../../seal/sign.ts';
import type { Values } from '../command.ts';
import type { Io } from '../io.ts';
import type { Tell } from './observe.ts';
import { readSelfReport } from './own-word.ts';
import { readRequest } from './request.ts';
import type { ProveRequest } from './request.ts';
import { lookAtServer } from './server-look.ts';
import { openState, saveState } from './state-file.ts';

/** Makes this server's report and prints it, bare or signed. Faults: everything that finding, reading and writing throws. */
export async function prove(values: Values, positionals: readonly string[], io: Io): Promise<number> {
  const request = await readRequest(values, positionals, io);
  const tell: Tell = (sentence) => io.stderr(`haunted prove: ${sentence}\n`);
  const key = request.keyFile === null ? null : await readPrivateKey(request.keyFile);
  const own = request.selfReport === null ? null : await readSelfReport(request.selfReport, io);
  const clock = readClock(io.now);
  const opened = await openState(request.stateFolder, { ...request, bootId: readBootId() }, tell);
  const { reports, after } = await lookAtServer(request, { state: opened.state, clock, own, tell });

  // The number is used up before anybody sees it: a report that is shown twice must not differ.
  if (opened.file !== null) await saveState(opened.file, after, tell);
  const text = reports
    .map((report) => (key === null ? shown(report, request.format) : signReport(report, key)))
    .join('\n');
  if (request.outFile === null) io.stdout(`${text}\n`);
  else await writeFileAtomic(request.outFile, `${text}\n`);
  return 0;
}

function shown(report: NodeReport, format: ProveRequest['format']): string {
  return format === 'json' ? JSON.stringify(report) : JSON.stringify(report, null, 2);
}
