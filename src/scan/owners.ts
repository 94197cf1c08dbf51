import type { FlagDefinition } from '../model/flag-definition.ts';
import type { ScannedFlag } from '../model/flag-scan.ts';
import type { Site } from './source-tree.ts';

/** Who owns a flag and what says so; both null when nobody could be found. */
export type Ownership = Pick<ScannedFlag, 'owner' | 'owner_source'>;

/** Who answers for a file, by one way of knowing it; null when it names nobody. */
export type FileOwner = (file: string) => string | null;

/** The owner that a definition names: the first one that names any. The word `unknown` names nobody. */
export function ownerByDefinition(definitions: readonly FlagDefinition[]): string | null {
  const owners = definitions.map(({ owner }) => owner?.trim() ?? '');
  return owners.find((owner) => owner !== '' && owner.toLowerCase() !== 'unknown') ?? null;
}

/** The files that speak for a flag's owner: where it is read, each as often as it is read there; else where it is defined. */
export function filesOfFlag(sites: readonly Site[], definitionFiles: readonly string[]): readonly string[] {
  const reads = sites.filter(({ kind }) => kind === 'read').map(({ file }) => file);
  return reads.length > 0 ? reads : [...new Set(definitionFiles)];
}

/** Who answers for most of the files; of two with equally many the one who comes first. */
export function ownerOfMost(files: readonly string[], ownerOf: FileOwner): string | null {
  const counts = new Map<string, number>();
  for (const file of files) {
    const owner = ownerOf(file);
    if (owner !== null) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  let best: string | null = null;
  for (const [owner, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = owner;
  return best;
}

/** The owner of a flag: its definition says it, else CODEOWNERS for the files that read it, else who works on those files. */
export function ownershipOf(
  definitions: readonly FlagDefinition[],
  files: readonly string[],
  { codeowner, author }: { readonly codeowner: FileOwner; readonly author: FileOwner },
): Ownership {
  const defined = ownerByDefinition(definitions);
  if (defined !== null) return { owner: defined, owner_source: 'definition' };
  const listed = ownerOfMost(files, codeowner);
  if (listed !== null) return { owner: listed, owner_source: 'codeowners' };
  const working = ownerOfMost(files, author);
  return { owner: working, owner_source: working === null ? null : 'git' };
}
