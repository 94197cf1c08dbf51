import { BUTTON_OPTIONS } from '../button/options.ts';
import { press } from '../button/press.ts';
import { readWish } from '../button/read-wish.ts';
import type { Command } from '../command.ts';
import { hasSwitch, requiredText } from '../options.ts';

/** `haunted deploy`: the guarded button. */
export const deploy: Command = {
  usage: '--manifest FILE [--activate] [--plan FILE] [--bypass FILE] [--dry-run] -- COMMAND…',
  about: [
    'Asks every server and the gate; when it may be, writes that down, runs COMMAND (your deploy tool, without a shell), writes down how it',
    'ended, and asks every server again. --activate is the step of going live after the copy. Ends with 0 when the command ended well and',
    'every server proved the manifest, 4 in quarantine, 2 blocked, 3 held, 1 when it could not be done.',
  ].join('\n'),
  options: {
    manifest: { type: 'string', value: 'FILE', help: 'The manifest to deploy.' },
    activate: { type: 'boolean', help: 'All is copied, and the new binary runs everywhere: go live.' },
    ...BUTTON_OPTIONS,
  },
  run: async (values, argv, io) => {
    const manifest = requiredText(values, 'manifest', 'the manifest to deploy');
    const action = hasSwitch(values, 'activate') ? 'activate' : 'deploy';
    return await press({ values, wish: await readWish(action, { values, manifest }, io), argv }, io);
  },
};
