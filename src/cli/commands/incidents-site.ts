import path from 'node:path';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import { sitePages } from '../../site/site.ts';
import type { Command } from '../command.ts';
import { readRegistry } from '../incidents/registry.ts';
import { replayRuns } from '../incidents/replay-runs.ts';
import { writeSite } from '../incidents/site-folder.ts';
import { oneOf, optionalText } from '../options.ts';

/** `haunted incidents site DIR`: the registry as pages that need no server. */
export const incidentsSite: Command = {
  usage: 'DIR [--registry FOLDER] [--format table|json]',
  about: [
    'Writes the registry as a static site into DIR: the table of incidents, which checks pay, the rollback types, the fog, and a page for each',
    'incident; where it can be replayed, it is played through the gate and drawn as a timeline. The pages load nothing from anywhere, read without',
    'JavaScript, and are the same bytes for the same records. DIR is new, empty, or was made by this command. Ends with 0, or 1 when it could not',
    'be written.',
  ].join('\n'),
  options: {
    registry: {
      type: 'string',
      value: 'FOLDER',
      help: 'A registry of your own instead of the one that comes with haunted.',
    },
    format: { type: 'string', value: 'table|json', help: 'table by default; json lists the pages.' },
  },
  run: async (values, positionals, io) => {
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const [folder, surplus] = positionals;
    if (folder === undefined || folder === '' || surplus !== undefined)
      throw new Fault('BAD_USAGE', 'Name one folder to write into: `haunted incidents site public`.');
    const from = optionalText(values, 'registry');
    const registry = await readRegistry(from, io.cwd);
    const runs = await replayRuns(registry, from, io);
    const pages = sitePages({ ...registry, runs });
    const site = await writeSite(path.resolve(io.cwd, folder), pages);
    const first = shownPath(path.join(folder, 'index.html'));
    io.stdout(
      format === 'json'
        ? `${JSON.stringify(site, null, 2)}\n`
        : `${pages.size} pages, ${runs.size === 0 ? 'no replay' : `${runs.size} with a replay`}. Open ${first}.\n`,
    );
    return 0;
  },
};
