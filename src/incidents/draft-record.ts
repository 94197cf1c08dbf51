import type { Incident } from '../model/incident.ts';
import { LIMITS } from '../model/limits.ts';
import { hostNames } from './host-names.ts';
import type { RollbackStory, StoryServer } from './rollback-story.ts';

/**
 * The record of a rollback of one’s own, as far as a ledger can fill it. What a ledger cannot know begins with TODO, and has what is
 * known about it behind; `haunted incidents check` asks for each of them. Never a guess: what nobody counted is null.
 */
export function draftRecord(story: RollbackStory): Incident {
  const servers = story.before?.servers ?? story.after?.servers ?? [];
  const many = servers.length === 0 ? 'the servers' : `the ${counted(servers.length)}`;
  return {
    schema: 'haunted.incident/v1',
    id: `todo-${story.begun.slice(0, 4)}`,
    title: 'TODO: the incident in a few words',
    date: story.begun.slice(0, 10),
    vendor: 'TODO: whose systems they were',
    systems: sentence(`TODO: what ${many} of the cluster ${story.cluster} do`),
    trigger: sentence(`TODO: what went wrong first; ${reasonWords(story)}`),
    safety_action: sentence(actionWords(story)),
    actor: story.actor,
    healthy_nodes: { before: beforeWords(story), after: afterWords(story) },
    other_clock: null,
    kind: 'none',
    rollback_type: story.rollback_type,
    evidence_grade: 'partial',
    evidence_note: sentence(noteWords(story)),
    read_status: 'not_found',
    sources: [],
    checks: simulated(story),
    notes: sentence(gateWords(story)),
    second_specimen: null,
    thread: null,
  };
}

// What hides or turns text has no place in a record, and a ledger may hold it.
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

function sentence(text: string): string {
  const plain = text.replaceAll(UNFIT, '\ufffd');
  return plain.length <= LIMITS.text ? plain : `${plain.slice(0, LIMITS.text - 1)}…`;
}

function counted(servers: number): string {
  return servers === 1 ? '1 server' : `${servers} servers`;
}

function clock(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')}${time.endsWith('Z') ? ' UTC' : time.slice(-6)}`;
}

function reasonWords({ reason }: RollbackStory): string {
  return reason === null
    ? 'no reason was given at the button'
    : `the reason given at the button was: ${reason}`;
}

function manifestWords(manifest: RollbackStory['to']): string {
  return manifest === null
    ? 'a manifest that the ledger does not hold'
    : `${manifest.deployment_id} (generation ${manifest.generation})`;
}

const OUTCOMES = {
  done: 'ended well',
  failed: 'failed',
  interrupted: 'was interrupted',
  abandoned: 'was given up, and nobody knows how it ended',
} as const;

function actionWords({ begun, from, to, pressed_by: who, ended, change }: RollbackStory): string {
  const how =
    ended.signal !== null
      ? ` (${ended.signal})`
      : ended.exit_status !== null && ended.exit_status !== 0
        ? ` (exit status ${ended.exit_status})`
        : '';
  const why = ended.reason === null ? '' : `: ${ended.reason}`;
  return `At ${clock(begun)} ${who} began the rollback ${change} from ${manifestWords(from)} to ${manifestWords(to)}; its command ${OUTCOMES[ended.outcome]}${how}${why} at ${clock(ended.time)}.`;
}

/** Servers with the same faults in one clause: `n3 (binary_mismatch)`. */
function faultWords(servers: readonly StoryServer[]): string {
  const byFault = new Map<string, string[]>();
  for (const { hostname, codes } of servers) {
    const fault = codes.join(', ');
    byFault.set(fault, [...(byFault.get(fault) ?? []), hostname]);
  }
  return [...byFault]
    .map(([fault, names]) => `${hostNames(names)}${fault === '' ? '' : ` (${fault})`}`)
    .join('; ');
}

