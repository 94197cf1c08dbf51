import type { Verdict } from '../../model/verdict.ts';

export const FORMATS = ['table', 'json', 'sarif', 'junit', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

/** A verdict and what a renderer must know beside it. */
export type Rendering = {
  readonly verdict: Verdict;
  /** Shadow mode (`--exit-zero`): the exit code is 0 whatever the verdict says, and every format for people says so. */
  readonly shadow: boolean;
  /** The servers of the manifest, for the formats that have a line for each server, right or wrong. */
  readonly inventory: readonly string[];
  /** The file the verdict is about, as a path below the working directory or a file: URL, and its text. */
  readonly document: { readonly uri: string; readonly text: string };
  readonly terminal: { readonly width: number; readonly colour: boolean };
  /** The version of this program. */
  readonly version: string;
};

/** Turns a verdict into text that ends with a line feed. Pure. */
export type Renderer = (rendering: Rendering) => string;

/** The line with which every format for people says that the exit code does not follow the verdict. */
export function shadowNotice(verdict: Verdict): string {
  return `SHADOW MODE (--exit-zero): the verdict is ${verdict.verdict}, and the exit code is 0 all the same. Nothing is held back.`;
}
