import { DOCUMENT_OPTIONS, SHARED_OPTIONS } from '../check/options.ts';
import { runCheck } from '../check/run-check.ts';
import type { Command } from '../command.ts';

/** `haunted check activate`: all copied, before flags and traffic. */
export const checkActivate: Command = {
  usage: '--manifest FILE --evidence FILE|DIR|- [--current FILE] [--history FILE|DIR] [options]',
  about:
    'After the copy and before flags and traffic: does every server of the inventory prove the new manifest, with every\n' +
    'switch that reaches it its own? This is the check that would have lit up at Knight. Reads files only; touches nothing.',
  options: {
    manifest: { ...DOCUMENT_OPTIONS.manifest, help: 'The manifest to activate.' },
    current: {
      ...DOCUMENT_OPTIONS.current,
      help: 'The manifest that was in force before; its senders may still send.',
    },
    ...SHARED_OPTIONS,
  },
  run: (values, positionals, io) => runCheck('activate', values, positionals, io),
};
