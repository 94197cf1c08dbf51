import type { Verdict } from '../../model/verdict.ts';
import { EXIT_BY_VERDICT } from '../../model/verdict.ts';
import { describeOmitted, groupFindings } from './finding-groups.ts';
import type { Fact, FindingGroup } from './finding-groups.ts';
import { describePair, forecastSentence, groupForecast } from './forecast-groups.ts';
import type { ForecastGroup } from './forecast-groups.ts';
import { countServers } from './name-list.ts';
import { markdownCode, markdownText } from './markdown-text.ts';
import { shadowNotice } from './rendering.ts';
import type { Rendering } from './rendering.ts';
import { summaryLine } from './summary-line.ts';
import { shortDigest, shortDigests } from './terminal-text.ts';

// GitHub refuses a comment of more than 65,536 characters; each of the two tables stays well below half of that.
const TABLE_CHARACTERS = 20_000;
const NAMES_SHOWN = 5;

/** The verdict as Markdown for a comment on a change or for the summary of a CI step. */
export function renderMarkdown({ verdict, shadow }: Rendering): string {
  const exit = shadow ? 0 : EXIT_BY_VERDICT[verdict.verdict];
  const parts = [
    `### haunted check ${verdict.gate}: ${verdict.verdict}`,
    ...(verdict.block_reason === null
      ? []
      : [`> ${markdownText(shortDigests(verdict.block_reason), 4_000)}`]),
    markdownText(summaryLine(verdict)),
    ...(shadow ? [`**${markdownText(shadowNotice(verdict))}**`] : []),
    ...findingTable(verdict),
    ...forecastTable(verdict.rollback),
    `Cluster ${markdownCode(verdict.cluster ?? 'unknown')}, judged at ${verdict.judged_at}, exit code ${exit}.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function findingTable(verdict: Verdict): string[] {
  const facts = groupFindings(verdict).flatMap((group) => group.facts.map((fact) => ({ group, fact })));
  if (facts.length === 0) return [];
  const { rows, left } = fillTable(
    facts,
    ({ group, fact }) => factRow(group, fact),
    () => 1,
  );
  const head = [
    '| effect | finding | server | flag | expected | actual | where | do |',
    '|---|---|---|---|---|---|---|---|',
  ];
  const notes = [
    ...(left === 0 ? [] : [`… and ${left} more facts; \`--format json\` lists them all.`]),
    ...describeOmitted(verdict),
  ];
  return [[...head, ...rows].join('\n'), ...notes];
}

function factRow(group: FindingGroup, { first, hosts, flags, where }: Fact): string {
  const cells = [
    group.effect === 'none' ? 'note' : `**${group.effect}**`,
    markdownCode(group.code) + (group.phase === 'after_rollback' ? ' after the rollback' : ''),
    hosts.length === 0 ? 'the whole cluster' : nameCell(hosts),
    nameCell(flags),
    first.expected === null ? '' : markdownText(shortDigests(String(first.expected))),
    first.actual === null ? '' : markdownText(shortDigests(String(first.actual))),
    markdownText(shortDigests(where.join('; '))),
    markdownText(first.remedy),
  ];
  return `| ${cells.join(' | ')} |`;
}

function nameCell(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map(markdownCode).join(', ');
  return names.length <= NAMES_SHOWN ? shown : `${shown} and ${names.length - NAMES_SHOWN} more`;
}

function forecastTable(forecast: Verdict['rollback']): string[] {
  if (forecast === null) return [];
  const { rows, left } = fillTable(groupForecast(forecast), forecastRow, (group) => group.hosts.length);
  const head = ['| server | before | wrong | after | wrong | found after |', '|---|---|---|---|---|---|'];
  return [
    markdownText(forecastSentence(forecast, shortDigest)),
    [...head, ...rows].join('\n'),
    ...(left === 0 ? [] : [`… and ${countServers(left)}; \`--format json\` lists them all.`]),
  ];
}

function forecastRow({ first, hosts }: ForecastGroup): string {
  const cells = [
    nameCell(hosts),
    describePair(first.before, shortDigest),
    first.wrong_now ? '**WRONG**' : 'ok',
    describePair(first.after, shortDigest),
    first.wrong_after ? '**WRONG**' : 'ok',
    [...new Set(first.findings_after)].map(markdownCode).join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Rows until the table is full, and the weight of what did not fit. */
function fillTable<T>(
  items: readonly T[],
  rowOf: (item: T) => string,
  weightOf: (item: T) => number,
): { rows: string[]; left: number } {
  const rows: string[] = [];
  let size = 0;
  for (const [at, item] of items.entries()) {
    const row = rowOf(item);
    size += row.length;
    if (size > TABLE_CHARACTERS)
      return { rows, left: items.slice(at).reduce((sum, one) => sum + weightOf(one), 0) };
    rows.push(row);
  }
  return { rows, left: 0 };
}
