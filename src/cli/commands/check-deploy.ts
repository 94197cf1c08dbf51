import { DOCUMENT_OPTIONS, SHARED_OPTIONS } from '../check/options.ts';
import { runCheck } from '../check/run-check.ts';
import type { Command } from '../command.ts';

/** `haunted check deploy`: before the first copy. */
export const checkDeploy: Command = {
  usage: '--manifest FILE --current FILE --evidence FILE|DIR|- [--plan FILE] [--history FILE|DIR] [options]',
  about:
    'Before the first copy: may the new manifest be deployed? Allowed when every server proves the current manifest, the new\n' +
    'one is signed, in force and newer, no flag is reused, resurrected or removed too early, and the way back exists: the\n' +
    'rollback is simulated now, with the new senders still sending. Reads files only; touches nothing.',
  options: {
    manifest: { ...DOCUMENT_OPTIONS.manifest, help: 'The manifest to deploy.' },
    current: DOCUMENT_OPTIONS.current,
    plan: {
      ...DOCUMENT_OPTIONS.plan,
      help: 'Your own way back; by default to the manifest’s declared target.',
    },
    ...SHARED_OPTIONS,
  },
  run: (values, positionals, io) => runCheck('deploy', values, positionals, io),
};
