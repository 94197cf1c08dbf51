import { Fault } from '../../fault.ts';
import type { ReplayList } from '../../model/replay-run.ts';
import { play } from '../../replay/play.ts';
import { runOf, summaryOf } from '../../replay/run.ts';
import type { Command, Values } from '../command.ts';
import { replayPage, replaysMarkdown, replaysTable } from '../incidents/replay-page.ts';
import { readReplay, replayFolder, replayIds } from '../incidents/replays.ts';
import type { Io } from '../io.ts';
import { terminalOf } from '../manifest/terminal.ts';
import { hasSwitch, oneOf, optionalText } from '../options.ts';

/** `haunted incidents replay ID`: an incident through the real judge. */
export const incidentsReplay: Command = {
  usage: '(ID | --all) [--format table|json|markdown]',
  about: [
    'Plays an incident of the record through the real gate, moment by moment: what happened, beside what the gate says and when. Its last line says',
    'what came of it: blocked before the harm, blocked at the button, caught after, or NOT CAUGHT. --all prints one line for each. Nothing is asked',
    'or touched outside this process. Ends with 0 whatever came of it. docs/replays.md is the manual.',
  ].join('\n'),
  options: {
    all: { type: 'boolean', help: 'Every incident that can be replayed, one line each.' },
    registry: {
      type: 'string',
      value: 'FOLDER',
      help: 'A registry of your own instead of the one that comes with haunted.',
    },
    format: { type: 'string', value: 'table|json|markdown', help: 'table by default; markdown with --all.' },
  },
  run: async (values, positionals, io) => {
    const [id, surplus] = positionals;
    const isAll = hasSwitch(values, 'all');
    if (isAll === (id !== undefined) || surplus !== undefined)
      throw new Fault(
        'BAD_USAGE',
        'Name one incident, `haunted incidents replay knight-2012`, or say --all.',
      );
    const root = replayFolder(optionalText(values, 'registry'), io.cwd);
    if (id === undefined) return await replayAll(root, values, io);
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    // The literature writes knight_2012; the folders have hyphens.
    const replay = await readReplay(root, id.toLowerCase().replaceAll('_', '-'));
    const run = runOf(replay, await play(replay));
    const { width, paint } = terminalOf(io);
    io.stdout(format === 'json' ? `${JSON.stringify(run, null, 2)}\n` : replayPage(run, width, paint));
    return 0;
  },
};

async function replayAll(root: string, values: Values, io: Io): Promise<number> {
  const format = oneOf(values, 'format', ['table', 'json', 'markdown'], 'table');
  const list: ReplayList = { schema: 'haunted.replay-list/v1', replays: [] };
  const ids = replayIds(root);
  for (const [at, id] of ids.entries()) {
    if (io.signal.aborted)
      throw new Fault('INTERRUPTED', 'The replays were interrupted; nothing was printed.');
    if (io.isStderrTty) io.stderr(`\r${at + 1} of ${ids.length} `);
    const replay = await readReplay(root, id);
    list.replays.push(summaryOf(replay, await play(replay)));
  }
  if (io.isStderrTty) io.stderr('\r');
  const print = { table: replaysTable, markdown: replaysMarkdown };
  io.stdout(format === 'json' ? `${JSON.stringify(list, null, 2)}\n` : print[format](list));
  return 0;
}
