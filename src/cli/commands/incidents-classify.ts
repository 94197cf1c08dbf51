import { Fault } from '../../fault.ts';
import { RollbackType } from '../../model/incident-terms.ts';
import { gateHere } from '../button/gate-here.ts';
import { GATE_OPTIONS } from '../button/options.ts';
import { WORD_OPTIONS, wordSigned } from '../button/sign-word.ts';
import { theCluster } from '../button/the-cluster.ts';
import type { Command } from '../command.ts';
import { optionalText } from '../options.ts';

/** `haunted incidents classify`: what a rollback turned out to be, in a person’s judgement. */
export const incidentsClassify: Command = {
  usage: 'CHANGE --type TYPE --key FILE --reason TEXT [--cluster C] [--ledger FILE | --server URL]',
  about: [
    'Corrects what a rollback of your own counts as, by an operator’s signature; docs/rollback-types.md defines the words. The entry that is',
    'corrected stays. Ends with 0, or 1 when it could not be done.',
  ].join('\n'),
  options: {
    type: { type: 'string', value: 'TYPE', help: RollbackType.options.join(', ') },
    ...WORD_OPTIONS,
    ...GATE_OPTIONS,
  },
  run: async (values, [change, surplus], io) => {
    if (change === undefined || surplus !== undefined)
      throw new Fault(
        'BAD_USAGE',
        'Name one rollback by its change: `haunted incidents classify rollback-… --type clean`.',
      );
    const type = RollbackType.safeParse(optionalText(values, 'type'));
    if (!type.success)
      throw new Fault(
        'BAD_USAGE',
        `--type is missing or no rollback type: one of ${RollbackType.options.join(', ')}.`,
      );
    const { gate, close } = await gateHere(values, io);
    try {
      const { cluster } = await theCluster(gate, values, io);
      const said = { kind: 'classify', cluster, change, rollback_type: type.data } as const;
      const bytes = new TextEncoder().encode(await wordSigned(said, values, io));
      io.stdout(`${await gate.hear({ source: 'The word', bytes })}\n`);
      return 0;
    } finally {
      await close();
    }
  },
};
