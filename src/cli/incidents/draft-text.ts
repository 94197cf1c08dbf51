import { stringify } from 'yaml';
import {
  EvidenceGrade,
  IncidentActor,
  ReadStatus,
  RollbackType,
  StateClock,
  WrongKind,
} from '../../model/incident-terms.ts';
import type { Incident } from '../../model/incident.ts';

type Field = keyof Incident;

/** What a writer is told above a field. */
const TOLD: Readonly<Partial<Record<Field, string>>> = {
  id: 'The vendor and the year, and the name of the folder: vendor-2024.',
  systems: 'Which systems, so that somebody from outside understands it.',
  actor: `${IncidentActor.options.join(', ')}. A person pressed unless the plan says otherwise; say who decided.`,
  healthy_nodes:
    'The ugly row: nodes that were well, before the safety action and after it. It is told by the counts of the gate; say it in words.',
  other_clock: `Where the other half of the state lived that did not go back: ${StateClock.options.join(', ')}; with \`what\` it was. null for nowhere.`,
  kind: `What was wrong with the state that the action brought: ${WrongKind.options.join(', ')}.`,
  rollback_type: `${RollbackType.options.join(', ')}. As the ledger has it; \`haunted incidents classify\` corrects it there.`,
  evidence_grade: `${EvidenceGrade.options.slice(0, 2).join(' or ')}. A ledger is no public source: publish a report, then name it below.`,
  evidence_note: 'What is missing in the public source. A partial record must say it.',
  read_status: `${ReadStatus.options.join(', ')}.`,
  sources:
    'Your own public report, with kind: primary, title, publisher, date and address; docs/examples/incidents/template.yaml shows one.',
  checks:
    'Checks that would or would not have stopped it, each with your reason. Leave out those you cannot judge.',
  notes: 'What the gate said. Say what is to be learned from it.',
};

const LATER: readonly Field[] = ['second_specimen', 'thread'];

/** A record that is to be finished by hand: YAML, with a word above each field that needs one. */
export function draftText(record: Incident): string {
  const fields = (Object.keys(record) as Field[]).filter((field) => !LATER.includes(field));
  const lines = fields.map((field) => {
    const told = TOLD[field];
    const value = stringify({ [field]: record[field] }, { lineWidth: 110, singleQuote: true });
    return `${told === undefined ? '' : `# ${told}\n`}${value}`;
  });
  return `# A rollback of ours, from the ledger. \`haunted incidents check\` on this file names what is still missing.\n${lines.join('')}`;
}
