import { Fault } from '../../fault.ts';
import type { Command } from '../command.ts';
import { LEDGER_OPTION, openSource } from '../ledger/open-source.ts';

/** `haunted ledger export`: every entry as one line of JSON. */
export const ledgerExport: Command = {
  usage: '[--ledger FILE]',
  about: [
    'Prints every entry of a ledger as one line of JSON, in the form that its hash was taken over, for backups, for search, and for',
    'docs/ledger-verify.mjs, which verifies it without haunted. Ends with 0, or 1 when the ledger cannot be read.',
  ].join('\n'),
  options: { ledger: LEDGER_OPTION },
  run: async (values, positionals, io) => {
    if (positionals.length > 0) throw new Fault('BAD_USAGE', 'Name the ledger with --ledger FILE.');
    const source = await openSource(values, io);
    try {
      for await (const batch of source.lines()) io.stdout(batch.map((line) => `${line}\n`).join(''));
    } finally {
      await source.close();
    }
    return 0;
  },
};
