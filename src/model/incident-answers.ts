import * as z from 'zod';
import { IncidentCheck } from './incident-terms.ts';
import { IncidentFog, Incident } from './incident.ts';
import { Text } from './text.ts';

const count = (what: string) => z.int().min(0).meta({ description: what });

/** What `haunted incidents list` answers. */
export const IncidentList = z
  .strictObject({
    schema: z.literal('haunted.incident-list/v1').meta({ description: 'Document type and version.' }),
    incidents: z
      .array(Incident)
      .meta({ description: 'The records that were asked for, in the order asked for.' }),
    fog: IncidentFog.shape.claims.meta({ description: 'The claims without evidence that were asked for.' }),
  })
  .meta({ id: 'IncidentList', title: 'haunted.incident-list/v1', description: 'Incidents of a registry.' });
export type IncidentList = z.infer<typeof IncidentList>;

const CheckScore = z
  .strictObject({
    check: IncidentCheck,
    would_have_blocked: count('How many incidents it would have stopped.'),
    would_not_have_blocked: count('How many it would not have stopped.'),
    not_scored: count('Of how many nobody can say.'),
  })
  .meta({ id: 'CheckScore', description: 'How one check fares over the incidents.' });
export type CheckScore = z.infer<typeof CheckScore>;

/** What `haunted incidents stats` answers: which checks pay, by judgement. */
export const IncidentStats = z
  .strictObject({
    schema: z.literal('haunted.incident-stats/v1').meta({ description: 'Document type and version.' }),
    scope: Text.meta({ description: 'Which incidents were counted, in words.' }),
    incidents: count('How many were counted.'),
    checks: z.array(CheckScore).meta({ description: 'Each check, the one that stops most first.' }),
  })
  .meta({
    id: 'IncidentStats',
    title: 'haunted.incident-stats/v1',
    description: 'Which checks would have stopped how many incidents, by judgement.',
  });
export type IncidentStats = z.infer<typeof IncidentStats>;

const RecordProblem = z
  .strictObject({
    field: Text.meta({ description: 'The field, such as sources[0].date; empty for the record as a whole.' }),
    line: z.int().min(1).nullable().meta({ description: 'The line of the file; null when not known.' }),
    sentence: Text.meta({ description: 'What is missing or wrong, and what to do.' }),
  })
  .meta({ id: 'RecordProblem', description: 'One thing that a record lacks.' });
export type RecordProblem = z.infer<typeof RecordProblem>;

/** What `haunted incidents check` answers. */
export const RecordCheck = z
  .strictObject({
    schema: z.literal('haunted.record-check/v1').meta({ description: 'Document type and version.' }),
    file: Text.meta({ description: 'The file that was checked.' }),
    id: Text.nullable().meta({ description: 'The incident; null when the file names none.' }),
    good_enough: z.boolean().meta({ description: 'Whether it may go into the registry as it is.' }),
    problems: z.array(RecordProblem).meta({ description: 'What it lacks.' }),
    would_pass_as: z
      .enum(['partial'])
      .nullable()
      .meta({ description: 'The lower grade with which it would pass as it is; null for none.' }),
  })
  .meta({
    id: 'RecordCheck',
    title: 'haunted.record-check/v1',
    description: 'Whether a submitted record is good enough, and what it lacks.',
  });
export type RecordCheck = z.infer<typeof RecordCheck>;
