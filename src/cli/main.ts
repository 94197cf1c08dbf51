import process from 'node:process';
import { COMMANDS } from './commands.ts';
import { runCommandLine } from './run.ts';
import { VERSION } from './version.ts';

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(name));
// A reader that goes away (`haunted check … | head`) is not a fault of ours, and must not turn a verdict into a stack trace.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const running = runCommandLine(process.argv.slice(2), COMMANDS, VERSION, {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  stdin: () => process.stdin,
  isStdoutTty: process.stdout.isTTY,
  stdoutColumns: process.stdout.columns,
  isStderrTty: process.stderr.isTTY,
  env: process.env,
  cwd: process.cwd(),
  now: Date.now,
  signal: interrupted.signal,
});
// Not awaited at the top level: the published program is a script, whose compiled code can be kept.
void running.then((code) => {
  process.exitCode = code;
});
