import path from 'node:path';
import { readKeyring } from '../../adapters/files/keyring-file.ts';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import type { LedgerCheckpoint } from '../../model/ledger-checkpoint.ts';
import { openCheckpoint } from '../../seal/checkpoint.ts';
import type { Command, Values } from '../command.ts';
import { loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { auditLedger } from '../ledger/audit.ts';
import type { Audit } from '../ledger/audit.ts';
import { LEDGER_OPTION, openSource } from '../ledger/open-source.ts';
import { oneOf, optionalText, timeOption } from '../options.ts';
import { printable } from '../render/terminal-text.ts';

/** `haunted ledger verify`: whether a ledger is the history that was written. */
export const ledgerVerify: Command = {
  usage: '[--ledger FILE] [--checkpoint FILE --keyring FILE] [--now TIME] [--format table|json]',
  about: [
    'Verifies a ledger or an export of it: every hash, the chain from the first entry to the last, and that every entry can be read.',
    'Names the first entry that was changed, cut out, moved, put in again, or that is from elsewhere. With --checkpoint it also finds',
    'a ledger that lost its end or was written anew. Ends with 0 when it is sound, 2 when it is not, and 1 when it cannot be read.',
  ].join('\n'),
  options: {
    ledger: LEDGER_OPTION,
    checkpoint: { type: 'string', value: 'FILE', help: 'a signed checkpoint to compare with' },
    keyring: { type: 'string', value: 'FILE', help: 'whose checkpoints count; haunted.yaml may name it' },
    now: { type: 'string', value: 'TIME', help: 'judge the checkpoint’s key as of then' },
    format: { type: 'string', value: 'FORMAT', help: 'table (default) or json' },
  },
  run: async (values, positionals, io) => {
    if (positionals.length > 0) throw new Fault('BAD_USAGE', 'Name the ledger with --ledger FILE.');
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const checkpoint = await readCheckpoint(values, io);
    const source = await openSource(values, io);
    try {
      const audit = await auditLedger(source, checkpoint);
      io.stdout(format === 'json' ? asJson(audit, checkpoint) : asText(audit, source.name, checkpoint));
      return audit.answer.ok ? 0 : 2;
    } finally {
      await source.close();
    }
  },
};

/** The checkpoint to compare with; null when none was given. One that no gate signed is no evidence, and a fault. */
async function readCheckpoint(values: Values, io: Io): Promise<LedgerCheckpoint | null> {
  const file = optionalText(values, 'checkpoint');
  if (file === undefined) return null;
  const keyringFile = optionalText(values, 'keyring') ?? (await loadConfig(io)).config.keyring;
  if (keyringFile === undefined)
    throw new Fault('BAD_USAGE', '--keyring is missing: give the keyring that says whose checkpoints count.');
  const keyring = await readKeyring(path.resolve(io.cwd, keyringFile));
  const bytes = await readDocument(path.resolve(io.cwd, file), { what: 'checkpoint' });
  const opened = openCheckpoint(bytes, keyring, timeOption(values, 'now', io.now()));
  if (opened.ok) return opened.checkpoint;
  const sentence = `The checkpoint ${shownPath(file)} does not count: ${opened.detail} (${opened.reason}).`;
  throw new Fault('BAD_INPUT', sentence, { file, reason: opened.reason });
}

function asText({ answer, sound }: Audit, name: string, checkpoint: LedgerCheckpoint | null): string {
  if (!answer.ok) {
    const { reason, seq, detail } = answer.problem;

    const until = Math.min(sound, seq - 1);
    const before = until === 0 ? 'nothing before it' : until === 1 ? 'entry 1' : `entries 1 to ${until}`;
    return `NOT SOUND ${name} [${reason}]\n${printable(detail)}\nsound: ${before}\n`;
  }
  const { count, hash } = answer.head;
  return [
    `SOUND ${name}`,
    `ledger      ${answer.ledger === null ? 'none: it holds nothing yet' : printable(answer.ledger)}`,
    `entries     ${count}`,
    `head        ${hash ?? 'none'}`,
    ...(checkpoint === null ? [] : [`checkpoint  entry ${checkpoint.count}, signed at ${checkpoint.time}`]),
    '',
  ].join('\n');
}

function asJson({ answer, sound }: Audit, checkpoint: LedgerCheckpoint | null): string {
  const json = answer.ok
    ? { ok: true, ledger: answer.ledger, ...answer.head, checkpoint: checkpoint?.count ?? null }
    : { ok: false, ...answer.problem, sound };
  return `${JSON.stringify(json, null, 2)}\n`;
}
