import type { Ran } from '../../adapters/process/run-command.ts';
import { Fault } from '../../fault.ts';
import type { Begun, Gate, Outcome, Settled, Wish } from '../../gate/gate.ts';
import { EXIT_BY_VERDICT } from '../../model/verdict.ts';
import type { Io } from '../io.ts';
import { afterwards, verdictPage } from './show.ts';
import { watching } from './watching.ts';

/** Runs the command of a change that the gate let through, to its end. */
export type Run = (change: NonNullable<Begun['change']>) => Promise<Ran>;

type Button = {
  readonly wish: Wish;
  readonly run: Run;
  readonly isJson: boolean;
};

/** The order of events of the button, through any gate and with any way of running the command. The answer is the exit code. */
export async function pressThrough(gate: Gate, { wish, run, isJson }: Button, io: Io): Promise<number> {
  const watch = watching(io);
  const begun = await gate.begin(wish, watch);
  watch.done();
  const { verdict, change } = begun;
  if (change === null) {
    io.stdout(isJson ? asJson({ wish, begun, ran: null, settled: null }) : await verdictPage(verdict, io));
    return EXIT_BY_VERDICT[verdict.verdict];
  }
  if (io.signal.aborted) {
    const reason = 'it was interrupted before the command ran';
    const nothing: Outcome = { outcome: 'interrupted', exit_status: null, signal: null, reason };
    const settled = await gate.end(change.cluster, change.change, nothing, watch);
    return await answer({ wish, begun, ran: null, settled }, { isJson, io });
  }
  if (!isJson) io.stderr(await verdictPage(verdict, { ...io, isStdoutTty: io.isStderrTty }));
  const ran = await run(change);
  io.stderr(`haunted: ${howItEnded(ran)} Asking every server.\n`);
  const settled = await gate
    .end(change.cluster, change.change, outcomeOf(ran), watch)
    .catch((error: unknown) => {
      watch.done();
      // A connection that is lost says so itself.
      if (error instanceof Fault && error.code !== 'UNREACHABLE')
        io.stderr(
          `haunted: The command has ended, and the cluster is unproven. \`haunted quarantine show\` tells what is known, and \`haunted resume\` goes on: with \`--abandon ${change.change}\` when that is still open.\n`,
        );
      throw error;
    });
  watch.done();
  return await answer({ wish, begun, ran, settled }, { isJson, io });
}

/** How a command ended, in the words of the ledger. */
function outcomeOf({ exit_status, signal, failure, interrupted }: Ran): Outcome {
  const reason =
    failure !== null
      ? `it could not be started: ${failure}`
      : interrupted === null
        ? null
        : `${interrupted} reached haunted while it ran`;
  const outcome = interrupted !== null ? 'interrupted' : exit_status === 0 ? 'done' : 'failed';
  return { outcome, exit_status, signal, reason };
}

function howItEnded({ exit_status, signal, failure }: Ran): string {
  if (failure !== null) return `The command could not be started: ${failure}.`;
  if (signal !== null) return `The command was ended by ${signal}.`;
  return `The command ended with ${exit_status}.`;
}

type Told = {
  readonly wish: Wish;
  readonly begun: Begun;
  readonly ran: Ran | null;
  readonly settled: Settled | null;
};

async function answer(
  told: Told & { readonly settled: Settled },
  { isJson, io }: { readonly isJson: boolean; readonly io: Io },
): Promise<number> {
  const { settled, ran } = told;
  io.stdout(isJson ? asJson(told) : `${await verdictPage(settled.verdict, io)}\n${afterwards(settled)}`);
  const isDone = ran !== null && outcomeOf(ran).outcome === 'done';
  if (settled.verdict.verdict !== 'PROVEN') return EXIT_BY_VERDICT[settled.verdict.verdict];
  if (isDone) return 0;
  const inForce = settled.in_force?.slice(0, 12) ?? 'nothing';
  io.stderr(
    `haunted: ${ran === null ? 'The command was not run.' : howItEnded(ran)} Every server proves the manifest ${inForce}, which is in force. [COMMAND_FAILED]\n`,
  );
  return 1;
}

function asJson({ wish, begun, ran, settled }: Told): string {
  const command =
    ran === null ? null : { exit_status: ran.exit_status, signal: ran.signal, failure: ran.failure };
  const document = {
    schema: 'haunted.press/v1',
    action: wish.action,
    dry_run: wish.dry_run,
    begun: { change: begun.change, verdict: begun.verdict },
    command,
    settled,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
