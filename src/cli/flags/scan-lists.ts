import type { FlagScan, ScannedFlag, ScanSite } from '../../model/flag-scan.ts';

/** What a person must look at. Retired names are meant to be read nowhere. */
export type ScanLists = {
  readonly readNotDefined: readonly ScannedFlag[];
  readonly definedNotRead: readonly ScannedFlag[];
  readonly ownerless: readonly ScannedFlag[];
};

/** The flags of a scan that are no matched pair of definition and read. Without definitions nothing is called undefined. */
export function listsOf({ flags }: FlagScan, hasDefinitions: boolean): ScanLists {
  return {
    readNotDefined: hasDefinitions
      ? flags.filter(({ grade, defined }) => grade === 'evaluated' && !defined)
      : [],
    definedNotRead: flags.filter(
      ({ grade, defined, state }) => defined && grade !== 'evaluated' && state !== 'retired',
    ),
    ownerless: flags.filter(({ owner, state }) => owner === null && state !== 'retired'),
  };
}

/** The sites that matter most: the reads, and where there are none the mentions. */
export function shownSites({ sites }: ScannedFlag): readonly ScanSite[] {
  const reads = sites.filter(({ kind }) => kind === 'read');
  return reads.length > 0 ? reads : sites;
}

/** `5 flags: 3 evaluated, 1 mentioned, 1 absent`. */
export function countWords({ flags }: FlagScan): string {
  const parts = (['evaluated', 'mentioned', 'absent'] as const).flatMap((grade) => {
    const count = flags.filter((flag) => flag.grade === grade).length;
    return count === 0 ? [] : [`${count} ${grade}`];
  });
  const total = `${flags.length} flag${flags.length === 1 ? '' : 's'}`;
  return parts.length === 0 ? total : `${total}: ${parts.join(', ')}`;
}

/** Which commit was looked at, and how sure that is. */
export function sourceWords({ commit, dirty }: FlagScan): string {
  if (commit === null) return 'no commit: nothing here is verified';
  if (dirty === false) return `commit ${commit}`;
  return `commit ${commit}, ${dirty === true ? 'with changes that are not committed' : 'and git could not say whether the tree is clean'}: nothing here is verified`;
}
