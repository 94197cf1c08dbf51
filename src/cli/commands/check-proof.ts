import { DOCUMENT_OPTIONS, SHARED_OPTIONS } from '../check/options.ts';
import { runCheck } from '../check/run-check.ts';
import type { Command } from '../command.ts';

/** `haunted check proof`: after any event. */
export const checkProof: Command = {
  usage:
    '--manifest FILE --evidence FILE|DIR|- --event ID --nonce N [--current FILE] [--plan FILE] [options]',
  about:
    'After a deploy, a rollback or a repair: did every server of the inventory prove the manifest with this event’s nonce?\n' +
    'PROVEN, or QUARANTINE until every server has shown its body. Reads files only; touches nothing.',
  options: {
    manifest: { ...DOCUMENT_OPTIONS.manifest, help: 'The manifest every server must prove.' },
    event: DOCUMENT_OPTIONS.event,
    nonce: DOCUMENT_OPTIONS.nonce,
    current: { ...DOCUMENT_OPTIONS.current, help: 'The manifest that was in force before the event.' },
    plan: {
      ...DOCUMENT_OPTIONS.plan,
      help: 'The rollback plan that was carried out, if the event was a rollback.',
    },
    ...SHARED_OPTIONS,
  },
  run: (values, positionals, io) => runCheck('proof', values, positionals, io),
};
