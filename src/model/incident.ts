import * as z from 'zod';
import {
  EvidenceGrade,
  IncidentActor,
  IncidentCheck,
  Match,
  ReadStatus,
  RollbackType,
  StateClock,
  WrongKind,
} from './incident-terms.ts';
import { Name, Sentence } from './text.ts';

const IncidentId = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words with hyphens, such as knight-2012')
  .meta({ description: 'The name of the incident, and of its folder: who, and the year.' });

/** A day, a month or a year: as much as the source says. */
const PartialDate = z
  .string()
  .regex(
    /^(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?$/,
    'must be a date such as 2012-08-01, 2012-08 or "2012"',
  )
  .meta({ description: 'A day, a month or a year, as much as is known.' });

function said(what: string) {
  return Sentence.meta({ description: what });
}

function maybe(what: string) {
  return Sentence.nullable().default(null).meta({ description: what });
}

export const IncidentSource = z
  .strictObject({
    kind: z.enum(['primary', 'secondary']).meta({
      description: 'primary: by the vendor, a regulator or a court. secondary: by anybody else.',
    }),
    title: said('What it is called.'),
    publisher: Name.meta({ description: 'Who published it.' }),
    date: PartialDate.nullable().meta({ description: 'When it was published; null when not known.' }),
    address: z
      .string()
      .max(2048)
      .regex(
        /^https?:\/\/[A-Za-z0-9][^\s"<>\\^`{|}]*$/,
        'must be an address that begins with https:// or http://',
      )
      .meta({ description: 'Where it can be read.' }),
    place: maybe('Where in it: a paragraph, a heading; null when the whole of it.'),
    note: maybe('What to know before relying on the address or the date.'),
  })
  .meta({ id: 'IncidentSource', description: 'A text that says it.' });
export type IncidentSource = z.infer<typeof IncidentSource>;

export const CheckJudgement = z
  .strictObject({
    check: IncidentCheck,
    would_have_blocked: z.boolean().meta({ description: 'Whether it would have stopped the harm.' }),
    reason: said('Why we think so. It is our judgement, and not the word of the source.'),
  })
  .meta({ id: 'CheckJudgement', description: 'What one check would have done.' });
export type CheckJudgement = z.infer<typeof CheckJudgement>;

const HealthyNodes = z
  .strictObject({
    before: Sentence.nullable().meta({
      description: 'How the healthy nodes were before the action; null when not stated.',
    }),
    after: Sentence.nullable().meta({ description: 'How they were after it; null when not stated.' }),
  })
  .meta({ id: 'HealthyNodes', description: 'The ugly row: what the action did to nodes that were well.' });

const OtherClock = z
  .strictObject({
    lives_in: StateClock,
    what: said('What it was that did not go back.'),
  })
  .meta({ id: 'OtherClock', description: 'The other half of the state, on a clock of its own.' });

const SecondSpecimen = z
  .strictObject({
    rank: z
      .int()
      .min(1)
      .max(1000)
      .meta({ description: 'Its place among the second specimens; 1 is the best match.' }),
    one_wrong_node: Match.meta({ description: 'Was there one wrong node?' }),
    person_pressed: Match.meta({ description: 'Did a person press the button that looked safe?' }),
    healthy_made_wrong: Match.meta({ description: 'Were nodes that had been well made wrong by it?' }),
    matches: said('What matches Knight, plainly.'),
    differs: said('What does not match, as plainly.'),
  })
  .meta({ id: 'SecondSpecimen', description: 'How near it comes to Knight, which the thread asked for.' });

const ThreadCandidate = z
  .strictObject({
    said: said('The verdict of the thread, in short.'),
    today: said('The verdict of the record today.'),
  })
  .meta({
    id: 'ThreadCandidate',
    description: 'A candidate that the thread named, and its verdict then and now.',
  });

/** One incident on record, graded by what can be read about it. */
export const Incident = z
  .strictObject({
    schema: z.literal('haunted.incident/v1').meta({ description: 'Document type and version.' }),
    id: IncidentId,
    title: said('The incident in a few words.'),
    date: PartialDate.meta({ description: 'When the safety action was taken.' }),
    vendor: Name.nullable().meta({ description: 'Whose systems they were; null when not known.' }),
    systems: said('Which systems.'),
    trigger: said('What went wrong first.'),
    safety_action: said('What was done to be safe.'),
    actor: IncidentActor,
    healthy_nodes: HealthyNodes,
    other_clock: OtherClock.nullable()
      .default(null)
      .meta({ description: 'The other half of the state; null when there was none or it is not stated.' }),
    kind: WrongKind,
    rollback_type: RollbackType,
    evidence_grade: EvidenceGrade,
    evidence_note: maybe(
      'What was not read or is not in the sources. A partial record must say what it lacks.',
    ),
    read_status: ReadStatus,
    sources: z.array(IncidentSource).max(20).meta({ description: 'The texts that say it, the best first.' }),
    checks: z.array(CheckJudgement).max(20).meta({
      description: 'Checks that would or would not have blocked it; a check that is not here is not scored.',
    }),
    notes: maybe('What to learn from it.'),
    second_specimen: SecondSpecimen.nullable().default(null).meta({
      description: 'How near it comes to Knight; null for Knight itself and for what is not ranked.',
    }),
    thread: ThreadCandidate.nullable()
      .default(null)
      .meta({ description: 'What the thread said of it; null when it did not name it.' }),
  })
  .meta({
    id: 'Incident',
    title: 'haunted.incident/v1',
    description: 'One incident on public record, graded by what can be read about it.',
  });
export type Incident = z.infer<typeof Incident>;

const FogClaim = z
  .strictObject({
    id: IncidentId,
    title: said('The claim in a few words.'),
    date: PartialDate.nullable().meta({
      description: 'When it is said to have happened; null when nobody says.',
    }),
    vendor: Name.nullable().meta({ description: 'Whose systems are meant; null when nobody says.' }),
    claimed_by: said('Who claimed it, and where.'),
    claimed: said('What was claimed.'),
    looked_for: said('What was looked for.'),
    found: said('What was found instead, if anything.'),
    today: said('The verdict today, in short.'),
    would_count_if: said('What it would take to become a record.'),
    nearest: IncidentId.nullable()
      .default(null)
      .meta({ description: 'The nearest incident that is on record; null for none.' }),
    sources: z
      .array(IncidentSource)
      .max(20)
      .meta({ description: 'Texts that bear on it; none of them carries the claim.' }),
    thread: ThreadCandidate.nullable()
      .default(null)
      .meta({ description: 'What the thread said of it; null when it did not name it.' }),
  })
  .meta({ id: 'FogClaim', description: 'A claim without a public source that was read.' });
export type FogClaim = z.infer<typeof FogClaim>;

/** Claims that are no evidence: what was said, what was looked for, and what was not found. */
export const IncidentFog = z
  .strictObject({
    schema: z.literal('haunted.incident-fog/v1').meta({ description: 'Document type and version.' }),
    claims: z.array(FogClaim).max(1000).meta({ description: 'The claims.' }),
  })
  .meta({
    id: 'IncidentFog',
    title: 'haunted.incident-fog/v1',
    description: 'Claims that are no evidence: what was said, looked for, and not found.',
  });
export type IncidentFog = z.infer<typeof IncidentFog>;
