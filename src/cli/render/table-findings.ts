import { describeOmitted, groupFindings } from './finding-groups.ts';
import type { Fact, FindingGroup, Found } from './finding-groups.ts';
import { countServers, listNames } from './name-list.ts';
import type { Paint } from './terminal-text.ts';
import { printable, shortDigests, wrapText } from './terminal-text.ts';

const FACTS_SHOWN = 8;
const NAMES_SHOWN = 6;
const WHERE_SHOWN = 4;

const LABELS = { block: 'BLOCK', hold: 'HOLD ', none: 'note ' } as const;
const COLOURS = { block: 'bad', hold: 'warn', none: 'dim' } as const;

/** The findings as lines for a terminal, worst first; what does not fit a screen is counted. */
export function findingLines(found: Found, width: number, paint: Paint): string[] {
  const lines = groupFindings(found).flatMap((group) => ['', ...groupLines(group, width, paint)]);
  const omitted = describeOmitted(found);
  return omitted.length === 0 ? lines : [...lines, '', ...omitted];
}

function groupLines(group: FindingGroup, width: number, paint: Paint): string[] {
  const label = paint(COLOURS[group.effect], LABELS[group.effect]);
  const phase = group.phase === 'after_rollback' ? ', after the rollback' : '';
  const rest = group.facts.slice(FACTS_SHOWN);
  const lines = [
    `${label} ${paint('strong', group.code)}${phase}${group.count > 1 ? ` (${group.count})` : ''}`,
    ...(isAlone(group) ? [] : wrapText(group.sentence, width, '  ')),
    ...group.facts.slice(0, FACTS_SHOWN).flatMap((fact) => factLines(fact, group, width)),
  ];
  if (rest.length > 0) lines.push(`  … and ${describeRest(rest)}; --format json lists them all`);
  if (group.remedy !== null) lines.push(...labelled('do', group.remedy, width, '  '));
  return lines;
}

/** One fact about one server and one flag says everything in its own sentence. */
function isAlone({ facts: [only, another] }: FindingGroup): boolean {
  return only !== undefined && another === undefined && only.hosts.length <= 1 && only.flags.length <= 1;
}

function factLines(fact: Fact, group: FindingGroup, width: number): string[] {
  const { first, hosts, flags, where } = fact;
  const lines = [`  - ${describeSubject(fact)}`];
  if (hosts.length <= 1 && flags.length <= 1 && (isAlone(group) || first.sentence !== group.sentence))
    lines.push(...wrapText(clean(first.sentence), width, '    '));
  // What is only shown is not what somebody must act on now: its sentence is enough, and JSON has the rest.
  if (first.effect === 'none') return lines;
  if (first.expected !== null) lines.push(...labelled('expected', String(first.expected), width));
  if (first.actual !== null) lines.push(...labelled('actual', String(first.actual), width));
  for (const place of where.slice(0, WHERE_SHOWN)) lines.push(...labelled('where', place, width));
  if (where.length > WHERE_SHOWN)
    lines.push(...labelled('where', `and ${where.length - WHERE_SHOWN} more places`, width));
  if (group.remedy === null) lines.push(...labelled('do', first.remedy, width));
  return lines;
}

function describeSubject({ hosts, flags }: Fact): string {
  const servers = `${hosts.length > 1 ? `${countServers(hosts.length)}: ` : ''}${listNames(hosts, NAMES_SHOWN)}`;
  const named = `${flags.length > 1 ? `${flags.length} flags:` : 'flag'} ${listNames(flags, NAMES_SHOWN)}`;
  if (hosts.length === 0) return flags.length === 0 ? 'the whole cluster' : named;
  return flags.length === 0 ? servers : `${servers}, ${named}`;
}

function describeRest(facts: readonly Fact[]): string {
  const hosts = new Set(facts.flatMap((fact) => fact.hosts));
  const more = facts.length === 1 ? '1 more like it' : `${facts.length} more like them`;
  return hosts.size === 0 ? more : `${more} on ${countServers(hosts.size)}`;
}

function labelled(label: string, text: string, width: number, indent = '    '): string[] {
  const [first = '', ...more] = wrapText(clean(text), width - indent.length - 10);
  return [`${indent}${label.padEnd(9)} ${first}`, ...more.map((line) => `${indent}${' '.repeat(10)}${line}`)];
}

function clean(text: string): string {
  return shortDigests(printable(text));
}