function beforeWords({ before, from }: RollbackStory): string | null {
  if (before === null) return null;
  const { servers, wrong_now: wrong } = before;
  if (servers === null)
    return wrong === null
      ? null
      : `By the gate’s count ${counted(wrong)} of the cluster ${wrong === 1 ? 'was' : 'were'} wrong.`;
  const bad = servers.filter((server) => server.wrong);
  const well = servers.filter((server) => !server.wrong).map(({ hostname }) => hostname);
  const running = from === null ? '' : ` with ${from.deployment_id} in force`;
  const rest = bad.length === 0 ? 'None was wrong.' : `Wrong: ${faultWords(bad)}.`;
  return sentence(
    `By the gate’s count ${well.length} of ${counted(servers.length)} ${well.length === 1 ? 'was' : 'were'} well${running}${well.length === 0 ? '' : `: ${hostNames(well)}`}. ${rest}`,
  );
}

function afterWords({ after, silent, to }: RollbackStory): string | null {
  if (after?.servers === null || after === null) return null;
  const bad = after.servers.filter((server) => server.wrong);
  const well = after.servers.filter((server) => !server.wrong).map(({ hostname }) => hostname);
  const all = after.servers.length + silent.length;
  const where = to === null ? 'what they had to run' : to.deployment_id;
  return sentence(
    [
      `${well.length} of ${counted(all)} proved ${after.verdict === 'PROVEN' ? 'what is in force' : where}${well.length === 0 ? '' : `: ${hostNames(well)}`}.`,
      ...(bad.length === 0 ? [] : [`Wrong: ${faultWords(bad)}.`]),
      ...(silent.length === 0 ? [] : [`Without a proof: ${hostNames(silent)}.`]),
    ].join(' '),
  );
}

function noteWords({ ledger, entries, facts, is_corrected: corrected }: RollbackStory): string {
  const source = corrected
    ? 'A person set the type by signature'
    : `The type was read from this: ${facts.join('; ')}`;
  return `Made from entries ${entries.first} to ${entries.last} of the ledger ${ledger}, which is not public. ${source}.`;
}

function codesOf({ codes }: { readonly codes: readonly string[] }): string {
  return codes.length === 0 ? '' : ` (${codes.join(', ')})`;
}

function gateWords({ before, after, quarantine }: RollbackStory): string {
  const expected =
    before === null || before.wrong_after === null
      ? ''
      : `, and expected ${counted(before.wrong_after)} to be wrong after it`;
  const end =
    quarantine === null
      ? []
      : quarantine.released === null
        ? [`The quarantine of ${clock(quarantine.opened)} is open.`]
        : [
            `The quarantine of ${clock(quarantine.opened)} ended at ${clock(quarantine.released.time)}, ${quarantine.released.by === 'proof' ? 'by proof' : 'by an operator’s word and not by proof'}.`,
          ];
  return [
    before === null
      ? 'What the gate said before the button is not in the ledger.'
      : `Before the button the gate said ${before.verdict}${codesOf(before)}${expected}.`,
    after === null
      ? 'Nobody has asked the servers since.'
      : `When every server had been asked afterwards, it said ${after.verdict}${codesOf(after)} at ${clock(after.time)}.`,
    ...end,
  ].join(' ');
}

const HARM: readonly Incident['rollback_type'][] = ['promoted_wrong_state', 'buried', 'persisted_elsewhere'];

/** The simulation was asked and let it pass: where harm was done, that is measured and no judgement. Under a bypass it proves nothing. */
function simulated({ before, rollback_type: type }: RollbackStory): Incident['checks'] {
  if (before?.verdict !== 'ALLOW_ROLLBACK' || before.codes.includes('bypass_active') || !HARM.includes(type))
    return [];
  const expected =
    before.wrong_after === null
      ? 'no count of wrong servers'
      : `${counted(before.wrong_after)} wrong after it`;
  return [
    {
      check: 'rollback_simulation_of_post_state',
      would_have_blocked: false,
      reason: `It was asked before the button, expected ${expected}, and let it pass.`,
    },
  ];
}
