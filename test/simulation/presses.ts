import type { Ran } from '../../src/adapters/process/run-command.ts';
import { pressThrough } from '../../src/cli/button/press-through.ts';
import type { Io } from '../../src/cli/io.ts';
import { Fault } from '../../src/fault.ts';
import type { Gate, Settled, Wish } from '../../src/gate/gate.ts';
import { kill, newProcess } from './scheduler.ts';
import type { Process } from './scheduler.ts';
import type { Version } from './servers.ts';
import { HOSTS } from './setups.ts';
import type { World } from './world.ts';

/** Somebody at the button: the real order of events, with a command that changes servers one after the other. */
export type Press = {
  readonly name: string;
  readonly process: Process;
  /** The command; null before it runs. */
  command: Process | null;
  /** How it ended: an exit code, or the code of a fault; null while it goes on. */
  end: number | Fault['code'] | null;
  readonly interrupt: () => void;
};

type Pressing = {
  readonly wish: Wish;
  /** What the command puts on the servers. */
  readonly version: Version;
  /** After how many servers the command fails; null for never. */
  readonly failsAfter?: number | null;
};

/** Presses. What it does from then on is up to the scheduler. */
export function press(world: World, name: string, { wish, version, failsAfter = null }: Pressing): Press {
  const { sched, witness } = world;
  const { process, gate } = gateOf(world, name);
  const abort = new AbortController();
  let stop: (() => void) | null = null;
  const pressed: Press = {
    name,
    process,
    command: null,
    end: null,
    interrupt: () => {
      abort.abort();
      stop?.();
    },
  };
  const run = async (): Promise<Ran> => {
    if (witness.state().change === null && process.isAlive) {
      const isMine = witness.state().last_change?.ended?.outcome === 'abandoned';
      if (!isMine) witness.violations.push({ invariant: 'no act without an entry', detail: `${name} runs` });
    }
    const command = newProcess(`command of ${name}`);
    pressed.command = command;
    const ran: Ran = { exit_status: 0, signal: null, failure: null, interrupted: null };
    return await new Promise<Ran>((resolve) => {
      const done = (how: Ran): void => {
        if (!process.isAlive) return;
        sched.later(process, 'the command ended', () => resolve(how));
      };
      stop = () => {
        kill(command);
        done({ ...ran, exit_status: null, signal: 'SIGINT', interrupted: 'SIGINT' });
      };
      void (async () => {
        for (const [at, host] of HOSTS.entries()) {
          if (at === failsAfter) break;
          await sched.waitFor(command, `copies ${version} to ${host}`, { touches: host });
          world.fleet.copy(host, version);
          await sched.waitFor(command, `restarts ${host}`, { touches: host });
          world.fleet.restart(host);
        }
        await sched.waitFor(command, 'ends');
        done(failsAfter === null ? ran : { ...ran, exit_status: 7 });
      })();
    });
  };
  void (async () => {
    let told: Settled | null = null;
    const io = quiet(abort.signal, world.gateNow, (text) => {
      told = (JSON.parse(text) as { settled: Settled | null }).settled;
    });
    try {
      pressed.end = await pressThrough(gate, { wish, run, isJson: true }, io);
      checkExit(world, pressed, told);
    } catch (error) {
      if (error instanceof Fault) pressed.end = error.code;
      else witness.bug(error);
    }
  })();
  return pressed;
}

/** The button says 0 only when the ledger has the end of a command that went well, and the proof of every server. */
function checkExit({ witness }: World, { name, end }: Press, told: Settled | null): void {
  if (end !== 0) return;
  const event = told?.event_id;
  const has = (kind: string, word: string): boolean =>
    witness.entries.some(
      (entry) =>
        (entry.kind === 'change_ended' &&
          kind === entry.kind &&
          entry.body.change === event &&
          entry.body.outcome === word) ||
        (entry.kind === 'verdict' &&
          kind === entry.kind &&
          entry.body.event_id === event &&
          entry.body.verdict === word),
    );
  if (!has('change_ended', 'done') || !has('verdict', 'PROVEN'))
    witness.violations.push({ invariant: 'exit 0 is proven', detail: `${name} ended with 0 for ${event}` });
}

/** The gate as a command line reaches it: its own, which dies with it, or the served one. */
export function gateOf(world: World, name: string): { readonly process: Process; readonly gate: Gate } {
  if (world.settings.mode === 'here') return world.startGate(name);
  const process = newProcess(name);
  return { process, gate: world.behind(process) };
}

async function* nobodyTypes(): AsyncGenerator<Uint8Array> {
  // There is no terminal.
}

function quiet(signal: AbortSignal, now: () => number, stdout: (text: string) => void): Io {
  return {
    stdout,
    stderr: () => undefined,
    stdin: nobodyTypes,
    isStdoutTty: false,
    isStderrTty: false,
    env: {},
    cwd: '/',
    now,
    signal,
  };
}
