import type { Option } from '../command.ts';

export const AUDIT_FORMATS = ['table', 'json', 'markdown'] as const;

export const AUDIT_OPTIONS = {
  definitions: {
    type: 'string',
    multiple: true,
    value: 'FILE|FOLDER',
    help: 'What defines the flags of the source folder; haunted.yaml may name it. May be repeated.',
  },
  scan: {
    type: 'string',
    value: 'FILE|-',
    help: 'What `haunted flags scan --format json` printed, instead of a folder; - for standard input.',
  },
  manifest: { type: 'string', value: 'FILE', help: 'The manifest in force: what it binds, and who sends.' },
  history: {
    type: 'string',
    multiple: true,
    value: 'FILE|FOLDER',
    help: 'Earlier manifests, to tell since when a flag sleeps. May be repeated.',
  },
  evidence: {
    type: 'string',
    multiple: true,
    value: 'FILE|FOLDER|-',
    help: 'Reports of hosts, to tell where a flag is set. Taken as they are. May be repeated.',
  },
  shackle: {
    type: 'string',
    multiple: true,
    value: 'FLAG',
    help: 'Write the state `shackled` for this flag into --flags. May be repeated.',
  },
  flags: { type: 'string', value: 'FILE', help: 'The flags.yaml that --shackle writes.' },
  strict: { type: 'boolean', help: 'End with 2 when a corpse is bound.' },
  now: { type: 'string', value: 'TIME', help: 'Count days up to then, such as 2026-03-10T09:00:00Z.' },
  format: { type: 'string', value: AUDIT_FORMATS.join('|'), help: 'table by default.' },
} as const satisfies Record<string, Option>;
