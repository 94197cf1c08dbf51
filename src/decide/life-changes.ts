import type { Finding } from '../model/finding.ts';
import type { Happening } from '../model/flag-history.ts';
import type { FlagOwnership, FlagState } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import { saidWords } from './code-functions.ts';
import { typesAgree } from './continuity.ts';
import type { Rename } from './rename.ts';
import { spokenMeaning } from './spoken-meaning.ts';

/** One thing that happened to a flag, in a word of the closed table and in a sentence. */
export type Change = { readonly what: Happening; readonly sentence: string };

export type Step = {
  readonly manifest: Manifest;
  readonly flag: string;
  readonly row: FlagOwnership | undefined;
  readonly before: FlagOwnership | undefined;
  readonly renames: readonly Rename[];
  /** Whether any manifest before this one held the name. */
  readonly isKnown: boolean;
  readonly findings: readonly Finding[];
};

/** Whether a binary with this row has code behind the name. */
export function isAlive(row: FlagOwnership | undefined): row is FlagOwnership {
  return row !== undefined && row.state !== 'retired';
}

/** What happened to a flag from one manifest to the next; empty when nothing did. */
export function changesOf(step: Step): Change[] {
  const { row, before } = step;
  if (!isAlive(row)) return goneChanges(step);
  if (isAlive(before) && before.meaning === row.meaning) return ongoingChanges(row, before, step.findings);
  return arrivalChanges(step, row);
}

function goneChanges({ manifest, flag, row, before, renames, isKnown }: Step): Change[] {
  if (!isAlive(before) && (row === undefined || isKnown)) return [];
  const rename = renames.find(({ from }) => from.flag === flag);
  const gone: Change =
    row === undefined
      ? {
          what: 'removed',
          sentence: `${manifest.deployment_id} no longer holds it, not even as a tombstone.`,
        }
      : { what: 'tombstoned', sentence: 'It is retired: the code is gone, and the name stays taken.' };
  if (rename === undefined) return [gone];
  const sentence = `'${rename.to.flag}' took its place: the same ${rename.by}.`;
  return [gone, { what: 'renamed_to', sentence }];
}

const FOUND: readonly (readonly [Finding['code'], Happening])[] = [
  ['flag_reused', 'reused'],
  ['flag_resurrected', 'resurrected'],
  ['flag_type_changed', 'type_changed'],
];

function foundChanges(findings: readonly Finding[]): Change[] {
  return FOUND.flatMap(([code, what]) =>
    findings.filter((finding) => finding.code === code).map(({ sentence }) => ({ what, sentence })),
  );
}

function arrivalChanges(
  { manifest, flag, renames, isKnown, before, findings }: Step,
  row: FlagOwnership,
): Change[] {
  const rename = renames.find(({ to }) => to.flag === flag);
  const means = `it means ${spokenMeaning(row.meaning, row)}`;
  const reopening = manifest.reopened_flags?.find((entry) => entry.flag === flag);
  const arrival: Change[] = isKnown
    ? isAlive(before)
      ? []
      : [{ what: 'returned', sentence: `It is back after it was gone; ${means}.` }]
    : [{ what: 'born', sentence: `It appears for the first time; ${means}.` }];
  return [
    ...arrival,
    ...(rename === undefined
      ? []
      : [
          {
            what: 'renamed_from' as const,
            sentence: `It took the place of '${rename.from.flag}': the same ${rename.by}.`,
          },
        ]),
    ...(reopening === undefined
      ? []
      : [
          {
            what: 'reopened' as const,
            sentence: `Re-opened on purpose by ${reopening.by}: ${reopening.reason}`,
          },
        ]),
    ...foundChanges(findings),
    ...(isAlive(before) && findings.length === 0 && reopening === undefined
      ? [{ what: 'reused' as const, sentence: `Its meaning is another one: ${means}.` }]
      : []),
  ];
}

const STATES: Readonly<Record<FlagState, readonly [Happening, string]>> = {
  live: ['woke', 'It is live.'],
  dormant: ['fell_asleep', 'It is dormant: the code is there, and nothing sets it.'],
  dormant_but_bound: ['bound_asleep', 'It is dormant, and something sets it.'],
  shackled: ['shackled', 'It is shackled: the code is there, and nothing may set it.'],
  retired: ['tombstoned', 'It is retired.'],
};

function ongoingChanges(row: FlagOwnership, before: FlagOwnership, findings: readonly Finding[]): Change[] {
  const changes: Change[] = [];
  const say = (what: Happening, sentence: string): void => void changes.push({ what, sentence });
  if (row.owner !== before.owner)
    say('owner_changed', `Its owner was ${before.owner ?? 'unknown'} and is ${row.owner ?? 'unknown'}.`);
  if (row.last_modified !== before.last_modified && row.last_modified !== null)
    say(
      'touched',
      `Touched on ${row.last_modified}${row.last_modified_by ? ` by ${row.last_modified_by}` : ''}.`,
    );
  const found = foundChanges(findings);
  changes.push(...found);
  if (!typesAgree(before.type, row.type) && !found.some(({ what }) => what === 'type_changed'))
    say('type_changed', `Its type was ${before.type} and is ${row.type}.`);
  const [was, is] = [saidWords(before.target), saidWords(row.target)];
  if (was !== null && is !== null && was !== is)
    say('target_changed', `It was bound to ${was} and is bound to ${is}.`);
  if (row.state !== before.state) say(...STATES[row.state]);
  return changes;
}
