import path from 'node:path';
import { readPrivateKey } from '../../adapters/files/key-file.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { Fault } from '../../fault.ts';
import { signCheckpoint } from '../../seal/checkpoint.ts';
import type { Command } from '../command.ts';
import { auditLedger } from '../ledger/audit.ts';
import { LEDGER_OPTION, openSource } from '../ledger/open-source.ts';
import { optionalText, requiredText, timeOption } from '../options.ts';

/** `haunted ledger checkpoint`: signs how far a ledger has come. */
export const ledgerCheckpoint: Command = {
  usage: '[--ledger FILE] --key FILE [--out FILE] [--now TIME]',
  about: [
    'Verifies a ledger and signs its head, its count and the time with a gate’s key. Keep the checkpoint away from the ledger: it',
    'shows later whether entries were taken off the end, or written anew. Ends with 0 when it is signed, 2 when the ledger is not',
    'sound, and 1 otherwise.',
  ].join('\n'),
  options: {
    ledger: LEDGER_OPTION,
    key: { type: 'string', value: 'FILE', help: 'the gate’s private key file' },
    out: { type: 'string', value: 'FILE', help: 'where the checkpoint goes; stdout by default' },
    now: { type: 'string', value: 'TIME', help: 'the time it bears; now by default' },
  },
  run: async (values, positionals, io) => {
    if (positionals.length > 0) throw new Fault('BAD_USAGE', 'Name the ledger with --ledger FILE.');
    const keyFile = requiredText(values, 'key', 'the gate’s private key file');
    const out = optionalText(values, 'out');
    const now = timeOption(values, 'now', io.now());
    const key = await readPrivateKey(path.resolve(io.cwd, keyFile));
    const source = await openSource(values, io);
    try {
      const { answer } = await auditLedger(source, null);
      if (!answer.ok) {
        io.stderr(`haunted: ${source.name} is not sound: ${answer.problem.detail}. Nothing was signed.\n`);
        return 2;
      }
      const { ledger, head } = answer;
      if (ledger === null || head.hash === null)
        throw new Fault(
          'BAD_INPUT',
          `The ledger ${source.name} holds nothing yet, so there is nothing to sign.`,
        );
      const time = new Date(now).toISOString();
      const what = { ledger, count: head.count, head: head.hash, time };
      const envelope = signCheckpoint({ schema: 'haunted.ledger-checkpoint/v1', ...what }, key);
      if (out === undefined) io.stdout(envelope);
      else await writeFileAtomic(path.resolve(io.cwd, out), envelope);
    } finally {
      await source.close();
    }
    return 0;
  },
};
