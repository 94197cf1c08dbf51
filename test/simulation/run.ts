import { parseArgs } from 'node:util';
import { ASSIGNMENTS, explore, newTally } from './exhaustive.ts';
import type { Tally } from './exhaustive.ts';
import { interleave, PAIRS } from './pairs.ts';
import { runSeed } from './random.ts';

/**
 * `npm run simulate -- --seeds N [--from SEED]`: so many random runs. `--exhaustive`: each fault at each step of each action, here and
 * served, and pairs of presses with up to `--turns` turns. Ends with 1 and the trace of the first failure.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    exhaustive: { type: 'boolean', default: false },
    turns: { type: 'string', default: '2' },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function countOf(name: 'seeds' | 'from' | 'turns'): number {
  if (/^\d{1,9}$/.test(values[name])) return Number(values[name]);
  process.stderr.write(`simulate: --${name} ${JSON.stringify(values[name])} is not a number.\n`);
  process.exit(1);
}

function stopAtFailure({ failures }: Pick<Tally, 'failures'>): void {
  const [first] = failures;
  if (first === undefined) return;
  say(first.trace.join('\n'));
  say(`\n${first.invariant}: ${first.detail}\n${first.schedule}\n${failures.length} schedules failed.`);
  process.exit(1);
}

async function everyFault(): Promise<void> {
  let schedules = 0;
  for (const mode of ['here', 'served'] as const)
    for (const action of ['deploy', 'activate', 'rollback'] as const)
      for (const failsAfter of [null, 0, 1, 2, 3]) {
        const tally = newTally();
        for (const running of ASSIGNMENTS) await explore({ mode, action, running, failsAfter }, tally);
        stopAtFailure(tally);
        schedules += tally.schedules;
        const fails = failsAfter === null ? 'the command ends well' : `it fails after ${failsAfter}`;
        say(`${mode}, ${action}, ${fails}: ${tally.schedules} schedules`);
      }
  for (const pair of PAIRS) {
    const tally = newTally();
    await interleave(pair, countOf('turns'), tally);
    stopAtFailure(tally);
    schedules += tally.schedules;
    say(`${pair.alice.action} beside ${pair.bob.action}: ${tally.schedules} schedules`);
  }
  say(`${schedules} schedules, every invariant held.`);
}

async function seeds(): Promise<void> {
  const [from, count] = [countOf('from'), countOf('seeds')];
  let steps = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const { failure, steps: taken } = await runSeed(seed);
    steps += taken;
    if (failure !== null) stopAtFailure({ failures: [{ ...failure, schedule: `seed ${seed}` }] });
    if ((seed - from + 1) % 1_000 === 0) process.stderr.write(`${seed - from + 1} seeds\n`);
  }
  say(`${count} schedules from seed ${from} on, ${steps} random steps, every invariant held.`);
}

await (values.exhaustive ? everyFault() : seeds());
