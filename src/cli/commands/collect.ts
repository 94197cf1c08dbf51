import { COLLECT_OPTIONS } from '../collect/options.ts';
import { collect as run } from '../collect/run-collect.ts';
import type { Command } from '../command.ts';

/** `haunted collect`: reports from many servers, one line each. */
export const collect: Command = {
  usage:
    '[--host H …|--inventory FILE] [--cluster NAME] [--pid-file F|--port P|…] [--out FILE|DIR] [options]',
  about: [
    'Asks every server of the inventory over ssh what it runs, and prints one haunted.collected/v1 for each that answers and one',
    'haunted.collect-failure/v1 for each that does not, in the order of the inventory. Installs nothing there and changes nothing there.',
    'Nobody signs these reports: ssh vouches for them, and the policy (accept_transport) says whether that is enough. With --evidence',
    'it passes on reports that others left in files. Ends with 0 when every server gave a report, and with 1 when any did not.',
  ].join('\n'),
  options: COLLECT_OPTIONS,
  run,
};
