import type { Registry } from '../src/cli/incidents/registry.ts';
import { isWholeMatch, rankSpecimens } from '../src/incidents/rank-specimens.ts';
import { scoreChecks } from '../src/incidents/score-checks.ts';
import { type IncidentCheck, ROLLBACK_TYPE_MEANINGS, RollbackType } from '../src/model/incident-terms.ts';
import type { Incident } from '../src/model/incident.ts';

/** The parts of the pages about incidents that are made from the registry, by the name in their markers. */
export function incidentTables(registry: Registry): ReadonlyMap<string, string> {
  return new Map([
    ['answer', answer(registry)],
    ['ranked', ranked(registry)],
    ['matches', matches(registry)],
    ['thread', threadRows(registry)],
    ['others', others(registry)],
    ['types', types(registry)],
  ]);
}

const FROM = /<!-- data:([a-z]+) -->\n[^]*?<!-- \/data -->/g;

/** The page with its parts made anew. Throws for a marker that no part belongs to. */
export function withTables(page: string, tables: ReadonlyMap<string, string>): string {
  return page.replaceAll(FROM, (_, name: string) => {
    const table = tables.get(name);
    if (table === undefined) throw new Error(`no data is called ${name}`);
    return `<!-- data:${name} -->\n\n${table.trim()}\n\n<!-- /data -->`;
  });
}

function promoted({ incidents }: Registry): readonly Incident[] {
  return incidents.filter(({ rollback_type: type }) => type === 'promoted_wrong_state');
}

function answer(registry: Registry): string {
  const all = promoted(registry);
  const confirmed = all.filter(({ evidence_grade: grade }) => grade === 'confirmed');
  const besides = confirmed.filter(({ second_specimen: specimen }) => specimen !== null);
  const whole = rankSpecimens(registry.incidents).filter(isWholeMatch);
  const wholeWords =
    whole.length === 0
      ? 'None of them has all three parts of the sentence at once'
      : `All three parts of the sentence at once are in ${whole.map(({ id }) => id).join(', ')}`;
  const [first, second] = rankSpecimens(registry.incidents);
  const count = (actor: Incident['actor']): number => besides.filter((each) => each.actor === actor).length;
  return [
    `**No, Knight is not the only one.** Besides Knight the registry holds ${besides.length} confirmed incidents in which a safety action put a wrong state onto nodes that were well, and ${all.length - confirmed.length} more that are partial. ${wholeWords}. The two best come from either side and between them have it all: ${first?.id} (${first?.vendor}, ${first?.date}) has the one wrong node that everybody was made to follow, and ${second?.id} (${second?.vendor}, ${second?.date}) has the people who pressed the button.`,
    `By the judgements of the records, for all ${confirmed.length} confirmed ones with Knight among them: ${scoreWords(confirmed)}.`,
    `Of the ${besides.length}, people acted in ${count('operator')}, automation by itself in ${count('automation')}, and both in ${count('both')}.`,
  ].join('\n\n');
}

const TOLD: readonly IncidentCheck[] = [
  'rollback_simulation_of_post_state',
  'canary_with_verified_outcome',
  'running_binary_uniformity',
];

function scoreWords(incidents: readonly Incident[]): string {
  const scores = scoreChecks(incidents).filter(({ check }) => TOLD.includes(check));
  return scores
    .map(({ check, would_have_blocked: would }) => `\`${check}\` would have stopped ${would}`)
    .join(', ');
}

function link({ id }: { readonly id: string }): string {
  return `[${id}](../incidents/${id}/record.yaml)`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [tableLine(head), tableLine(head.map(() => '---')), ...rows.map(tableLine)].join('\n');
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function words(name: string): string {
  return name.replaceAll('_', ' ');
}

function ranked({ incidents }: Registry): string {
  return table(
    [
      'rank',
      'incident',
      'vendor',
      'date',
      'evidence',
      'by',
      'one wrong node',
      'a person',
      'healthy made wrong',
      'kind',
    ],
    rankSpecimens(incidents).map((incident) => {
      const specimen = incident.second_specimen;
      return [
        String(specimen.rank),
        link(incident),
        incident.vendor ?? '',
        incident.date,
        incident.evidence_grade,
        incident.actor,
        words(specimen.one_wrong_node),
        words(specimen.person_pressed),
        words(specimen.healthy_made_wrong),
        words(incident.kind),
      ];
    }),
  );
}

function matches({ incidents }: Registry): string {
  return table(
    ['', 'incident', 'matches', 'does not match'],
    rankSpecimens(incidents).map(({ id, second_specimen: specimen }) => [
      String(specimen.rank),
      id,
      specimen.matches,
      specimen.differs,
    ]),
  );
}

function threadRows({ incidents, claims }: Registry): string {
  const rows = [
    ...incidents.map((each) => ({ ...each, at: link(each), grade: each.evidence_grade })),
    ...claims.map((each) => ({ ...each, at: `[${each.id}](../incidents/fog.yaml)`, grade: 'fog' })),
  ].flatMap(({ at, title, thread, grade }) =>
    thread === null ? [] : [[at, title, thread.said, grade, thread.today]],
  );
  return table(['candidate', 'what', 'the thread said', 'evidence', 'today'], rows);
}

function others({ incidents }: Registry): string {
  return table(
    ['incident', 'vendor', 'date', 'type', 'evidence', 'what'],
    incidents
      .filter(({ rollback_type: type }) => type !== 'promoted_wrong_state')
      .map((each) => [
        link(each),
        each.vendor ?? '',
        each.date,
        `\`${each.rollback_type}\``,
        each.evidence_grade,
        each.title,
      ]),
  );
}

/** What each type's example is; the clearest one, not the first. */
const EXAMPLES: Readonly<Record<RollbackType, string>> = {
  promoted_wrong_state: 'knight-2012',
  killed: 'cloudflare-2019',
  paused: 'google-19009-2019',
  scoped: 'fastly-2021',
  buried: 'azure-swan-2020',
  unknown: 'aws-ebs-2011',
  clean: 'pagerduty-2025',
  failed_to_apply: 'gae-memcache-2017',
  persisted_elsewhere: 'circleci-2021',
  no_safe_target: 'google-kms-2019',
};

function types({ incidents }: Registry): string {
  return RollbackType.options
    .map((type) => {
      const all = incidents.filter(({ rollback_type: own }) => own === type);
      const example = all.find(({ id }) => id === EXAMPLES[type]);
      if (example === undefined) throw new Error(`${EXAMPLES[type]} is no example of ${type}`);
      const number = all.length === 1 ? 'One on record.' : `${all.length} on record.`;
      return [
        `## ${type}`,
        `${ROLLBACK_TYPE_MEANINGS[type]} ${number}`,
        `Example: ${link(example)}, ${example.vendor}, ${example.date}. ${example.safety_action} Before: ${example.healthy_nodes.before} After: ${example.healthy_nodes.after}`,
      ].join('\n\n');
    })
    .join('\n\n');
}
