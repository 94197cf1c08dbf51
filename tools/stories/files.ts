import { commandLine, IncidentCases } from './case.ts';
import type { Incident, Story } from './incident.ts';

/** The text of each document of a story, by file name: the same bytes whenever it is asked. */
export function documentTexts(story: Story): Map<string, string> {
  return new Map(Object.entries(story.documents).map(([name, document]) => [name, textOf(document)]));
}

function textOf(document: unknown): string {
  if (typeof document === 'string') return document;
  if (Array.isArray(document)) return document.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The text of each generated file of an incident's folder, by file name. The expected verdicts are not among them. */
export function filesOf(incident: Incident): Map<string, string> {
  const cases = IncidentCases.parse({ cases: incident.story.cases });
  return new Map([
    ...documentTexts(incident.story),
    ['case.json', `${JSON.stringify(cases, null, 2)}\n`],
    ['README.md', readmeOf(incident)],
  ]);
}

function readmeOf(incident: Incident): string {
  const { name, title, happens, says, why, reminds, story, twins } = incident;
  const paragraphs = [
    `# ${title}`,
    `**What happens.** ${happens}`,
    `**What the gate says.** ${says}`,
    `**Why.** ${why}`,
    ...twins.map(({ instead }, place) => {
      const moment = twins.length > 1 ? ` (${story.cases[place]?.moment})` : '';
      return `**Its clean twin${moment}.** ${instead} Then the gate lets it pass, and a test shows it.`;
    }),
    ...(reminds === null ? [] : [`**The record.** ${reminds}`]),
    ...story.cases.map((each) => {
      const line = `haunted ${commandLine(each, `incidents/${name}`).join(' ')}`;
      return `Ask the gate (${each.moment}); the whole answer is [${each.expected}](${each.expected}):\n\n\`\`\`\n${line}\n\`\`\``;
    }),
    'The documents are written by `tools/incidents.ts`. Cluster, servers, people and times are fictional where no record is named; a digest of a binary or a config is the sha256 of a short text.',
  ];
  return `${paragraphs.join('\n\n')}\n`;
}
