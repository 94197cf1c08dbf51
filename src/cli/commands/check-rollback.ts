import { DOCUMENT_OPTIONS, SHARED_OPTIONS } from '../check/options.ts';
import { runCheck } from '../check/run-check.ts';
import type { Command } from '../command.ts';

/** `haunted check rollback`: before the button. */
export const checkRollback: Command = {
  usage: '(--to FILE | --plan FILE) --evidence FILE|DIR|- [--current FILE] [--history FILE|DIR] [options]',
  about:
    'Before the button: would the cluster be right after it? The rollback is simulated server by server. Allowed when no\n' +
    'server would be wrong after it, and the target is named by digest, has a manifest, was proven in this cluster and is\n' +
    'young enough. What is wrong now is shown, and does not forbid the cure. Reads files only; touches nothing.',
  options: {
    to: DOCUMENT_OPTIONS.to,
    plan: {
      ...DOCUMENT_OPTIONS.plan,
      help: 'What the button would do; its target may lie in --history. By default: the whole target, binary and config.',
    },
    current: {
      ...DOCUMENT_OPTIONS.current,
      help: 'The manifest being left; by default the newest one given, if servers run it.',
    },
    actor: {
      type: 'string',
      value: 'operator|automation',
      help: 'Who would press; the plan’s word by default. Behind the button automation is asked more: docs/judgement.md.',
    },
    manifest: { ...DOCUMENT_OPTIONS.manifest, help: 'Another word for --current here.' },
    ...SHARED_OPTIONS,
  },
  run: (values, positionals, io) => runCheck('rollback', values, positionals, io),
};
