import { prove as run } from '../prove/run-prove.ts';
import { PROVE_OPTIONS } from '../prove/options.ts';
import type { Command } from '../command.ts';

/** `haunted prove`: what this server runs, once. */
export const prove: Command = {
  usage:
    '--cluster NAME (--unit U|--cgroup P|--pid-file F|--port P|--command T|--pid N|--self-report F) [options]',
  about: [
    'Finds the service, hashes what its processes RUN (from the kernel, not from a path), compares it with the disk, and reads',
    'where its switches are set and whether it takes live traffic. Prints one haunted.node-report/v1, or with --key the signed',
    'proof. Touches nothing but its own state folder. What it may not read is a fault and never a report. Linux only.',
    'Ends with 0 when the report was made, whatever it says, and with 1 when it could not be made.',
  ].join('\n'),
  options: PROVE_OPTIONS,
  run,
};
