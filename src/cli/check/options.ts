import type { Option } from '../command.ts';
import { FORMATS } from '../render/rendering.ts';

/** What every gate understands. */
export const SHARED_OPTIONS = {
  evidence: {
    type: 'string',
    multiple: true,
    value: 'FILE|DIR|-',
    help: 'Node reports or proofs: JSON, a JSON array or NDJSON; a folder of them; - for stdin. May be repeated.',
  },
  history: {
    type: 'string',
    multiple: true,
    value: 'FILE|DIR',
    help: 'Earlier manifests of the cluster, in any order; each counts as having been proven here. May be repeated.',
  },
  policy: {
    type: 'string',
    value: 'FILE',
    help: 'How strict the gate is, YAML or JSON; docs/check.md lists its fields.',
  },
  keyring: { type: 'string', value: 'FILE', help: 'Whose signatures count.' },
  'accept-unsigned': {
    type: 'boolean',
    help: 'Take bare reports and manifests on your own account; signed ones are still verified.',
  },
  now: { type: 'string', value: 'TIME', help: 'Judge as of then, such as 2012-08-01T09:30:00Z.' },
  format: { type: 'string', value: FORMATS.join('|'), help: 'How to print the verdict; table by default.' },
  'exit-zero': {
    type: 'boolean',
    help: 'Shadow mode: exit 0 whatever the verdict, and say so. Faults still exit 1.',
  },
  'sign-with': {
    type: 'string',
    value: 'FILE',
    help: 'A gate key: also sign the verdict, with --verdict-out.',
  },
  'verdict-out': {
    type: 'string',
    value: 'FILE',
    help: 'Where to write the signed verdict, a SLSA Verification Summary in a DSSE envelope.',
  },
} as const satisfies Record<string, Option>;

/** What only some gates understand; the same word means the same document everywhere. */
export const DOCUMENT_OPTIONS = {
  manifest: { type: 'string', value: 'FILE', help: 'The manifest to deploy, activate or prove.' },
  current: { type: 'string', value: 'FILE', help: 'The manifest the cluster should run now.' },
  to: { type: 'string', value: 'FILE', help: 'The manifest to go back to.' },
  plan: { type: 'string', value: 'FILE', help: 'What the rollback button would do.' },
  event: { type: 'string', value: 'ID', help: 'The event that the proofs answer.' },
  nonce: { type: 'string', value: 'N', help: 'The nonce that the servers were asked with.' },
} as const satisfies Record<string, Option>;
