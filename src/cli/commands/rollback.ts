import { Fault } from '../../fault.ts';
import { BUTTON_OPTIONS } from '../button/options.ts';
import { press } from '../button/press.ts';
import { readWish } from '../button/read-wish.ts';
import type { Command } from '../command.ts';
import { optionalText } from '../options.ts';

/** `haunted rollback`: the button that may look safest. */
export const rollback: Command = {
  usage: '--to FILE [--plan FILE] [--reason TEXT] [--bypass FILE] [--dry-run] -- COMMAND…',
  about: [
    'Simulates the cluster after the rollback, server by server; when no server would be wrong, writes that down, runs COMMAND without a',
    'shell, and lets every server prove that it matches. What is rolled back from may not be deployed again until an operator releases it.',
    'Ends with 0 when it is proven, 4 in quarantine, 2 blocked, 3 held, 1 when it could not be done.',
  ].join('\n'),
  options: {
    to: { type: 'string', value: 'FILE', help: 'The manifest to go back to.' },
    ...BUTTON_OPTIONS,
  },
  run: async (values, argv, io) => {
    const manifest = optionalText(values, 'to') ?? null;
    if (manifest === null && optionalText(values, 'plan') === undefined)
      throw new Fault(
        'BAD_USAGE',
        '--to is missing: give the manifest to go back to, or the --plan that names it.',
      );
    return await press({ values, wish: await readWish('rollback', { values, manifest }, io), argv }, io);
  },
};
