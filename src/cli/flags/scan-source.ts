import { authorAsker } from '../../adapters/git/file-authors.ts';
import { type Touch, touchAsker } from '../../adapters/git/last-touch.ts';
import type { FlagDefinition } from '../../model/flag-definition.ts';
import type { FlagScan } from '../../model/flag-scan.ts';
import type { FlagOwnership } from '../../model/flag.ts';
import {
  type FileOwner,
  filesOfFlag,
  ownerByDefinition,
  ownerOfMost,
  ownershipOf,
} from '../../scan/owners.ts';
import type { ReadRequest } from '../../scan/read-flags.ts';
import type { DeclaredCall, Reading, Site } from '../../scan/source-tree.ts';
import { canonicalize } from '../../seal/canonical.ts';
import { sha256Hex } from '../../seal/digest.ts';
import { codeownerOf } from './code-owners.ts';
import { composeScan } from './compose-scan.ts';
import { type DefinitionText, fromRootOf } from './definition-files.ts';
import { mergeDefinitions } from './merge-definitions.ts';
import type { Source } from './open-source.ts';
import { shortName } from './plain-text.ts';

/** What finds the reads in a source tree: `src/scan/read-flags.ts`. */
export type ReadFlags = (request: ReadRequest) => Promise<Reading>;

export type ScanRequest = {
  readonly source: Source;
  readonly texts: readonly DefinitionText[];
  readonly definitions: readonly FlagDefinition[];
  readonly declared: readonly DeclaredCall[];
  readonly previous: readonly FlagOwnership[];
  /** Whether git is asked who touched the lines; that takes longer than the reading. */
  readonly withHistory: boolean;
  readonly readFlags: ReadFlags;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
};

/** The flags of a source tree: what is read, whose it is, who touched it last. Throws what the reading throws. */
export async function scanSource(request: ScanRequest): Promise<FlagScan> {
  const { source, texts, definitions, previous } = request;
  const merged = mergeDefinitions(definitions);
  const git = request.withHistory ? source.git : null;
  const placeOf = fromRootOf(texts);
  const codeowner = codeownerOf(source);
  const people = peopleOf(merged, placeOf, codeowner);
  // The children of git work on while we read: on large histories they take as long as we do.
  const touches = git === null ? null : touchAsker(git);
  const authors = git === null ? null : authorAsker(git);
  for (const { file, line } of definitions)
    if (line !== null) touches?.ask({ file: placeOf(file), lines: [line] });
  const early: Site[] = [];
  const reading = await request.readFlags({
    tree: source.tree,
    names: [...new Set([...merged.keys(), ...previous.map(({ flag }) => flag)])],
    declared: request.declared,
    definitionFiles: texts.map(({ fromRoot: file }) => file),
    onProgress: request.onProgress,
    onRead: (site) => {
      early.push(site);
      touches?.ask({ file: site.file, lines: [site.line] });
    },
    onRound: () => authors?.ask(people.unowned(early).files),
    signal: request.signal,
  });
  const reads = reading.sites.filter(({ kind }) => kind === 'read');
  const { filesOf, files } = people.unowned(reads);
  authors?.ask(files);
  const [touchOf, authorOf, dirty] = await Promise.all([
    touches?.answers() ?? new Map<string, Touch>(),
    authors?.answers() ?? new Map<string, string>(),
    source.dirty,
  ]);
  const author = (file: string): string | null => shortName(authorOf.get(file) ?? '');
  return composeScan({
    definitions: merged,
    reading,
    commit: source.git?.commit ?? null,
    dirty,
    placeOf,
    touchOf: (file, line) => touchOf.get(`${file}:${line}`) ?? null,
    ownershipOf: (flag) => ownershipOf(merged.get(flag)?.all ?? [], filesOf(flag), { codeowner, author }),
    previous: new Map(previous.map((row) => [row.flag, row])),
    digest: (value) => sha256Hex(canonicalize(value)),
  });
}

/** The files that speak for the owner of a flag, and those of all flags whose owner neither a definition nor CODEOWNERS names. */
type Unowned = { readonly filesOf: (flag: string) => readonly string[]; readonly files: readonly string[] };

function peopleOf(
  merged: ReturnType<typeof mergeDefinitions>,
  placeOf: (file: string) => string,
  codeowner: FileOwner,
): { readonly unowned: (reads: readonly Site[]) => Unowned } {
  return {
    unowned: (reads) => {
      const byFlag = Map.groupBy(reads, ({ flag }) => flag);
      const filesOf = (flag: string): readonly string[] =>
        filesOfFlag(
          byFlag.get(flag) ?? [],
          (merged.get(flag)?.all ?? []).map(({ file }) => placeOf(file)),
        );
      const files = [...new Set([...merged.keys(), ...byFlag.keys()])]
        .filter((flag) => ownerByDefinition(merged.get(flag)?.all ?? []) === null)
        .map(filesOf)
        .filter((ofFlag) => ownerOfMost(ofFlag, codeowner) === null);
      return { filesOf, files: [...new Set(files.flat())] };
    },
  };
}
