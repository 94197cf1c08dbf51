import { Fault } from '../../fault.ts';
import type { MemberRow } from '../../model/operator-wire.ts';
import type { Command } from '../command.ts';
import { alignRows } from '../manifest/aligned.ts';
import { oneOf, optionalText } from '../options.ts';
import { MEMBERS_OPTIONS, membersWhere } from '../serve/members-where.ts';

/** `haunted agent list`: who has joined, and who was heard of when. */
export const agentList: Command = {
  usage: '[--cluster C] [--server URL | --state DIR] [--format table|json]',
  about: [
    'Lists the servers that have joined a control plane: whether their agents are connected, when each last tried to prove itself, when it last',
    'did, and what was wrong. With --state the store is read without the control plane, and nobody knows who is connected. Ends with 0, or 1',
    'when nobody can say.',
  ].join('\n'),
  options: {
    cluster: { type: 'string', value: 'NAME', help: 'Only servers of this cluster.' },
    format: { type: 'string', value: 'table|json', help: 'table by default.' },
    ...MEMBERS_OPTIONS,
  },
  run: async (values, positionals, io) => {
    if (positionals.length > 0) throw new Fault('BAD_USAGE', 'Name a cluster with --cluster.');
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const cluster = optionalText(values, 'cluster');
    const where = await membersWhere(values, io);
    try {
      const list = await where.list();
      const members = list.members.filter((row) => cluster === undefined || row.cluster === cluster);
      if (format === 'json') io.stdout(`${JSON.stringify({ ...list, members }, null, 2)}\n`);
      else io.stdout(members.length === 0 ? 'No server has joined.\n' : table(members));
      return 0;
    } finally {
      await where.close();
    }
  },
};

const HEAD = ['CLUSTER', 'HOST', 'CONNECTED', 'LAST ATTEMPT', 'LAST SUCCESS', 'LEASE UNTIL', 'PROBLEM'];

function table(members: readonly MemberRow[]): string {
  const rows = members.map((row) => [
    row.cluster,
    row.hostname,
    row.connected === null ? 'not known' : row.connected ? 'yes' : 'no',
    row.last_attempt_at ?? 'never',
    row.last_success_at ?? 'never',
    row.lease_until ?? 'none',
    row.last_problem ?? '',
  ]);
  return `${alignRows(HEAD, rows).join('\n')}\n`;
}
