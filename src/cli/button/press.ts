import { requireProgram } from '../../adapters/process/find-program.ts';
import { runCommand } from '../../adapters/process/run-command.ts';
import { Fault } from '../../fault.ts';
import type { Wish } from '../../gate/gate.ts';
import type { Values } from '../command.ts';
import type { Io } from '../io.ts';
import { oneOf } from '../options.ts';
import { gateHere } from './gate-here.ts';
import { pressThrough } from './press-through.ts';
import type { Run } from './press-through.ts';

type Pressed = { readonly values: Values; readonly wish: Wish; readonly argv: readonly string[] };

/**
 * The button: asks the gate, runs the command, asks every server, and says what is so. The exit code is 0 only when the command ended
 * well and every server proved it; QUARANTINE is 4, BLOCK 2, HOLD 3; and 1 when the command failed and the cluster is proven all the same.
 */
export async function press({ values, wish, argv }: Pressed, io: Io): Promise<number> {
  const isJson = oneOf(values, 'format', ['table', 'json'], 'table') === 'json';
  if (argv.length === 0 && !wish.dry_run)
    throw new Fault('BAD_USAGE', 'Which command does it? Give it after two hyphens: `-- ./deploy.sh 42`.');
  const [program] = argv;
  if (program !== undefined) requireProgram(program, { cwd: io.cwd, searchPath: io.env['PATH'] ?? '' });
  const { gate, close } = await gateHere(values, io);
  const run: Run = async (change) =>
    await runCommand(argv, {
      cwd: io.cwd,
      env: {
        ...io.env,
        HAUNTED_EVENT: change.change,
        HAUNTED_CLUSTER: change.cluster,
        HAUNTED_MANIFEST_SHA256: change.manifest_sha256,
      },
      stdout: isJson ? 'stderr' : 'stdout',
      onSignal: (signal, count) =>
        io.stderr(
          count === 1
            ? `haunted: ${signal}: passed on to the command; what it did is written down when it ends.\n`
            : `haunted: ${signal}: still waiting for the command to end, so that the ledger can say how it did.\n`,
        ),
    });
  try {
    return await pressThrough(gate, { wish, run, isJson }, io);
  } finally {
    await close();
  }
}
