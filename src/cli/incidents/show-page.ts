import { ROLLBACK_TYPE_MEANINGS } from '../../model/incident-terms.ts';
import type { FogClaim, Incident, IncidentSource } from '../../model/incident.ts';
import { type Paint, printable, wrapText } from '../render/terminal-text.ts';

type Fact = readonly [string, string | null];

/** One record as a page: what happened, the ugly row, the grade and its sources, and the checks with their reasons. */
export function recordPage(incident: Incident, width: number, paint: Paint): string {
  const { healthy_nodes: healthy, other_clock: clock, second_specimen: specimen, thread } = incident;
  return page(width, paint, `${incident.id}: ${incident.title}`, [
    facts([
      ['Date', incident.date],
      ['Vendor', incident.vendor],
      ['Systems', incident.systems],
    ]),
    facts([
      ['Trigger', incident.trigger],
      ['Safety action', incident.safety_action],
      ['By', incident.actor],
      ['Healthy nodes before', healthy.before ?? 'not stated'],
      ['Healthy nodes after', healthy.after ?? 'not stated'],
      ['Other clock', clock === null ? null : `${clock.lives_in}: ${clock.what}`],
    ]),
    facts([
      ['Type', `${incident.rollback_type}: ${ROLLBACK_TYPE_MEANINGS[incident.rollback_type]}`],
      ['Kind', incident.kind],
      ['Evidence', `${incident.evidence_grade}, ${incident.read_status}`],
      ['', incident.evidence_note],
    ]),
    sourceFacts(incident.sources),
    judgements(incident, true),
    judgements(incident, false),
    facts([['To learn', incident.notes]]),
    specimen === null
      ? []
      : facts([
          ['Second specimen', `rank ${specimen.rank}`],
          ['Matches', specimen.matches],
          ['Differs', specimen.differs],
        ]),
    threadFacts(thread),
  ]);
}

/** One claim as a page: what was said, looked for and not found. */
export function claimPage(claim: FogClaim, width: number, paint: Paint): string {
  return page(width, paint, `${claim.id}: ${claim.title}`, [
    facts([
      ['Evidence', 'fog'],
      ['Date', claim.date],
      ['Vendor', claim.vendor],
      ['Claimed by', claim.claimed_by],
      ['Claimed', claim.claimed],
      ['Looked for', claim.looked_for],
      ['Found', claim.found],
      ['Today', claim.today],
      ['Would count if', claim.would_count_if],
      ['Nearest on record', claim.nearest],
    ]),
    sourceFacts(claim.sources),
    threadFacts(claim.thread),
  ]);
}

function page(width: number, paint: Paint, title: string, parts: readonly (readonly Fact[])[]): string {
  const blocks = parts
    .filter((part) => part.length > 0)
    .map((part) => part.flatMap(([label, text]) => factLines(label, text ?? '', width)).join('\n'));
  return `${[paint('strong', printable(title)), ...blocks].join('\n\n')}\n`;
}

function facts(all: readonly Fact[]): readonly Fact[] {
  return all.filter(([, text]) => text !== null);
}

const LABEL = 22;

function factLines(label: string, text: string, width: number): string[] {
  const indent = ' '.repeat(LABEL);
  const [first = '', ...rest] = wrapText(printable(text), width, indent);
  return [`${label.padEnd(LABEL - 1)} ${first.slice(LABEL)}`.trimEnd(), ...rest];
}

function sourceFacts(sources: readonly IncidentSource[]): readonly Fact[] {
  return sources.flatMap((source): Fact[] => {
    const head = [source.title, source.publisher, source.date, source.place].filter((word) => word !== null);
    return facts([
      [`Source, ${source.kind}`, head.join('. ')],
      ['', source.address],
      ['', source.note],
    ]).slice();
  });
}

function judgements({ checks }: Incident, would: boolean): readonly Fact[] {
  const label = would ? 'Would have blocked' : 'Would not';
  return checks
    .filter(({ would_have_blocked: blocked }) => blocked === would)
    .map(({ check, reason }, at): Fact => [at === 0 ? label : '', `${check}: ${reason}`]);
}

function threadFacts(thread: Incident['thread']): readonly Fact[] {
  return thread === null
    ? []
    : [
        ['The thread said', thread.said],
        ['Today', thread.today],
      ];
}
