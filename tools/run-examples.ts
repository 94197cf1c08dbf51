import { Readable } from 'node:stream';
import { COMMANDS } from '../src/cli/commands.ts';
import { runCommandLine } from '../src/cli/run.ts';
import { VERSION } from '../src/cli/version.ts';

export type Printed = { readonly stdout: string; readonly exit: number };

/** What command lines print, one after another, in a folder. A terminal shows stderr and stdout alike, and so does a page. */
export async function runExamples(
  lines: readonly (readonly string[])[],
  folder: string,
): Promise<readonly Printed[]> {
  const printed: Printed[] = [];
  for (const words of lines) {
    const out: string[] = [];
    const exit = await runCommandLine(words, COMMANDS, VERSION, {
      stdout: (text) => void out.push(text),
      stderr: (text) => void out.push(text),
      stdin: () => Readable.from([]),
      isStdoutTty: false,
      isStderrTty: false,
      env: {},
      cwd: folder,
      now: Date.now,
      signal: new AbortController().signal,
    });
    printed.push({ stdout: out.join(''), exit });
  }
  return printed;
}
