import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import process from 'node:process';

const NAME = 'UV_THREADPOOL_SIZE';
/** What libuv takes when nobody says otherwise. */
const MOST = 4;

/**
 * Has signatures verified on one thread fewer than there are processors. Each thread more takes the processor from the event loop, which has to
 * be woken for every proof and then waits: on two processors a seventh fewer proofs came through with four threads than with one. Whoever has
 * said in the environment how many there shall be is heeded.
 */
export async function leaveAProcessor(processors = availableParallelism()): Promise<void> {
  if (process.env[NAME] !== undefined) return;
  process.env[NAME] = String(Math.min(MOST, Math.max(1, processors - 1)));
  // libuv reads it at its first work, which this is. Programs that we start must not inherit it.
  await stat('/');
  delete process.env[NAME];
}
