import process from 'node:process';
import { readArguments, withAncestors } from './process-stat.ts';
import type { ProcessStat } from './process-stat.ts';

/**
 * The processes whose command line contains a text. Never this process nor the shells, sudo or ssh above it, whose own command
 * lines hold the text because the operator typed it, and no other `--command TEXT` either: two provers must not find each other.
 */
export function pidsWithCommand(text: string, all: readonly ProcessStat[]): number[] {
  const ours = withAncestors(process.pid, all);
  return all
    .filter(({ pid }) => !ours.has(pid))
    .filter(({ pid }) => {
      const args = readArguments(pid);
      return args.join(' ').includes(text) && !isProver(args, text);
    })
    .map(({ pid }) => pid);
}

function isProver(args: readonly string[], text: string): boolean {
  return args.some(
    (arg, at) => arg === `--command=${text}` || (arg === '--command' && args[at + 1] === text),
  );
}
