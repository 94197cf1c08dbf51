/** One file of a source tree. `path` is relative to the root, with forward slashes. */
export type SourceFile = { readonly path: string; readonly bytes: number };

/** A file that cannot be read is reported in these words and never silently passed over. */
export type Unreadable = { readonly file: string; readonly reason: string };

/** The files of one source tree, without what its ignore rules leave out; in the order of their paths. */
export type SourceTree = {
  /** Every file that may be source, and those that were left out with a reason worth telling. */
  list(): { readonly files: readonly SourceFile[]; readonly unreadable: readonly Unreadable[] };
  /** The bytes of a file, or why there are none. */
  read(
    path: string,
  ): { readonly ok: true; readonly bytes: Buffer } | { readonly ok: false; readonly reason: string };
};

/** One place where the code asks for a flag or names it, before owners and meanings are worked out. Lines and columns from 1. */
export type Site = {
  readonly flag: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly symbol: string | null;
  readonly kind: 'read' | 'mention';
  readonly via: string | null;
  readonly type: 'boolean' | 'string' | 'number' | 'integer' | 'float' | 'object' | null;
};

/** What the reading of a source tree found: sites in the order of file, line and column. */
export type Reading = { readonly sites: readonly Site[]; readonly unreadable: readonly Unreadable[] };

/** A call of the team's own that asks for a flag, as haunted.yaml declares it: `flags.reads`. */
export type DeclaredCall = {
  /** The name of the function or method, with as much of what stands before it as matters: `features.has`, `isOn`. */
  readonly call: string;
  /** Which argument is the flag's name, from 0. */
  readonly argument: number;
};
