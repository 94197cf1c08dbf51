import { Fault } from '../../fault.ts';
import { gateHere } from '../button/gate-here.ts';
import { GATE_OPTIONS } from '../button/options.ts';
import { unknownCluster } from '../button/the-cluster.ts';
import type { Command } from '../command.ts';
import { alignRows } from '../manifest/aligned.ts';
import { oneOf, optionalText } from '../options.ts';

/** `haunted quarantine list`: which clusters have not shown their body. */
export const quarantineList: Command = {
  usage: '[--cluster C] [--ledger FILE | --server URL] [--format table|json]',
  about: [
    'Lists the quarantines that are open, with the servers that have not proven themselves. Ends with 0 when there is none, 4 when there is',
    'one, and 1 when nobody can say.',
  ].join('\n'),
  options: { format: { type: 'string', value: 'table|json', help: 'table by default.' }, ...GATE_OPTIONS },
  run: async (values, positionals, io) => {
    if (positionals.length > 0) throw new Fault('BAD_USAGE', 'Name a cluster with --cluster.');
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const { gate, close } = await gateHere(values, io);
    try {
      const name = optionalText(values, 'cluster') ?? null;
      const clusters = await gate.look(name);
      if (clusters.length === 0 && name !== null) throw unknownCluster(name);
      const open = clusters.flatMap(({ cluster, quarantines }) =>
        [...quarantines.values()].map((quarantine) => ({ cluster, ...quarantine })),
      );
      if (format === 'json')
        io.stdout(
          `${JSON.stringify({ schema: 'haunted.quarantine-list/v1', quarantines: open }, null, 2)}\n`,
        );
      else if (open.length === 0) io.stdout('No cluster is in quarantine.\n');
      else {
        const rows = open.map(({ cluster, quarantine, time, unproven, reason }) => [
          cluster,
          quarantine,
          time,
          unproven.join(', ') || 'all have proven',
          reason,
        ]);
        const lines = alignRows(['CLUSTER', 'QUARANTINE', 'SINCE', 'UNPROVEN', 'WHY'], rows);
        io.stdout(`${lines.join('\n')}\n`);
      }
      return open.length === 0 ? 0 : 4;
    } finally {
      await close();
    }
  },
};
