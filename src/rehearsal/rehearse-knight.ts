import path from 'node:path';
import process from 'node:process';
import { Fault } from '../fault.ts';
import { hasRefusedAll, playActFour } from './act-four.ts';
import { playActOne } from './act-one.ts';
import { playActThree } from './act-three.ts';
import { playActTwo } from './act-two.ts';
import { type Crew, gatherCrew, throwIfInterrupted } from './crew.ts';
import { bringNear, obtainExecutable } from './executables.ts';
import { handOver } from './hand-over.ts';
import { hauntedIn } from './haunted.ts';
import {
  FICTIONAL,
  flowsOf,
  FROM_THE_RECORD,
  hasExpectedExits,
  type Rehearsal,
  summaryOf,
} from './rehearsal.ts';
import { SAFETY_CAP } from './servers.ts';
import { setStage, type Stage } from './stage.ts';
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
export async function rehearseKnight(setting: Setting, audience: Audience): Promise<Rehearsal> {
  if (process.platform !== 'linux')
    throw new Fault(
      'UNSUPPORTED',
      `The rehearsal needs Linux, because its servers prove themselves through /proc; this is ${process.platform}.`,
    );
  const start = setting.now();
  const folder = await layOutFolder(setting.out, setting.temporaryFolder);
  const timeline = startTimeline(path.join(folder, 'timeline.ndjson'), audience, setting.now);
  const crew = gatherCrew(setting.signal, setting.env);
  try {
    timeline.open(0, 'Before the curtain');
    const store = path.join(folder, 'servers', 'store');
    const built = await obtainBoth(crew, setting.cacheFolder, timeline);
    const [old, rlp] = await Promise.all([bringNear(built.old, store), bringNear(built.rlp, store)]);
    const stage = await setStage({ crew, folder, old, rlp, timeline });
    const haunted = hauntedIn(crew, folder, setting.hauntedEntry, setting.now);
    const one = await playActOne(stage);
    const two = await playActTwo(stage, haunted);
    const three = await playActThree(stage, haunted);
    const four = await playActFour(stage, haunted);
    const checks = [two.deploy, two.activate, two.rollback, three.proof].map(summaryOf);
    const rehearsal: Rehearsal = {
      schema: 'haunted.rehearsal/v1',
      scenario: 'knight-2012',
      folder,
      took_ms: setting.now() - start,
      executables: [built.old, built.rlp],
      safety_cap: SAFETY_CAP,
      flows: flowsOf(one, two, three, four),
      checks,
      went_as_it_must: hasExpectedExits(checks) && hasRefusedAll(four),
      from_the_record: FROM_THE_RECORD,
      fictional: FICTIONAL,
    };
    await handOver(rehearsal, setting.hauntedEntry);
    return rehearsal;
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
): Promise<Pick<Stage, 'old' | 'rlp'>> {
  let isAnnounced = false;
  const onBuild = (): void => {
    if (!isAnnounced) timeline.tell({ what: 'Building two executables; this takes about 10 s, once.' });
    isAnnounced = true;
  };
  const [old, rlp] = await Promise.all([
    obtainExecutable(crew, 'router-old.cjs', { cacheFolder, onBuild }),
    obtainExecutable(crew, 'router-new.cjs', { cacheFolder, onBuild }),
  ]);
  for (const executable of [old, rlp])
    timeline.tell({
      what: `${executable.version}, sha256 ${executable.sha256.slice(0, 12)}…${executable.isBuiltNow ? '' : ', cached'}`,
      count: `${Math.round(executable.bytes / 1_000_000)} MB`,
    });
  return { old, rlp };
}
