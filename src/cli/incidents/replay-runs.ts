import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ReplayRun } from '../../model/replay-run.ts';
import { play } from '../../replay/play.ts';
import { runOf } from '../../replay/run.ts';
import type { Io } from '../io.ts';
import type { Registry } from './registry.ts';
import { readReplay, replayFolder } from './replays.ts';

/**
 * Every incident of the registry that has a replay, played through the gate, by its id; progress goes to a terminal on stderr. Faults:
 * BAD_INPUT for a replay that is none or contradicts itself, and what reading a file throws.
 */
export async function replayRuns(
  { incidents }: Registry,
  folder: string | undefined,
  io: Io,
): Promise<ReadonlyMap<string, ReplayRun>> {
  const root = replayFolder(folder, io.cwd);
  const ids = incidents.map(({ id }) => id).filter((id) => existsSync(path.join(root, id, 'replay')));
  const runs = new Map<string, ReplayRun>();
  for (const [at, id] of ids.entries()) {
    if (io.isStderrTty) io.stderr(`\rreplay ${at + 1} of ${ids.length} `);
    const replay = await readReplay(root, id);
    runs.set(id, runOf(replay, await play(replay)));
  }
  if (io.isStderrTty && ids.length > 0) io.stderr('\r\u001b[K');
  return runs;
}
