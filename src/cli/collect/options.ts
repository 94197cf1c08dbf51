import type { Option } from '../command.ts';
import { PROVE_OPTIONS } from '../prove/options.ts';

/** Every word `haunted collect` knows. Those of the service are the words of `haunted prove`, with paths of the servers. */
export const COLLECT_OPTIONS = {
  via: {
    type: 'string',
    value: 'ssh|files',
    help: 'ssh asks the servers; files passes on reports that are there. files when there is --evidence, else ssh.',
  },
  evidence: {
    type: 'string',
    multiple: true,
    value: 'FILE|DIR|-',
    help: 'Where reports were left, for --via files. May be repeated.',
  },
  cluster: { type: 'string', value: 'NAME', help: 'The cluster these servers belong to.' },
  config: PROVE_OPTIONS.config,

  host: { type: 'string', multiple: true, value: 'HOST', help: 'Ask this server only. May be repeated.' },
  inventory: {
    type: 'string',
    value: 'FILE',
    help: 'An Ansible inventory, INI or YAML; a list of names is one. Beats haunted.yaml.',
  },
  group: { type: 'string', value: 'GROUP', help: 'Only this group of the Ansible inventory.' },

  unit: PROVE_OPTIONS.unit,
  cgroup: PROVE_OPTIONS.cgroup,
  'pid-file': PROVE_OPTIONS['pid-file'],
  port: PROVE_OPTIONS.port,
  command: PROVE_OPTIONS.command,
  pid: PROVE_OPTIONS.pid,
  'ignore-exe': PROVE_OPTIONS['ignore-exe'],
  path: PROVE_OPTIONS.path,
  'config-file': PROVE_OPTIONS['config-file'],
  'flag-file': PROVE_OPTIONS['flag-file'],
  'flag-env-prefix': PROVE_OPTIONS['flag-env-prefix'],
  'flag-arg': PROVE_OPTIONS['flag-arg'],
  'traffic-port': PROVE_OPTIONS['traffic-port'],
  event: PROVE_OPTIONS.event,
  nonce: PROVE_OPTIONS.nonce,

  user: { type: 'string', value: 'NAME', help: 'Login name; what ssh itself would use by default.' },
  'ssh-port': { type: 'string', value: 'PORT', help: 'Port of sshd.' },
  'ssh-config': { type: 'string', value: 'FILE', help: 'An ssh_config file, handed to ssh with -F.' },
  identity: { type: 'string', value: 'FILE', help: 'A private key, handed to ssh with -i.' },
  sudo: { type: 'boolean', help: 'Look as root, through `sudo -n`, which must not ask for a password.' },
  'connect-timeout': {
    type: 'string',
    value: 'SECONDS',
    help: 'How long a connection may take; 10 by default.',
  },
  'host-timeout': {
    type: 'string',
    value: 'SECONDS',
    help: 'How long one server may take in all; 60 by default.',
  },
  parallel: { type: 'string', value: 'N', help: 'Servers asked at once; 32 by default.' },
  persist: {
    type: 'string',
    value: 'SECONDS',
    help: 'How long a connection stays open for the next run; 60 by default, 0 for not at all.',
  },
  out: {
    type: 'string',
    value: 'FILE|DIR',
    help: 'Write there instead of to stdout, all or nothing; in a folder, one file for each server.',
  },
} as const satisfies Readonly<Record<string, Option>>;
