import { saidWords } from '../../decide/code-functions.ts';
import type { MeaningOrigin } from '../../decide/continuity.ts';
import type { CodeSite, FlagOwnership } from '../../model/flag.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { FlagTableDraft, TableRow } from './flag-table.ts';

/** One remark about one flag. A loud one is about something that a gate will not let pass, or that a person must look at. */
export type FlagNote = { readonly flag: string; readonly loud: boolean; readonly text: string };

/** What the maker of a manifest should know about its flags, in the table's order. `history` are the other manifests at hand. */
export function notesOn({ rows }: FlagTableDraft, history: readonly Manifest[]): FlagNote[] {
  const earlier = meaningsBefore(history);
  const reopened = reopenedBefore(history);
  return rows.flatMap((row) => [
    ...meaningNotes(row),
    ...lifeNotes(row),
    ...(row.origin.kind === 'reopened' || reopened.has(keyOf(row.row))
      ? []
      : historyNotes(row, earlier.get(row.row.flag) ?? [])),
  ]);
}

const BLOCKED = 'The deploy gate will block this';

function meaningNotes({ row, before, origin, holds }: TableRow): FlagNote[] {
  const { flag, meaning } = row;
  switch (origin.kind) {
    case 'born':
    case 'tombstone':
      return [];
    case 'inherited':
      return inheritedNotes(row, before, origin);
    case 'reopened':
      return [
        {
          flag,
          loud: false,
          text: `'${flag}' is re-opened on purpose: it meant ${origin.before ?? 'something'} before and means ${meaning} from now on. While a binary that may run gives it the old meaning, the deploy gate blocks it all the same.`,
        },
      ];
    case 'reborn': {
      const why = before === null ? '' : brokenWords(origin.broken, before, row);
      const text = `'${flag}' now has two meanings: ${origin.before} before, ${meaning} now (${why}). ${BLOCKED}: give the new function a name of its own. If it is the same switch after all, write \`meaning: ${origin.before}\` in its entry.`;
      return [{ flag, loud: true, text }];
    }
    case 'stated': {
      if (origin.before === null || (origin.before === meaning && holds)) return [];
      if (origin.before === meaning)
        return [
          {
            flag,
            loud: false,
            text: `'${flag}' keeps ${meaning} because its entry says so; nothing else shows that it is the same switch.`,
          },
        ];
      const text = `'${flag}' now has two meanings: ${origin.before} before, ${meaning} now, as its entry says. ${BLOCKED}: give the new function a name of its own.`;
      return [{ flag, loud: true, text }];
    }
  }
}

function inheritedNotes(
  { flag, meaning, purpose, where }: FlagOwnership,
  before: FlagOwnership | null,
  origin: Extract<MeaningOrigin, { kind: 'inherited' }>,
): FlagNote[] {
  const functions = origin.functions.join(', ');
  switch (origin.by) {
    case 'no_contradiction':
      return [];
    case 'function': {
      // Where one side gives no purpose, nothing was worded anew.
      if (saidWords(purpose) === null || saidWords(before?.purpose) === null) return [];
      const text = `'${flag}' keeps ${meaning} although its purpose is worded anew: ${functions} still reads it.`;
      return [{ flag, loud: false, text }];
    }
    case 'alike': {
      const old = [...symbolsOf(before?.where)].sort().join(', ');
      const whose = old === '' ? 'what' : `${old}, which`;
      const text = `'${flag}' keeps ${meaning} because ${functions}, which reads it now, looks like ${whose} read it before. If it is another function, give it a flag of its own.`;
      return [{ flag, loud: false, text }];
    }
    case 'purpose':
      return samePurposeNotes({ flag, meaning, where }, before);
  }
}

function samePurposeNotes(
  { flag, meaning, where }: Pick<FlagOwnership, 'flag' | 'meaning' | 'where'>,
  before: FlagOwnership | null,
): FlagNote[] {
  const had = symbolsOf(before?.where);
  const has = symbolsOf(where);
  if (had.size === 0 || !had.isDisjointFrom(has)) return [];
  const text = `'${flag}' keeps ${meaning} because its purpose is the same; none of the functions that read it before reads it now.`;
  return [{ flag, loud: false, text }];
}

function symbolsOf(where: readonly CodeSite[] | undefined): Set<string> {
  return new Set((where ?? []).flatMap((site) => site.symbol ?? []));
}

function brokenWords(
  broken: 'type' | 'target' | 'purpose_and_functions',
  before: FlagOwnership,
  row: FlagOwnership,
): string {
  switch (broken) {
    case 'type':
      return `its type was ${before.type ?? 'not said'} and is ${row.type}`;
    case 'target':
      return `it was bound to ${before.target ?? 'nothing that was said'} and is bound to ${row.target ?? 'nothing that is said'}`;
    case 'purpose_and_functions':
      return 'neither its purpose nor any function that reads it is the same';
  }
}

function lifeNotes({ row, before, origin, outdatedCheck }: TableRow): FlagNote[] {
  const { flag } = row;
  const notes: FlagNote[] = [];
  if (origin.kind === 'tombstone' && before !== null && before.state !== 'retired') {
    const wasAlive = before.state === 'live' || before.state === 'dormant_but_bound';
    const advice = wasAlive
      ? ` It was ${before.state} before, so binaries that run may still read it: make it dormant first, and remove it with the next deployment.`
      : '';
    notes.push({
      flag,
      loud: wasAlive,
      text: `'${flag}' is no longer in the flag file: kept as retired, so that its name stays taken.${advice}`,
    });
  }
  if (before?.state === 'retired' && row.state !== 'retired' && origin.kind !== 'reopened')
    notes.push({
      flag,
      loud: true,
      text: `'${flag}' was retired and is back (${row.state}). ${BLOCKED}: a tombstone stays a tombstone; use a new name.`,
    });
  if (outdatedCheck)
    notes.push({
      flag,
      loud: true,
      text: `'${flag}' was modified after it was verified, so it is written down as not_verified: check it again.`,
    });
  return notes;
}

type Earlier = { readonly meaning: string; readonly manifest: string };

function meaningsBefore(history: readonly Manifest[]): Map<string, Earlier[]> {
  const earlier = new Map<string, Earlier[]>();
  for (const { deployment_id, flag_ownership_table } of history)
    for (const { flag, meaning } of flag_ownership_table) {
      const known = earlier.get(flag);
      if (known === undefined) earlier.set(flag, [{ meaning, manifest: deployment_id }]);
      else known.push({ meaning, manifest: deployment_id });
    }
  return earlier;
}

/** The names, each with its meaning, that an earlier manifest took again on purpose. */
function reopenedBefore(history: readonly Manifest[]): Set<string> {
  return new Set(
    history.flatMap(({ reopened_flags, flag_ownership_table }) => {
      const names = new Set(reopened_flags?.map(({ flag }) => flag));
      return flag_ownership_table.filter(({ flag }) => names.has(flag)).map(keyOf);
    }),
  );
}

function keyOf({ flag, meaning }: FlagOwnership): string {
  return JSON.stringify([flag, meaning]);
}

/** Knight's flag slept for nine years between its two lives: the manifest before is not the whole history. */
function historyNotes({ row, before }: TableRow, earlier: readonly Earlier[]): FlagNote[] {
  if (row.state === 'retired') return [];
  const other = earlier.find(({ meaning }) => meaning !== row.meaning && meaning !== before?.meaning);
  if (other === undefined) return [];
  const text = `'${row.flag}' meant ${other.meaning} in ${other.manifest} and means ${row.meaning} now. ${BLOCKED}: the name is taken.`;
  return [{ flag: row.flag, loud: true, text }];
}
