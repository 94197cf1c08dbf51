import { Fault } from '../../fault.ts';
import type { Selection } from '../../incidents/select.ts';
import { EvidenceGrade, IncidentActor, RollbackType, WrongKind } from '../../model/incident-terms.ts';
import type { Option, Values } from '../command.ts';
import { optionalText, textList } from '../options.ts';

/** The words by which incidents are chosen, the same for every verb that lists or counts them. */
export const SELECTION_OPTIONS: Readonly<Record<string, Option>> = {
  type: {
    type: 'string',
    multiple: true,
    value: 'TYPE',
    help: `Only this rollback type: ${RollbackType.options.join(', ')}. May be repeated.`,
  },
  grade: {
    type: 'string',
    multiple: true,
    value: 'GRADE',
    help: `Only this evidence: ${EvidenceGrade.options.join(', ')}. May be repeated.`,
  },
  kind: {
    type: 'string',
    multiple: true,
    value: 'KIND',
    help: `Only what was wrong like this: ${WrongKind.options.join(', ')}. May be repeated.`,
  },
  actor: {
    type: 'string',
    multiple: true,
    value: 'ACTOR',
    help: `Only actions by ${IncidentActor.options.join(', ')}. May be repeated.`,
  },
  vendor: { type: 'string', value: 'TEXT', help: 'Only vendors with this text in their name.' },
  year: { type: 'string', value: 'YEAR|FROM-TO', help: 'Only that year, or those years: 2012, 2012-2016.' },
  registry: {
    type: 'string',
    value: 'FOLDER',
    help: 'A registry of your own instead of the one that comes with haunted.',
  },
};

/** Which incidents the words ask for. Faults: BAD_USAGE for a word that is in no list, and for a year that is none. */
export function selectionOf(values: Values): Selection {
  return {
    types: wordsOf(values, 'type', RollbackType.options),
    grades: wordsOf(values, 'grade', EvidenceGrade.options),
    kinds: wordsOf(values, 'kind', WrongKind.options),
    actors: wordsOf(values, 'actor', IncidentActor.options),
    vendor: optionalText(values, 'vendor') ?? null,
    years: yearsOf(optionalText(values, 'year')),
  };
}

/** The selection as a reader of the answer should see it; an empty text when everything was asked for. */
export function selectionWords(selection: Selection): string {
  const { years } = selection;
  const words = [
    ...[selection.types, selection.grades, selection.kinds, selection.actors].map((list) =>
      list.join(' or '),
    ),
    selection.vendor === null ? '' : `vendor ${JSON.stringify(selection.vendor)}`,
    years === null ? '' : years.from === years.to ? `${years.from}` : `${years.from} to ${years.to}`,
  ];
  return words.filter((word) => word !== '').join(', ');
}

function wordsOf<T extends string>(values: Values, name: string, allowed: readonly T[]): readonly T[] {
  return textList(values, name).map((given) => {
    const found = allowed.find((word) => word === given);
    if (found === undefined)
      throw new Fault('BAD_USAGE', `--${name} ${JSON.stringify(given)} is not one of ${allowed.join(', ')}.`);
    return found;
  });
}

function yearsOf(given: string | undefined): Selection['years'] {
  if (given === undefined) return null;
  const [, from, to = from] = /^(\d{4})(?:-(\d{4}))?$/.exec(given) ?? [];
  if (from === undefined || Number(to) < Number(from))
    throw new Fault(
      'BAD_USAGE',
      `--year ${JSON.stringify(given)} is not a year or a span: write 2012 or 2012-2016.`,
    );
  return { from: Number(from), to: Number(to) };
}
