import { Fault } from '../../fault.ts';
import { quoted } from '../../model/quoted.ts';
import type { Command } from '../command.ts';
import { type Registry, readRegistry } from '../incidents/registry.ts';
import { claimPage, recordPage } from '../incidents/show-page.ts';
import { terminalOf } from '../manifest/terminal.ts';
import { oneOf, optionalText } from '../options.ts';

/** `haunted incidents show ID`: one incident with its evidence. */
export const incidentsShow: Command = {
  usage: 'ID [--format table|json]',
  about: [
    'Shows one incident: the trigger, the safety action, how healthy nodes were before and after it, the evidence with its grade, and which',
    'checks would have stopped it, each with its reason. Also shows a claim that is fog. Ends with 0, and with 1 when there is none of that name.',
  ].join('\n'),
  options: {
    registry: {
      type: 'string',
      value: 'FOLDER',
      help: 'A registry of your own instead of the one that comes with haunted.',
    },
    format: { type: 'string', value: 'table|json', help: 'table by default.' },
  },
  run: async (values, positionals, io) => {
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const [id, surplus] = positionals;
    if (id === undefined || surplus !== undefined)
      throw new Fault('BAD_USAGE', 'Name one incident: `haunted incidents show knight-2012`.');
    const registry = await readRegistry(optionalText(values, 'registry'), io.cwd);
    // The literature writes knight_2012; the folders have hyphens.
    const wanted = id.toLowerCase().replaceAll('_', '-');
    const record = registry.incidents.find((incident) => incident.id === wanted);
    const claim = registry.claims.find((candidate) => candidate.id === wanted);
    const found = record ?? claim;
    if (found === undefined) throw unknownId(id, wanted, registry);
    const { width, paint } = terminalOf(io);
    if (format === 'json') io.stdout(`${JSON.stringify(found, null, 2)}\n`);
    else if (record !== undefined) io.stdout(recordPage(record, width, paint));
    else if (claim !== undefined) io.stdout(claimPage(claim, width, paint));
    return 0;
  },
};

function unknownId(id: string, wanted: string, { incidents, claims }: Registry): Fault {
  const [word = ''] = wanted.split('-');
  const near = [...incidents, ...claims].map((each) => each.id).filter((each) => each.startsWith(`${word}-`));
  const hint = near.length === 0 ? '`haunted incidents list` names them all' : `there is ${near.join(', ')}`;
  return new Fault('NOT_FOUND', `There is no incident ${quoted(id)}; ${hint}.`);
}
