import type { Option } from '../command.ts';

/** Every word `haunted prove` knows. Those of the service itself beat `service:` in haunted.yaml, field by field. */
export const PROVE_OPTIONS = {
  cluster: { type: 'string', value: 'NAME', help: 'The cluster this server belongs to.' },
  hostname: {
    type: 'string',
    value: 'HOST',
    help: 'The server’s name in the inventory; this machine’s name by default.',
  },
  config: { type: 'string', value: 'FILE', help: 'haunted.yaml by default, when it is in this folder.' },

  unit: {
    type: 'string',
    value: 'UNIT',
    help: 'Find the service by its systemd unit: all processes of its control group.',
  },
  cgroup: { type: 'string', value: 'PATH', help: 'Find it by control group, with all groups below.' },
  'pid-file': { type: 'string', value: 'FILE', help: 'Find it by pid file, with all it started.' },
  port: {
    type: 'string',
    value: 'PORT',
    help: 'Find it by the TCP port it listens on, with all it started.',
  },
  command: {
    type: 'string',
    value: 'TEXT',
    help: 'Find it by text in its command line, with all it started.',
  },
  pid: { type: 'string', value: 'PID', help: 'This one process.' },
  'ignore-exe': {
    type: 'string',
    multiple: true,
    value: 'PATH',
    help: 'A helper program of the service that is not its binary, such as /bin/sh. May be repeated.',
  },

  path: {
    type: 'string',
    value: 'FILE',
    help: 'Compare the running binary with this file, such as /opt/smars/current/bin/smars, instead of its own path.',
  },
  tree: {
    type: 'string',
    value: 'DIR',
    help: 'Release directory of an interpreted service: its digest is the binary.',
  },
  'tree-skip': {
    type: 'string',
    multiple: true,
    value: 'PATH',
    help: 'A path below the tree that is no code; **/NAME for a name anywhere. May be repeated.',
  },
  'self-report': {
    type: 'string',
    value: 'FILE|-',
    help: 'Take the service’s own word (JSON) for what it runs: the weakest method.',
  },

  'config-file': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'A file that config_sha256 covers. May be repeated.',
  },
  'flag-file': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'A file that sets switches: JSON, YAML, TOML, .env, .properties, flagd. May be repeated.',
  },
  'flag-env-prefix': {
    type: 'string',
    multiple: true,
    value: 'PREFIX',
    help: 'Variables with this prefix are switches; PREFIX= takes it off their names. May be repeated.',
  },
  'flag-arg': {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'An argument that holds switches; feature-gates, enable-features and disable-features by default. May be repeated.',
  },
  received: {
    type: 'string',
    value: 'FILE',
    help: 'The switches the service says it received in messages: a JSON list of flag, sender, last_seen_at.',
  },
  holds: {
    type: 'string',
    value: 'FILE',
    help: 'The versions of state on other clocks that this server holds: a JSON list of state, version.',
  },
  'guard-report': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'What the guard inside the service wrote down: flags asked for and received. May be repeated.',
  },

  'traffic-port': {
    type: 'string',
    multiple: true,
    value: 'PORT',
    help: 'A port that carries live traffic; without any, the server counts as taking it. May be repeated.',
  },
  'taking-live-traffic': {
    type: 'string',
    value: 'yes|no',
    help: 'Say it yourself instead of asking the kernel.',
  },

  event: { type: 'string', value: 'ID', help: 'The event this proof answers; with --nonce.' },
  nonce: { type: 'string', value: 'NONCE', help: 'The nonce this proof answers with.' },
  key: { type: 'string', value: 'FILE', help: 'Sign with this node key; without it the report is bare.' },

  state: {
    type: 'string',
    value: 'DIR',
    help: 'Where sequence, first sightings and digests are kept between two runs.',
  },
  rehash: { type: 'boolean', help: 'Read every file again, whatever was remembered.' },
  all: { type: 'boolean', help: 'One report for each process, and no fault when they differ.' },
  out: { type: 'string', value: 'FILE', help: 'Write there instead of to stdout; all of it or nothing.' },
  format: {
    type: 'string',
    value: 'json|pretty',
    help: 'One line, or many; pretty on a terminal, else json.',
  },
} as const satisfies Readonly<Record<string, Option>>;
