import * as z from 'zod';
import { FINDING_CODES } from './finding.ts';
import { FlagName, Hostname, Instant, Sentence, Text } from './text.ts';
import { VERDICT_WORDS } from './verdict.ts';

/** How an incident ends that is replayed with the gate in front of every button, the best outcome first. */
export const ReplayOutcome = z
  .enum(['blocked_before_harm', 'blocked_at_button', 'caught_after', 'not_caught'])
  .meta({
    id: 'ReplayOutcome',
    description:
      'blocked_before_harm: a gate said no before the harm and before the button. blocked_at_button: the gate said no to the action that did the harm. caught_after: the proof that every server is asked for afterwards said no. not_caught: nothing of ours said no.',
  });
export type ReplayOutcome = z.infer<typeof ReplayOutcome>;

export const ServerState = z.enum(['right', 'haunted', 'silent', 'out']).meta({
  id: 'ServerState',
  description:
    'right: it does what it should. haunted: it does not, by the record. silent: it gives no report. out: it takes no live traffic.',
});
export type ServerState = z.infer<typeof ServerState>;

/** Each state as one letter, for those who do not see colours. */
export const LETTER_BY_STATE = {
  right: 'R',
  haunted: 'H',
  silent: 'S',
  out: 'O',
} as const satisfies Record<ServerState, string>;

const ReplayServer = z
  .strictObject({
    hostname: Hostname,
    letter: z
      .enum(['R', 'H', 'S', 'O'])
      .meta({ description: 'The state as one letter: R right, H haunted, S silent, O out.' }),
    state: ServerState,
    says: Text.meta({ description: 'What runs there at this moment, in a few words.' }),
  })
  .meta({ id: 'ReplayServer', description: 'One server at one moment.' });
export type ReplayServer = z.infer<typeof ReplayServer>;

const ReplayFinding = z
  .strictObject({
    code: z.enum(FINDING_CODES).meta({ description: 'Which kind of fact, from model/finding.ts.' }),
    hostname: Hostname.nullable().meta({ description: 'The server; null for the whole cluster.' }),
    flag: FlagName.nullable().meta({ description: 'The flag; null when no flag is concerned.' }),
  })
  .meta({ id: 'ReplayFinding', description: 'One fact that counted in the verdict of a moment.' });

const ReplayedMoment = z
  .strictObject({
    time: Instant.meta({ description: 'When it was. Where the record gives no time, one that fits.' }),
    clock: Text.nullable().meta({ description: 'The time as the record gives it; null when it gives none.' }),
    title: Sentence.meta({ description: 'The moment in a few words.' }),
    happened: Sentence.meta({ description: 'What the record says that happened, in our own words.' }),
    is_assumed: z.boolean().meta({ description: 'Whether this moment was filled in and is not on record.' }),
    gate: z
      .enum(['deploy', 'activate', 'rollback', 'proof'])
      .nullable()
      .meta({ description: 'Which gate was asked; null when none could be.' }),
    actor: z
      .enum(['operator', 'automation'])
      .nullable()
      .meta({ description: 'Who asked it; null when nobody did.' }),
    verdict: z
      .enum(VERDICT_WORDS)
      .nullable()
      .meta({ description: 'What the gate said; null without a gate.' }),
    sentence: z
      .string()
      .nullable()
      .meta({ description: 'Why not, in the gate’s own words; null when it said yes or was not asked.' }),
    findings: z.array(ReplayFinding).meta({ description: 'The facts that counted, worst first.' }),
    servers: z.array(ReplayServer).meta({ description: 'Every server of the cluster at this moment.' }),
    marks: z.enum(['button', 'harm', 'none']).meta({
      description:
        'button: the action that looked safe was taken now. harm: the harm of the record began or grew now.',
    }),
  })
  .meta({ id: 'ReplayedMoment', description: 'What happened, and beside it what the gate says.' });

/** What `haunted incidents replay ID --format json` prints: the record beside the gate. */
export const ReplayRun = z
  .strictObject({
    schema: z.literal('haunted.replay-run/v1').meta({ description: 'Document type and version.' }),
    id: Text.meta({ description: 'The incident, as in the registry.' }),
    title: Sentence.meta({ description: 'The incident in a few words.' }),
    outcome: ReplayOutcome,
    sentence: Sentence.meta({ description: 'The last line: what came of it, and by what.' }),
    moments: z.array(ReplayedMoment).min(1).meta({ description: 'The moments, the earliest first.' }),
  })
  .meta({
    id: 'ReplayRun',
    title: 'haunted.replay-run/v1',
    description: 'One incident replayed: what happened, beside what the gate says and when.',
  });
export type ReplayRun = z.infer<typeof ReplayRun>;

const ReplaySummary = z
  .strictObject({
    ...ReplayRun.pick({ id: true, title: true, outcome: true, sentence: true }).shape,
    at: Sentence.nullable().meta({
      description: 'The moment at which it was stopped; null when it was not.',
    }),
    gate: z
      .enum(['deploy', 'activate', 'rollback', 'proof'])
      .nullable()
      .meta({ description: 'The gate that said no; null when none did.' }),
    verdict: z.enum(VERDICT_WORDS).nullable().meta({ description: 'What it said; null when none did.' }),
    codes: z
      .array(z.enum(FINDING_CODES))
      .meta({ description: 'The codes that counted in it, sorted, each once.' }),
    kill_switch: z.null().meta({ description: 'What a kill switch would have done; not replayed yet.' }),
  })
  .meta({ id: 'ReplaySummary', description: 'One replay in a line.' });
export type ReplaySummary = z.infer<typeof ReplaySummary>;

/** What `haunted incidents replay --all --format json` prints. */
export const ReplayList = z
  .strictObject({
    schema: z.literal('haunted.replay-list/v1').meta({ description: 'Document type and version.' }),
    replays: z.array(ReplaySummary).meta({ description: 'Every replay, by the name of its incident.' }),
  })
  .meta({
    id: 'ReplayList',
    title: 'haunted.replay-list/v1',
    description: 'Every incident that can be replayed, and what comes of it.',
  });
export type ReplayList = z.infer<typeof ReplayList>;
