import { Fault } from '../../fault.ts';
import { gateHere } from '../button/gate-here.ts';
import { GATE_OPTIONS } from '../button/options.ts';
import { settledAnswer } from '../button/settled-answer.ts';
import { theCluster } from '../button/the-cluster.ts';
import { watching } from '../button/watching.ts';
import type { Command } from '../command.ts';
import { oneOf, optionalText } from '../options.ts';

/** `haunted resume`: how to go on after something went wrong. */
export const resume: Command = {
  usage: '[--cluster C] [--abandon CHANGE [--reason TEXT]] [--ledger FILE | --server URL]',
  about: [
    'Asks every server again what it runs. When all prove the manifest in force (or the one that a broken change was to bring), the',
    'quarantine ends; else it stays. --abandon says that nobody runs the command of an open change any more: it is ended, and nobody knows',
    'how. Ends with 0 when the cluster is proven, 4 in quarantine, 3 while a change is under way, 1 when it could not be done.',
  ].join('\n'),
  options: {
    abandon: { type: 'string', value: 'CHANGE', help: 'The open change that nobody runs any more.' },
    reason: { type: 'string', value: 'TEXT', help: 'What is known of it; it goes into the ledger.' },
    format: { type: 'string', value: 'table|json', help: 'table by default.' },
    ...GATE_OPTIONS,
  },
  run: async (values, positionals, io) => {
    if (positionals.length > 0)
      throw new Fault('BAD_USAGE', 'Name the cluster with --cluster, and an open change with --abandon.');
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const abandoned = optionalText(values, 'abandon');
    const { gate, close } = await gateHere(values, io);
    const watch = watching(io);
    try {
      const { cluster } = await theCluster(gate, values, io);
      const reason = optionalText(values, 'reason') ?? null;
      const outcome = { outcome: 'abandoned', exit_status: null, signal: null, reason } as const;
      const settled =
        abandoned === undefined
          ? await gate.prove(cluster, watch)
          : await gate.end(cluster, abandoned, outcome, watch);
      watch.done();
      return await settledAnswer(settled, format, io);
    } finally {
      await close();
    }
  },
};
