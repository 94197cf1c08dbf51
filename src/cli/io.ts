/** Everything a command may touch of the process it runs in, so that a test can run it in memory. */
export type Io = {
  /** The answer; nothing else is ever written here. */
  readonly stdout: (text: string) => void;
  /** Progress and faults. */
  readonly stderr: (text: string) => void;
  readonly stdin: () => AsyncIterable<Uint8Array>;
  readonly isStdoutTty: boolean;
  /** How many characters fit a line of the terminal that stdout is; absent when it is none. */
  readonly stdoutColumns?: number | undefined;
  readonly isStderrTty: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds since the epoch. Taken once per command; nothing below the command asks again. */
  readonly now: () => number;
  /** Aborted on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
};
