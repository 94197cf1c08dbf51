import { Fault } from '../../fault.ts';
import { scoreChecks } from '../../incidents/score-checks.ts';
import { type Selection, selectIncidents } from '../../incidents/select.ts';
import type { IncidentStats } from '../../model/incident-answers.ts';
import type { Command, Values } from '../command.ts';
import { readRegistry } from '../incidents/registry.ts';
import { SELECTION_OPTIONS, selectionOf, selectionWords } from '../incidents/selection.ts';
import { statsCsv, statsMarkdown, statsTable } from '../incidents/stats-page.ts';
import { terminalOf } from '../manifest/terminal.ts';
import { hasSwitch, oneOf, optionalText } from '../options.ts';

/** `haunted incidents stats`: which checks pay. */
export const incidentsStats: Command = {
  usage: '[--all] [--type TYPE] [--grade GRADE] … [--format table|json|csv|markdown]',
  about: [
    'Counts for each check how many incidents it would have stopped, how many it would not, and of how many nobody can say. These are the',
    'judgements of the records, not measurements. Without words it counts the confirmed incidents that promoted a wrong state; --all counts',
    'every record. Ends with 0.',
  ].join('\n'),
  options: {
    ...SELECTION_OPTIONS,
    all: { type: 'boolean', help: 'Every record of the registry.' },
    format: { type: 'string', value: 'table|json|csv|markdown', help: 'table by default.' },
  },
  run: async (values, positionals, io) => {
    if (positionals.length > 0)
      throw new Fault('BAD_USAGE', 'Choose with --type, --grade and the like; no other words are taken.');
    const format = oneOf(values, 'format', ['table', 'json', 'csv', 'markdown'], 'table');
    const selection = countedOf(values);
    const { incidents } = await readRegistry(optionalText(values, 'registry'), io.cwd);
    const chosen = selectIncidents(incidents, selection);
    const scope = selectionWords(selection);
    const answer: IncidentStats = {
      schema: 'haunted.incident-stats/v1',
      scope: scope === '' ? 'every record' : scope,
      incidents: chosen.length,
      checks: [...scoreChecks(chosen)],
    };
    if (format === 'json') io.stdout(`${JSON.stringify(answer, null, 2)}\n`);
    else if (format === 'csv') io.stdout(statsCsv(answer));
    else if (format === 'markdown') io.stdout(statsMarkdown(answer));
    else io.stdout(statsTable(answer, terminalOf(io).width));
    return 0;
  },
};

/** The question of the thread unless another one is asked: the confirmed cases of a promoted wrong state. */
function countedOf(values: Values): Selection {
  const selection = selectionOf(values);
  const isNarrowed = selectionWords(selection) !== '';
  if (hasSwitch(values, 'all')) {
    if (isNarrowed)
      throw new Fault('BAD_USAGE', '--all counts every record; leave it out to choose some of them.');
    return selection;
  }
  return isNarrowed ? selection : { ...selection, types: ['promoted_wrong_state'], grades: ['confirmed'] };
}
