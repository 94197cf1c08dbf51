import { Fault } from '../../fault.ts';
import { actorOf, gateHere } from '../button/gate-here.ts';
import { GATE_OPTIONS } from '../button/options.ts';
import { received } from '../button/read-wish.ts';
import { settledAnswer } from '../button/settled-answer.ts';
import { watching } from '../button/watching.ts';
import type { Command } from '../command.ts';
import { oneOf, requiredText } from '../options.ts';

/** `haunted adopt`: the first manifest of a cluster. */
export const adopt: Command = {
  usage: '--manifest FILE [--ledger FILE | --server URL]',
  about: [
    'Says what a cluster runs today, once, before its first guarded deployment: the manifest goes into the ledger as the one in force, and',
    'every server is asked to prove it. Ends with 0 when all do, 4 when not, and 1 when it could not be done.',
  ].join('\n'),
  options: {
    manifest: { type: 'string', value: 'FILE', help: 'The manifest the cluster runs.' },
    format: { type: 'string', value: 'table|json', help: 'table by default.' },
    ...GATE_OPTIONS,
  },
  run: async (values, positionals, io) => {
    if (positionals.length > 0) throw new Fault('BAD_USAGE', 'Name the manifest with --manifest FILE.');
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const manifest = await received(requiredText(values, 'manifest', 'the manifest it runs'), 'manifest', io);
    const { gate, close } = await gateHere(values, io, { isFirst: true });
    const watch = watching(io);
    try {
      const settled = await gate.adopt(manifest, actorOf(values, io), watch);
      watch.done();
      return await settledAnswer(settled, format, io);
    } finally {
      await close();
    }
  },
};
