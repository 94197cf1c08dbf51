import type { FlagChange } from '../../model/flag-comparison.ts';
import type { FlagScan, ScannedFlag, ScanSite } from '../../model/flag-scan.ts';

type Pair = {
  readonly flag: string;
  readonly before: ScannedFlag | null;
  readonly after: ScannedFlag | null;
};

const ORDER = { worse: 0, neutral: 1, better: 2 } as const;

/**
 * What changed between two scans of the same source: the worse first, then by flag. Deleting the code of a flag and then its
 * definition is the way a flag should go, so the first step is neutral, unless something still sets the flag; the other way
 * round, code that goes on asking for a flag that is gone, is worse. Pure.
 */
export function compareScans(before: FlagScan, after: FlagScan): readonly FlagChange[] {
  const old = new Map(before.flags.map((flag) => [flag.flag, flag]));
  const now = new Map(after.flags.map((flag) => [flag.flag, flag]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .flatMap((flag) => changesOf({ flag, before: old.get(flag) ?? null, after: now.get(flag) ?? null }))
    .sort((a, b) => ORDER[a.effect] - ORDER[b.effect] || (a.flag < b.flag ? -1 : Number(a.flag > b.flag)));
}

function changesOf(pair: Pair): FlagChange[] {
  return [orphanChange(pair), typeChange(pair), unreadChange(pair)].filter((change) => change !== null);
}

function orphanChange({ flag, before, after }: Pair): FlagChange | null {
  if (isOrphan(after)) {
    if (before?.defined === true)
      return change(
        'removed_while_read',
        'worse',
        `'${flag}' is defined no more, and ${places(readsOf(after))} still reads it.`,
        { before, after },
      );
    const fresh = newReads(before, after);
    if (fresh.length === 0) return null;
    const sentence = `'${flag}' is read at ${places(fresh)} and defined nowhere.`;
    return { ...change('read_not_defined', 'worse', sentence, { before, after }), sites: fresh };
  }
  if (!isOrphan(before)) return null;
  if (after !== null && after.grade === 'evaluated')
    return change('now_defined', 'better', `'${flag}' was read and defined nowhere, and is defined now.`, {
      before,
      after,
    });
  return change('read_removed', 'better', `'${flag}' was read and defined nowhere, and is read no more.`, {
    before,
    after,
  });
}

function typeChange({ flag, before, after }: Pair): FlagChange | null {
  if (before === null || after === null || before.type === null || after.type === null) return null;
  if (before.type === after.type) return null;
  const sentence = `'${flag}' was ${before.type} and is ${after.type}: binaries that run still ask for ${before.type}.`;
  return change('type_changed', 'worse', sentence, { before, after });
}

function unreadChange({ flag, before, after }: Pair): FlagChange | null {
  if (isUnread(after)) {
    if (isUnread(before)) return null;
    const isBound = after?.state === 'dormant_but_bound';
    const bound = isBound ? ', and something still sets it' : '';
    if (before?.grade === 'evaluated')
      return change(
        'no_longer_read',
        isBound ? 'worse' : 'neutral',
        `'${flag}' was read at ${places(readsOf(before))} and is read nowhere now${bound}.`,
        { before, after },
      );
    return change('defined_not_read', 'neutral', `'${flag}' is newly defined and read nowhere.`, {
      before,
      after,
    });
  }
  if (!isUnread(before)) return null;
  if (isOrphan(after)) return null;
  if (after?.defined === true && after.grade === 'evaluated')
    return change('read_again', 'better', `'${flag}' was read nowhere and is read now.`, { before, after });
  const end = after === null ? 'its definition is gone' : 'it is marked retired now';
  return change('definition_removed', 'better', `'${flag}' was read nowhere, and ${end}.`, { before, after });
}

function change(
  kind: FlagChange['change'],
  effect: FlagChange['effect'],
  sentence: string,
  { before, after }: Omit<Pair, 'flag'>,
): FlagChange {
  const flag = after?.flag ?? before?.flag ?? '';
  const now = readsOf(after);
  const sites = now.length > 0 ? now : readsOf(before);
  return {
    flag,
    change: kind,
    effect,
    sentence,
    type_before: before?.type ?? null,
    type_after: after?.type ?? null,
    sites,
  };
}

function isOrphan(flag: ScannedFlag | null): boolean {
  return flag !== null && flag.grade === 'evaluated' && !flag.defined;
}

function isUnread(flag: ScannedFlag | null): boolean {
  return flag !== null && flag.defined && flag.grade !== 'evaluated' && flag.state !== 'retired';
}

function readsOf(flag: ScannedFlag | null): ScanSite[] {
  return (flag?.sites ?? []).filter(({ kind }) => kind === 'read');
}

/** Reads that were not there before: in another file or function, or more of them in the same. Lines move and say nothing. */
function newReads(before: ScannedFlag | null, after: ScannedFlag | null): ScanSite[] {
  const left = new Map<string, number>();
  for (const site of readsOf(before)) left.set(keyOf(site), (left.get(keyOf(site)) ?? 0) + 1);
  return readsOf(after).filter((site) => {
    const count = left.get(keyOf(site)) ?? 0;
    left.set(keyOf(site), count - 1);
    return count <= 0;
  });
}

function keyOf({ file, symbol }: ScanSite): string {
  return JSON.stringify([file, symbol]);
}

const SHOWN = 3;

function places(sites: readonly ScanSite[]): string {
  const named = sites.map(({ file, line }) => `${file}:${line}`);
  const more = named.length - SHOWN;
  return `${named.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
