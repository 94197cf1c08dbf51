import { Fault } from '../../fault.ts';
import { gateHere } from '../button/gate-here.ts';
import { GATE_OPTIONS } from '../button/options.ts';
import { received } from '../button/read-wish.ts';
import { settledAnswer } from '../button/settled-answer.ts';
import { WORD_OPTIONS, wordSigned } from '../button/sign-word.ts';
import { theCluster } from '../button/the-cluster.ts';
import { watching } from '../button/watching.ts';
import type { Command } from '../command.ts';
import { oneOf, optionalText } from '../options.ts';

/** `haunted quarantine release`: by proof, or by an operator’s signature. */
export const quarantineRelease: Command = {
  usage: '[QUARANTINE] [--key FILE --reason TEXT | --word FILE] [--cluster C] [--ledger FILE | --server URL]',
  about: [
    'Ends a quarantine. Without a key every server is asked, and only a proof of all of them ends it. With --key an operator signs that it ends',
    'without a proof; that lets gates allow again, and gives no server a lease. Ends with 0 when it is released, 4 when it stays, and 1 when it',
    'could not be done.',
  ].join('\n'),
  options: {
    word: { type: 'string', value: 'FILE', help: 'A release that was signed elsewhere.' },
    format: { type: 'string', value: 'table|json', help: 'table by default.' },
    ...WORD_OPTIONS,
    ...GATE_OPTIONS,
  },
  run: async (values, [name, surplus], io) => {
    if (surplus !== undefined) throw new Fault('BAD_USAGE', 'Name one quarantine.');
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const word = optionalText(values, 'word');
    const { gate, close } = await gateHere(values, io);
    try {
      if (word !== undefined) {
        io.stdout(`${await gate.hear(await received(word, 'word', io))}\n`);
        return 0;
      }
      const { cluster, quarantines } = await theCluster(gate, values, io);
      if (optionalText(values, 'key') === undefined) {
        const watch = watching(io);
        const settled = await gate.prove(cluster, watch);
        watch.done();
        return await settledAnswer(settled, format, io);
      }
      const open = [...quarantines.keys()];
      const [only, other] = open;
      if (only === undefined) throw new Fault('NOT_FOUND', `Cluster ${cluster} is not in quarantine.`);
      if (name === undefined && other !== undefined)
        throw new Fault('BAD_USAGE', `Which quarantine? Name one of ${open.join(', ')}.`);
      const said = { kind: 'release_quarantine', cluster, quarantine: name ?? only } as const;
      const bytes = new TextEncoder().encode(await wordSigned(said, values, io));
      io.stdout(`${await gate.hear({ source: 'The word', bytes })}\n`);
      return 0;
    } finally {
      await close();
    }
  },
};
