import type { CommandRow } from './command.ts';

/** Every verb of `haunted`, in the order `--help` lists them. */
export const COMMANDS: readonly CommandRow[] = [];
