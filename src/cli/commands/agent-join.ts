import { join } from '../agent/join.ts';
import type { Command } from '../command.ts';

/** `haunted agent join`: this server's key, pinned by the control plane. */
export const agentJoin: Command = {
  usage: '--server URL --token-file FILE|- --cluster NAME --hostname HOST [--state DIR] [--ca-file FILE]',
  about: [
    'Makes a key on this server and has the control plane pin it, with a token that works once, for this server alone. The key never leaves',
    'the server: it goes into the state folder with mode 0600. Run it as the user that the agent runs as. Joining again needs a new token and',
    'replaces the key. Ends with 0 when the server has joined, and with 1 when nothing was changed.',
  ].join('\n'),
  options: {
    server: { type: 'string', value: 'URL', help: 'The control plane; plain http on loopback only.' },
    'token-file': {
      type: 'string',
      value: 'FILE',
      help: 'The token, in a file that nobody else may read, or - for stdin.',
    },
    cluster: { type: 'string', value: 'NAME', help: 'The cluster.' },
    hostname: { type: 'string', value: 'HOST', help: 'The name of this server as the inventory writes it.' },
    state: {
      type: 'string',
      value: 'DIR',
      help: 'Where the key is kept; $HAUNTED_STATE or $STATE_DIRECTORY by default, as for `haunted prove`.',
    },
    'ca-file': {
      type: 'string',
      value: 'FILE',
      help: 'Certificates that are trusted for the control plane, PEM.',
    },
    format: { type: 'string', value: 'FORMAT', help: 'table, or json: haunted.joined/v1.' },
  },
  run: join,
};
