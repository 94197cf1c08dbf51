import { parseArgs } from 'node:util';
import { Fault, FAULTS } from '../fault.ts';
import type { Command, CommandRow } from './command.ts';
import { commandHelp, rootHelp } from './help.ts';
import type { Io } from './io.ts';

/** Runs one command line and answers with the exit code. Never throws; a bug is printed as one and ends with 70. */
export async function runCommandLine(
  argv: readonly string[],
  rows: readonly CommandRow[],
  version: string,
  io: Io,
): Promise<number> {
  try {
    return await dispatch(argv, rows, version, io);
  } catch (error) {
    if (error instanceof Fault) {
      io.stderr(`haunted: ${oneLine(error.message)} [${error.code}]\n`);
      return FAULTS[error.code].exit;
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr(
      `haunted: this is a bug in haunted, not in your cluster; nothing was decided. Please report it with this text:\n${detail}\n`,
    );
    return 70;
  }
}

async function dispatch(
  argv: readonly string[],
  rows: readonly CommandRow[],
  version: string,
  io: Io,
): Promise<number> {
  const [first, second] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    io.stdout(rootHelp(rows, version));
    return first === undefined ? 1 : 0;
  }
  if (first === '--version' || first === '-V') {
    io.stdout(`${version}\n`);
    return 0;
  }
  const two = second === undefined ? undefined : rows.find((row) => row.name === `${first} ${second}`);
  const row = two ?? rows.find((candidate) => candidate.name === first);
  if (row === undefined) {
    const family = rows.filter(({ name }) => name.startsWith(`${first} `));
    if (family.length === 0 || (second !== '--help' && second !== '-h'))
      throw unknownVerb(first, second, rows);
    io.stdout(rootHelp(family, version));
    return 0;
  }
  const command = await row.load();
  const rest = argv.slice(row.name.split(' ').length);
  // What comes after two hyphens belongs to another program.
  const end = rest.indexOf('--');
  const own = end === -1 ? rest : rest.slice(0, end);
  if (own.includes('--help') || own.includes('-h')) {
    io.stdout(commandHelp(row, command));
    return 0;
  }
  const { values, positionals } = parseWords(row.name, command, rest);
  return await command.run(values, positionals, io);
}

function parseWords(name: string, command: Command, rest: readonly string[]): ReturnType<typeof parseArgs> {
  const words = parsedWords(name, command, rest);
  const given = words.tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  const twice = given.find(
    (word, at) => command.options[word]?.multiple !== true && given.indexOf(word) < at,
  );
  const end = words.tokens.find((token) => token.kind === 'option-terminator')?.index ?? -1;
  const stray = words.tokens.find((token) => token.kind === 'positional' && token.index < end);
  if (stray !== undefined)
    throw new Fault(
      'BAD_USAGE',
      `${JSON.stringify(rest[stray.index])} stands before the two hyphens and is no option of \`haunted ${name}\`.`,
    );
  // Two answers to one question: whichever were taken, the other half of the line would be judged as if it were not there.
  if (twice !== undefined)
    throw new Fault('BAD_USAGE', `--${twice} is given twice, and \`haunted ${name}\` takes it once.`);
  return words;
}

function parsedWords(name: string, command: Command, rest: readonly string[]) {
  try {
    return parseArgs({
      args: [...rest],
      options: { ...command.options },
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? error.message) : String(error);
    throw new Fault('BAD_USAGE', `${reason}. \`haunted ${name} --help\` lists its options.`, {}, error);
  }
}

function unknownVerb(first: string, second: string | undefined, rows: readonly CommandRow[]): Fault {
  const family = rows
    .filter((row) => row.name.startsWith(`${first} `))
    .map((row) => row.name.slice(first.length + 1));
  if (family.length > 0) {
    const said = second === undefined ? 'needs a second word' : `has no ${JSON.stringify(second)}`;
    return new Fault('BAD_USAGE', `\`haunted ${first}\` ${said}: one of ${family.join(', ')}.`);
  }
  return new Fault(
    'BAD_USAGE',
    `There is no command ${JSON.stringify(first)}. \`haunted --help\` lists them.`,
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}
