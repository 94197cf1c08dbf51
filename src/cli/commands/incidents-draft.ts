import { existsSync } from 'node:fs';
import path from 'node:path';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { Fault } from '../../fault.ts';
import { draftRecord } from '../../incidents/draft-record.ts';
import { redaction, redactStory } from '../../incidents/redact.ts';
import { Incident } from '../../model/incident.ts';
import type { Command } from '../command.ts';
import { draftText } from '../incidents/draft-text.ts';
import { rollbackOf } from '../incidents/rollback-of-ledger.ts';
import { LEDGER_OPTION, openSource } from '../ledger/open-source.ts';
import { hasSwitch, optionalText, requiredText } from '../options.ts';

/** `haunted incidents draft`: a rollback of one’s own as a record, ready to become a public case. */
export const incidentsDraft: Command = {
  usage: '--from-ledger CHANGE [--ledger FILE] [--redact] [--out FILE]',
  about: [
    'Makes a record of a guarded rollback from the ledger: the date, who pressed, servers before and after, what the gate said, and its type with',
    'what it was read from. What a ledger cannot know begins with TODO, and `haunted incidents check` asks for it. Writes nothing into',
    'the ledger and does not verify its chain; `haunted ledger verify` does. Ends with 0, 3 when the rollback has not ended, 1 when it could not be done.',
  ].join('\n'),
  options: {
    'from-ledger': {
      type: 'string',
      value: 'CHANGE',
      help: 'The rollback, as the button named it: rollback-…',
    },
    ledger: LEDGER_OPTION,
    redact: {
      type: 'boolean',
      help: 'Put server-1, person-1, address-1 in the place of host names, user names and addresses.',
    },
    out: { type: 'string', value: 'FILE', help: 'A new file to write into, instead of standard output.' },
  },
  run: async (values, positionals, io) => {
    if (positionals.length > 0)
      throw new Fault('BAD_USAGE', 'Name the rollback with --from-ledger; no other words are taken.');
    const change = requiredText(values, 'from-ledger', 'the rollback, as `haunted ledger show` names it');
    const out = optionalText(values, 'out');
    const file = out === undefined ? undefined : path.resolve(io.cwd, out);
    if (file !== undefined && existsSync(file))
      throw new Fault(
        'CANNOT_WRITE',
        `${shownPath(out ?? '')} is there already, and a draft may hold somebody’s work; name a new file.`,
      );
    const source = await openSource(values, io);
    try {
      const { story, secrets } = await rollbackOf(source, change);
      const record = draftRecord(
        hasSwitch(values, 'redact') ? redactStory(story, redaction(secrets)) : story,
      );
      // What a reader of records refuses for its form would be a fault of ours, not of the rollback.
      const text = draftText(Incident.parse(record));
      if (file === undefined) io.stdout(text);
      else {
        await writeFileAtomic(file, text);
        const shown = shownPath(out ?? '');
        io.stdout(`${shown} is begun. \`haunted incidents check ${shown}\` names what is missing.\n`);
      }
      return 0;
    } finally {
      await source.close();
    }
  },
};
