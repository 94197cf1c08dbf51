import type { RecordProblem } from '../model/incident-answers.ts';
import type { ReadStatus } from '../model/incident-terms.ts';
import type { Incident } from '../model/incident.ts';
import { isBefore, isInCalendar, isInFuture } from './partial-date.ts';
import { unfinishedFields } from './unfinished.ts';

/** A problem before anybody knows on which line it is. */
export type Problem = Omit<RecordProblem, 'line'>;

const READ: readonly ReadStatus[] = [
  'primary_read',
  'primary_mirror_read',
  'primary_verbatim_via_transcriptions',
  'primary_verbatim_quoted',
  'primary_partial',
];

/**
 * Does a record earn the grade it claims? `now` in milliseconds since the epoch. The rules are the thread's own: a postmortem with
 * a date, a vendor and the ugly row, else it is fog. An empty list says yes.
 */
export function assessIncident(record: Incident, now: number): readonly Problem[] {
  return [
    ...unfinishedFields(record),
    ...dateProblems(record, now),
    ...checkProblems(record),
    ...kindProblems(record),
    ...gradeProblems(record),
  ];
}

function problem(field: string, sentence: string): Problem {
  return { field, sentence };
}

function dateProblems(record: Incident, now: number): Problem[] {
  const dates = [
    { field: 'date', date: record.date },
    ...record.sources.map(({ date }, at) => ({ field: `sources[${at}].date`, date })),
  ];
  const wrong = dates.flatMap(({ field, date }) => {
    if (date === null) return [];
    if (!isInCalendar(date)) return [problem(field, `${date} is not in the calendar.`)];
    return isInFuture(date, now) ? [problem(field, `${date} is in the future.`)] : [];
  });
  const early = record.sources.flatMap(({ kind, date }, at) =>
    kind === 'primary' && date !== null && isBefore(date, record.date)
      ? [
          problem(
            `sources[${at}].date`,
            `A primary source of ${date} cannot tell of what happened on ${record.date}; correct one of the dates.`,
          ),
        ]
      : [],
  );
  return [...wrong, ...early];
}

function checkProblems({ checks, sources }: Incident): Problem[] {
  const names = checks.map(({ check }) => check);
  const twice = checks.flatMap(({ check }, at) =>
    names.indexOf(check) < at
      ? [problem(`checks[${at}]`, `${check} is judged twice; keep one judgement with its reason.`)]
      : [],
  );
  const addresses = sources.map(({ address }) => address);
  const again = sources.flatMap(({ address, place }, at) =>
    sources.some((other, before) => before < at && other.address === address && other.place === place)
      ? [problem(`sources[${at}].address`, `${addresses[at]} is named twice; keep it once.`)]
      : [],
  );
  return [...twice, ...again];
}

function kindProblems({ kind, rollback_type: type, second_specimen: specimen }: Incident): Problem[] {
  const isPromoted = type === 'promoted_wrong_state';
  return [
    ...(isPromoted && kind === 'none'
      ? [
          problem(
            'kind',
            'A promoted_wrong_state brought a wrong state: say whether the source of truth, the package or the meaning was wrong.',
          ),
        ]
      : []),
    ...(!isPromoted && specimen !== null
      ? [
          problem(
            'second_specimen',
            `Only a promoted_wrong_state is ranked, and this one is ${type}; leave it out.`,
          ),
        ]
      : []),
  ];
}

function gradeProblems(record: Incident): Problem[] {
  if (record.evidence_grade === 'fog')
    return [problem('evidence_grade', 'Fog is no record; write it as a claim into incidents/fog.yaml.')];
  return [
    ...everyGrade(record),
    ...(record.evidence_grade === 'confirmed' ? confirmed(record) : partial(record)),
  ];
}

function everyGrade({ vendor, sources, evidence_grade: grade }: Incident): Problem[] {
  return [
    ...(vendor === null ? [problem('vendor', `A ${grade} record names the vendor.`)] : []),
    ...(sources.some(({ kind }) => kind === 'primary')
      ? []
      : [
          problem(
            'sources',
            `A ${grade} record has a primary source: the vendor’s own report, or a regulator’s or a court’s; without one it is fog.`,
          ),
        ]),
  ];
}

function confirmed({ sources, healthy_nodes: healthy, read_status: read }: Incident): Problem[] {
  const primary = sources.filter(({ kind }) => kind === 'primary');
  const uglyRow = (['before', 'after'] as const).flatMap((when) =>
    healthy[when] === null
      ? [
          problem(
            `healthy_nodes.${when}`,
            `A confirmed record has the ugly row: say how the healthy nodes were ${when} the action, as the primary source tells it.`,
          ),
        ]
      : [],
  );
  return [
    ...(primary.length > 0 && primary.every(({ date }) => date === null)
      ? [
          problem(
            'sources',
            'A confirmed record has a primary source with a date; give the date, or grade it partial.',
          ),
        ]
      : []),
    ...uglyRow,
    ...(READ.includes(read)
      ? []
      : [
          problem(
            'read_status',
            `A confirmed record rests on a primary source whose words were read, and ${read} says they were not; read it, or grade it partial.`,
          ),
        ]),
  ];
}

function partial({ evidence_note: note }: Incident): Problem[] {
  return note === null
    ? [
        problem(
          'evidence_note',
          'A partial record says what it lacks: what is not in the source, or was not read.',
        ),
      ]
    : [];
}
