import type { Command } from '../command.ts';
import { SERVE_OPTIONS } from '../serve/options.ts';
import { runServe } from '../serve/run-serve.ts';

/** `haunted serve`: the control plane. */
export const serve: Command = {
  usage: '--ledger FILE --keyring FILE [--listen 127.0.0.1:7420] [--tls-cert FILE --tls-key FILE] [options]',
  about: [
    'The gate and its ledger behind HTTP, for clusters whose servers run `haunted agent`: servers join with a one-time token and prove',
    'themselves, operators press their buttons with --server URL. Reads haunted.yaml like the buttons. SIGHUP reads keyring, policy, token and',
    'certificate again. Runs until SIGTERM, finishes what is under way, and ends with 0; 1 when it cannot start.',
  ].join('\n'),
  options: SERVE_OPTIONS,
  run: runServe,
};
