import type { Option } from '../command.ts';
import { PROVE_OPTIONS } from '../prove/options.ts';

const { cluster, config, unit, cgroup, port, command, pid, path, tree, state } = PROVE_OPTIONS;

/** Every word `haunted agent ofrep` knows. Those that find the service are those of `haunted prove`. */
export const AGENT_OFREP_OPTIONS = {
  manifest: {
    type: 'string',
    value: 'FILE',
    help: 'The manifest of the binary that must run here; read again when it changes and on SIGHUP.',
  },
  keyring: { type: 'string', value: 'FILE', help: 'Whose signatures count; haunted.yaml may name it.' },
  'accept-unsigned': { type: 'boolean', help: 'Take an unsigned manifest on your own account.' },

  flagd: { type: 'string', value: 'FILE', help: 'The flags: a flagd definition, JSON or YAML.' },
  upstream: { type: 'string', value: 'URL', help: 'The flags: an OFREP service behind this one.' },
  'upstream-auth-file': {
    type: 'string',
    value: 'FILE',
    help: 'The header it wants, as `Name: value`; a bare word is sent as a Bearer token.',
  },
  'upstream-timeout': {
    type: 'string',
    value: 'MS',
    help: 'How long one answer of it may take, in milliseconds; 2000 by default.',
  },

  listen: {
    type: 'string',
    value: 'HOST:PORT',
    help: '127.0.0.1:8016 by default. Any other than loopback needs a token and TLS.',
  },
  'token-file': {
    type: 'string',
    value: 'FILE',
    help: 'The token that callers must show, as Bearer or X-API-Key.',
  },
  'tls-cert': { type: 'string', value: 'FILE', help: 'The certificate chain, PEM; with --tls-key.' },
  'tls-key': { type: 'string', value: 'FILE', help: 'Its private key, PEM; with --tls-cert.' },
  report: {
    type: 'string',
    value: 'FILE',
    help: 'Write what was asked there every 10 s, for `haunted prove --guard-report`.',
  },

  cluster,
  config,
  unit,
  cgroup,
  'pid-file': PROVE_OPTIONS['pid-file'],
  port,
  command,
  pid,
  'ignore-exe': PROVE_OPTIONS['ignore-exe'],
  path,
  tree,
  'tree-skip': PROVE_OPTIONS['tree-skip'],
  state,
} as const satisfies Readonly<Record<string, Option>>;
