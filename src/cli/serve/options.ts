import type { Option } from '../command.ts';
import { GATE_OPTIONS } from '../button/options.ts';

const { config, ledger, keyring, policy } = GATE_OPTIONS;

/** Every word `haunted serve` knows. */
export const SERVE_OPTIONS = {
  config,
  ledger,
  keyring,
  policy,
  listen: {
    type: 'string',
    value: 'HOST:PORT',
    help: '127.0.0.1:7420 by default. Any other than loopback needs TLS.',
  },
  'tls-cert': { type: 'string', value: 'FILE', help: 'The certificate chain, PEM; with --tls-key.' },
  'tls-key': { type: 'string', value: 'FILE', help: 'Its private key, PEM; with --tls-cert.' },
  'token-file': {
    type: 'string',
    value: 'FILE',
    help: 'The operators’ token; made when it is not there. operators.token in the state folder by default.',
  },
  state: {
    type: 'string',
    value: 'DIR',
    help: 'Who has joined; made when it is not there. The folder `serve` beside the ledger by default.',
  },
  'challenge-timeout': {
    type: 'string',
    value: 'SECONDS',
    help: 'How long a server may take to prove itself when asked; 5 by default.',
  },
} as const satisfies Readonly<Record<string, Option>>;
