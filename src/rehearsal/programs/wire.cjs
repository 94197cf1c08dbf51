'use strict';
// What every program of the rehearsal shares: one JSON object per line, over TCP and over the pipes to the rehearsal.

/** Calls `onMessage` for each line of JSON that arrives, and `onBatch` when a piece of input has been read to its end. */
function readLines(stream, onMessage, onBatch = () => {}) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (piece) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line !== '') onMessage(JSON.parse(line));
    onBatch();
  });
}

/** Writes one message as a line. False means that the reader is slow and the writer should wait for `drain`. */
function say(stream, message) {
  return stream.write(`${JSON.stringify(message)}\n`);
}

/**
 * Does what the rehearsal asks on stdin, one command a line, and answers on stdout. The pipe is also the life line: when it
 * ends the rehearsal is gone, however it ended, and no server may outlive it.
 */
function obey(commands) {
  const answer = async ({ id, verb, ...words }) => {
    try {
      say(process.stdout, { id, answer: await commands[verb](words) });
    } catch (error) {
      say(process.stdout, { id, error: String(error.message ?? error) });
    }
  };
  readLines(process.stdin, (command) => void answer(command));
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
  process.stdout.on('error', () => process.exit(0));
}

/** Tells the rehearsal that the program is up. */
function ready(facts) {
  say(process.stdout, { ready: facts });
}

/** The words after `--name` on the command line. */
function option(name) {
  const at = process.argv.indexOf(`--${name}`);
  if (at === -1 || process.argv[at + 1] === undefined) throw new Error(`--${name} is missing`);
  return process.argv[at + 1];
}

module.exports = { readLines, say, obey, ready, option };
