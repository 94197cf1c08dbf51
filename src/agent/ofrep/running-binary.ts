/** What runs on this node at this moment, or why nobody can tell. */
export type RunningLook =
  | {
      readonly ok: true;
      readonly sha256: string;
      readonly method: 'proc_exe' | 'tree_digest';
      readonly process: { readonly pid: number; readonly startTicks: number; readonly bootId: string };
      /** Digest of the file at the binary's path; null when there is none. */
      readonly onDiskSha256: string | null;
    }
  | { readonly ok: false; readonly code: string; readonly detail: string };

/** The prover, as far as this endpoint needs it. */
export type RunningBinary = {
  /** Never throws; never answers with what was true before the call when it can know better. */
  readonly look: () => Promise<RunningLook>;
  /** Calls back when another answer must be expected. Returns what ends it. */
  readonly onChange: (listener: () => void) => () => void;
};
