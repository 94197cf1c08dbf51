import type { Command, CommandRow } from './command.ts';

const EXIT_CODES =
  'Exit codes: 0 allow or proven, 1 could not evaluate (never a yes), 2 block, 3 hold, 4 quarantine.';

/** The page `haunted --help` prints. */
export function rootHelp(rows: readonly CommandRow[], version: string): string {
  const width = Math.max(0, ...rows.map((row) => row.name.length));
  const lines = rows.map((row) => `  ${row.name.padEnd(width)}  ${row.summary}`);
  return [
    `haunted ${version}: the gate in front of deploy and rollback.`,
    '',
    'Usage: haunted COMMAND [options]',
    '',
    ...lines,
    '',
    '`haunted COMMAND --help` tells more. stdout is the answer, stderr is progress.',
    EXIT_CODES,
    '',
  ].join('\n');
}

/** The page `haunted COMMAND --help` prints. */
export function commandHelp(row: CommandRow, command: Command): string {
  const entries = Object.entries(command.options).map(([name, option]) => ({
    left: `--${name}${option.value === undefined ? '' : ` ${option.value}`}`,
    right: option.help,
  }));
  const width = Math.max(0, ...entries.map((entry) => entry.left.length));
  return [
    `haunted ${row.name}: ${row.summary}`,
    '',
    `Usage: haunted ${row.name} ${command.usage}`.trimEnd(),
    '',
    command.about,
    '',
    ...entries.map((entry) => `  ${entry.left.padEnd(width)}  ${entry.right}`),
    '',
    EXIT_CODES,
    '',
  ].join('\n');
}
