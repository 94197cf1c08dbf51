import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { Fault } from '../../fault.ts';
import { rehearseKnight } from '../../rehearsal/rehearse-knight.ts';
import { type Screen, showAct, showFact } from '../../rehearsal/show-timeline.ts';
import { showSummary } from '../../rehearsal/show-summary.ts';
import type { Command } from '../command.ts';
import type { Io } from '../io.ts';
import { oneOf, optionalText } from '../options.ts';

const SCENARIO = 'knight-2012';

/** `haunted rehearse`: plays an incident on this machine with real processes. */
export const rehearse: Command = {
  usage: `${SCENARIO} [--out DIR] [--format table|json]`,
  about: [
    'Plays 1 August 2012 at Knight Capital on this machine: eight real server processes from two different executables, a',
    'gateway that sends real orders with the flag in the message, and a market that counts; first without a gate, then with it.',
    'Uses only 127.0.0.1, keeps two executables of 127 MB in a cache, and leaves no process behind. Ends with 0 when every gate',
    'said what it must.',
  ].join('\n'),
  options: {
    out: { type: 'string', value: 'DIR', help: 'folder for the documents; a fresh temporary one by default' },
    format: { type: 'string', value: 'FORMAT', help: 'table (default) or json' },
  },
  run: async (values, positionals, io) => {
    if (positionals.length !== 1 || positionals[0] !== SCENARIO)
      throw new Fault(
        'BAD_USAGE',
        `Say what to rehearse: \`haunted rehearse ${SCENARIO}\` is the one there is.`,
      );
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const out = optionalText(values, 'out');
    const screen = screenOf(io, format);
    const tell = format === 'json' ? io.stderr : io.stdout;
    const rehearsal = await rehearseKnight(
      {
        hauntedEntry: path.resolve(process.argv[1] ?? ''),
        out: out === undefined ? null : path.resolve(io.cwd, out),
        temporaryFolder: os.tmpdir(),
        cacheFolder: cacheFolder(io),
        env: io.env,
        signal: io.signal,
        now: io.now,
      },
      {
        onAct: (act, title) => tell(showAct(act, title, screen)),
        onFact: (fact) => tell(showFact(fact, screen)),
        onDocument: (text) => tell(`${text}\n`),
      },
    );
    io.stdout(format === 'json' ? `${JSON.stringify(rehearsal, null, 2)}\n` : showSummary(rehearsal, screen));
    // A gate that said something else than it must is no verdict about a cluster: the rehearsal could not show what it claims.
    return rehearsal.went_as_it_must ? 0 : 1;
  },
};

function screenOf(io: Io, format: 'table' | 'json'): Screen {
  const isTty = format === 'json' ? io.isStderrTty : io.isStdoutTty;
  return {
    columns: (isTty ? io.stdoutColumns : undefined) ?? 100,
    isColoured: isTty && (io.env['NO_COLOR'] ?? '') === '' && io.env['TERM'] !== 'dumb',
  };
}

function cacheFolder(io: Io): string {
  const base = io.env['XDG_CACHE_HOME'];
  const cache = base === undefined || !path.isAbsolute(base) ? path.join(os.homedir(), '.cache') : base;
  return path.join(cache, 'haunted-rehearsal');
}
