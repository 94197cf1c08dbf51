import type { Option } from '../command.ts';
import { COLLECT_OPTIONS } from '../collect/options.ts';

const { unit, cgroup, port, command, path, sudo, user } = COLLECT_OPTIONS;

/** Where the gate is, and how it asks servers; the same words for everything that touches the ledger. */
export const GATE_OPTIONS = {
  cluster: { type: 'string', value: 'NAME', help: 'The cluster, when no document names it.' },
  config: COLLECT_OPTIONS.config,
  ledger: {
    type: 'string',
    value: 'FILE',
    help: 'The ledger; `haunted adopt` makes it when it is not there.',
  },
  keyring: { type: 'string', value: 'FILE', help: 'Whose signatures count.' },
  policy: { type: 'string', value: 'FILE', help: 'How strict the gate is, YAML or JSON.' },
  'accept-unsigned': {
    type: 'boolean',
    help: 'Take bare reports and manifests on your own account; signed ones are still verified.',
  },
  server: { type: 'string', value: 'URL', help: 'The control plane; the gate and the ledger are there.' },
  'token-file': { type: 'string', value: 'FILE', help: 'The operators’ token for --server.' },
  'ca-file': { type: 'string', value: 'FILE', help: 'Certificates that are trusted for --server, PEM.' },
  ask: {
    type: 'string',
    multiple: true,
    value: 'WORD',
    help: 'Ask servers with this program instead of ssh: it gets HOST EVENT NONCE and prints a report or proof. Once for each word.',
  },
  'ask-timeout': {
    type: 'string',
    value: 'SECONDS',
    help: 'How long --ask may take for one server; 60 by default.',
  },
  actor: {
    type: 'string',
    value: 'NAME',
    help: 'Who does it; HAUNTED_ACTOR or you@host by default. Under the name automation more is asked: docs/judgement.md.',
  },
  unit,
  cgroup,
  port,
  command,
  path,
  sudo,
  user,
  'ssh-config': COLLECT_OPTIONS['ssh-config'],
  identity: COLLECT_OPTIONS.identity,
} as const satisfies Readonly<Record<string, Option>>;

/** What the buttons understand. */
export const BUTTON_OPTIONS = {
  plan: { type: 'string', value: 'FILE', help: 'What the rollback button would do.' },
  bypass: { type: 'string', value: 'FILE', help: 'A bypass that an operator has signed.' },
  history: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'An earlier manifest that the ledger does not know. May be repeated.',
  },
  reason: { type: 'string', value: 'TEXT', help: 'Why, in your words; it goes into the ledger.' },
  'dry-run': {
    type: 'boolean',
    help: 'Only ask and judge: the same verdict and exit code; nothing is written or run.',
  },
  format: { type: 'string', value: 'table|json', help: 'table by default.' },
  ...GATE_OPTIONS,
} as const satisfies Readonly<Record<string, Option>>;
