import type { CommandRow } from './command.ts';

/** Every verb of `haunted`, in the order `--help` lists them. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'rehearse',
    summary: 'play 1 August 2012 with eight real processes, with and without the gate',
    load: async () => (await import('./commands/rehearse.ts')).rehearse,
  },
];
