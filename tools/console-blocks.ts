/** A worked example in a manual page: one command, what it prints, and its exit code. */
export type ConsoleBlock = {
  /** The command line after `haunted`, in words. */
  readonly words: readonly string[];
  readonly stdout: string;
  readonly exit: number;
  /** The lines of the page it takes, without the fences: first and one past the last. */
  readonly from: number;
  readonly to: number;
  /** The lines that hold the command. */
  readonly commandLines: readonly string[];
};

const ASK_EXIT = '$ echo $?';

/**
 * The worked examples of a page: fenced as `console`, a `$ haunted …` that may go on after a backslash, its output, `$ echo $?` and
 * the exit code. Throws for a block that is something else, so that no example passes unread.
 */
export function consoleBlocks(page: string): ConsoleBlock[] {
  const lines = page.split('\n');
  return lines.flatMap((line, at) => (line === '```console' ? [readBlock(lines, at + 1)] : []));
}

function readBlock(lines: readonly string[], from: number): ConsoleBlock {
  const to = lines.indexOf('```', from);
  const body = lines.slice(from, to);
  const commandLength = body.findIndex((line) => !line.endsWith(' \\')) + 1;
  const asked = body.indexOf(ASK_EXIT);
  const commandLines = body.slice(0, commandLength);
  const command = commandLines.map((line) => line.replace(/ \\$/, '').trim()).join(' ');
  const exit = Number(body[asked + 1]);
  if (
    to === -1 ||
    asked !== body.length - 2 ||
    !Number.isInteger(exit) ||
    !/^\$ haunted [\w ./:=-]+$/.test(command)
  )
    throw new Error(`line ${from}: not a worked example that can be run: ${command}`);
  return {
    words: command.split(' ').slice(2),
    stdout: body
      .slice(commandLength, asked)
      .map((line) => `${line}\n`)
      .join(''),
    exit,
    from,
    to,
    commandLines,
  };
}

/** The page with other output and another exit code in each of its examples, in their order. */
export function withOutputs(
  page: string,
  outputs: readonly { readonly stdout: string; readonly exit: number }[],
): string {
  const lines = page.split('\n');
  const blocks = consoleBlocks(page);
  // From the last to the first, so that line numbers stay true.
  for (const [at, block] of [...blocks.entries()].reverse()) {
    const output = outputs[at];
    if (output === undefined) throw new Error(`no output for the example at line ${block.from}`);
    const body = [
      ...block.commandLines,
      ...output.stdout.replace(/\n$/, '').split('\n'),
      ASK_EXIT,
      String(output.exit),
    ];
    lines.splice(block.from, block.to - block.from, ...body);
  }
  return lines.join('\n');
}
