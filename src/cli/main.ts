import process from 'node:process';
import { Fault, FAULTS } from '../fault.ts';
import { COMMANDS } from './commands.ts';
import { endWhenStuck } from './end-when-stuck.ts';
import { runCommandLine } from './run.ts';
import { VERSION } from './version.ts';

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(name));
interrupted.signal.addEventListener('abort', () =>
  endWhenStuck(process, () => {
    process.stderr.write(
      'haunted: Interrupted while a file was waited for that does not come. [INTERRUPTED]\n',
    );
    // By the signal that was sent, which nobody catches a second time: an ordinary end would wait for the thread that waits for the file.
    process.kill(process.pid, interrupted.signal.reason as NodeJS.Signals);
  }),
);
// A reader that goes away (`haunted check … | head`) is not a fault of ours, and must not turn a verdict into a stack trace.
// An answer that a full disk swallowed must not end as if somebody had read it.
process.stderr.on('error', () => undefined);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  const why = error.code === 'ENOSPC' ? 'the disk is full' : `the system said ${String(error.code)}`;
  process.stderr.write(`haunted: The answer could not be written to stdout: ${why}. [CANNOT_WRITE]\n`);
  process.exit(FAULTS.CANNOT_WRITE.exit);
});

function stopReading(): void {
  process.stdin.destroy(new Fault('INTERRUPTED', 'The command was interrupted; nothing was decided.'));
}

/** Standard input, until somebody stops us: a command that waits for it must not outlive Ctrl-C. */
function stdin(): typeof process.stdin {
  if (interrupted.signal.aborted) stopReading();
  interrupted.signal.addEventListener('abort', stopReading, { once: true });
  return process.stdin;
}

/** Null when the folder we stand in was removed, as by a deployment that replaces it. */
function currentFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

const cwd = currentFolder();
if (cwd === null) {
  process.stderr.write(
    'haunted: The folder you stand in does not exist any more; go to one that does. [NOT_FOUND]\n',
  );
  process.exit(FAULTS.NOT_FOUND.exit);
}

const running = runCommandLine(process.argv.slice(2), COMMANDS, VERSION, {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  stdin,
  isStdoutTty: process.stdout.isTTY,
  stdoutColumns: process.stdout.columns,
  isStderrTty: process.stderr.isTTY,
  env: process.env,
  cwd,
  now: Date.now,
  signal: interrupted.signal,
});
// Not awaited at the top level: the published program is a script, whose compiled code can be kept.
void running.then((code) => {
  process.exitCode = code;
});
