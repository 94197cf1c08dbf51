import type { ParseArgsOptionsConfig } from 'node:util';
import type { Io } from './io.ts';

export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** One option as `--help` shows it. */
export type Option = ParseArgsOptionsConfig[string] & {
  /** What it is, in one line; `<FILE>`-like words name the argument. */
  readonly help: string;
  /** The word shown for its value, such as FILE; absent for switches. */
  readonly value?: string;
};

export type Command = {
  /** The line after `haunted NAME`, such as `--manifest FILE --evidence FILE|DIR|-`. */
  readonly usage: string;
  /** A paragraph for `--help`: what it answers, what it touches, its exit codes. */
  readonly about: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Returns the exit code. Throws Fault for what it could not do. */
  readonly run: (values: Values, positionals: readonly string[], io: Io) => Promise<number>;
};

/** A row of the command table: names and summaries are known at once, the code is loaded when the command is run. */
export type CommandRow = {
  /** One or two words: `prove`, `check deploy`. */
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
};
