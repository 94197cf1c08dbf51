import path from 'node:path';
import process from 'node:process';
import { writeFile } from 'node:fs/promises';
import { Fault } from '../fault.ts';
import { playActOne } from './act-one.ts';
import { type Crew, gatherCrew, throwIfInterrupted } from './crew.ts';
import { bringNear, type Executable, obtainExecutable } from './executables.ts';
import { setStage } from './stage.ts';
import { type Audience, startTimeline, type Timeline } from './timeline.ts';
import { clearFolder, layOutFolder } from './workspace.ts';

/** What the rehearsal needs to know of the world it runs in. */
export type Setting = {
  /** The JavaScript file of the `haunted` command, run as a user would for every check. */
  readonly hauntedEntry: string;
  /** The folder for the documents; null for a fresh one below `temporaryFolder`. */
  readonly out: string | null;
  readonly temporaryFolder: string;
  /** Where built executables are kept for the next time. */
  readonly cacheFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/**
 * Plays 1 August 2012 on this machine with real processes and real orders, and answers with what was counted and what the
 * gates said. No process outlives it, however it ends. Throws UNSUPPORTED where Linux is missing, CANNOT_WRITE, INTERRUPTED.
 */
export async function rehearseKnight(setting: Setting, audience: Audience): Promise<{ folder: string }> {
  if (process.platform !== 'linux')
    throw new Fault(
      'UNSUPPORTED',
      `The rehearsal needs Linux, because its servers prove themselves through /proc; this is ${process.platform}.`,
    );
  const folder = await layOutFolder(setting.out, setting.temporaryFolder);
  const timeline = startTimeline(path.join(folder, 'timeline.ndjson'), audience, setting.now);
  const crew = gatherCrew(setting.signal, setting.env);
  try {
    timeline.open(0, 'Before the curtain');
    const store = path.join(folder, 'servers', 'store');
    const [old, rlp] = await Promise.all(
      (await obtainBoth(crew, setting.cacheFolder, timeline)).map((built) => bringNear(built, store)),
    );
    const stage = await setStage({ crew, folder, old, rlp, timeline });
    await playActOne(stage);
    await writeFile(path.join(folder, 'rehearsal.json'), '{}\n');
    return { folder };
  } catch (error) {
    throwIfInterrupted(setting.signal);
    throw error;
  } finally {
    await crew.dismiss();
    await clearFolder(folder);
  }
}

async function obtainBoth(
  crew: Crew,
  cacheFolder: string,
  timeline: Timeline,
): Promise<[Executable, Executable]> {
  let isAnnounced = false;
  const onBuild = (): void => {
    if (!isAnnounced) timeline.tell({ what: 'Building two executables; this takes about 10 s, once.' });
    isAnnounced = true;
  };
  const both = await Promise.all([
    obtainExecutable(crew, 'router-old.cjs', { cacheFolder, onBuild }),
    obtainExecutable(crew, 'router-new.cjs', { cacheFolder, onBuild }),
  ]);
  for (const executable of both)
    timeline.tell({
      what: `${executable.isBuiltNow ? 'Built' : 'Found in the cache'}: ${executable.version}, sha256 ${executable.sha256.slice(0, 12)}…`,
      count: `${Math.round(executable.bytes / 1_000_000)} MB`,
    });
  return both;
}
