import { Fault } from '../../fault.ts';
import { selectFog, selectIncidents, SORT_KEYS, sortIncidents } from '../../incidents/select.ts';
import type { IncidentList } from '../../model/incident-answers.ts';
import type { Command } from '../command.ts';
import { listCsv, listMarkdown, listTable } from '../incidents/list-page.ts';
import { readRegistry } from '../incidents/registry.ts';
import { SELECTION_OPTIONS, selectionOf } from '../incidents/selection.ts';
import { hasSwitch, oneOf, optionalText } from '../options.ts';

/** `haunted incidents list`: the graded incidents. */
export const incidentsList: Command = {
  usage: '[--type TYPE] [--grade GRADE] … [--sort KEY] [--format table|json|csv|markdown]',
  about: [
    'Lists the incidents on public record, each with what its rollback turned out to be and how good the evidence is, and below them the',
    'claims that are fog. Reads files and touches nothing. Ends with 0, also when nothing fits. docs/incidents.md is the manual.',
  ].join('\n'),
  options: {
    ...SELECTION_OPTIONS,
    sort: { type: 'string', value: SORT_KEYS.join('|'), help: 'By date unless given.' },
    reverse: { type: 'boolean', help: 'The other way round.' },
    format: { type: 'string', value: 'table|json|csv|markdown', help: 'table by default.' },
  },
  run: async (values, positionals, io) => {
    if (positionals.length > 0)
      throw new Fault(
        'BAD_USAGE',
        'Choose with --type, --grade and the like; `haunted incidents show ID` shows one.',
      );
    const format = oneOf(values, 'format', ['table', 'json', 'csv', 'markdown'], 'table');
    const key = oneOf(values, 'sort', SORT_KEYS, 'date');
    const selection = selectionOf(values);
    const { incidents, claims } = await readRegistry(optionalText(values, 'registry'), io.cwd);
    const sorted = sortIncidents(selectIncidents(incidents, selection), key);
    const chosen = hasSwitch(values, 'reverse') ? sorted.toReversed() : sorted;
    const fog = selectFog(claims, selection);
    const answer: IncidentList = {
      schema: 'haunted.incident-list/v1',
      incidents: [...chosen],
      fog: [...fog],
    };
    const print = { table: listTable, csv: listCsv, markdown: listMarkdown };
    io.stdout(format === 'json' ? `${JSON.stringify(answer, null, 2)}\n` : print[format](chosen, fog));
    return 0;
  },
};
