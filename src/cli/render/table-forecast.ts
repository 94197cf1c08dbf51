import type { Verdict } from '../../model/verdict.ts';
import { describePair, forecastSentence, groupForecast } from './forecast-groups.ts';
import type { ForecastGroup } from './forecast-groups.ts';
import { countServers, listNames } from './name-list.ts';
import type { Paint } from './terminal-text.ts';
import { printable, shortDigest, wrapText } from './terminal-text.ts';

const GROUPS_SHOWN = 20;
const HOSTS_SHOWN = 2;

/** The simulated rollback as a table: for every server what it runs before and after, and whether that is wrong. */
export function forecastLines(forecast: Verdict['rollback'], width: number, paint: Paint): string[] {
  if (forecast === null) return [];
  const groups = groupForecast(forecast);
  const rest = groups.slice(GROUPS_SHOWN).flatMap((group) => group.hosts);
  const rows = groups.slice(0, GROUPS_SHOWN).map(rowOf);
  const lines = [
    '',
    ...wrapText(printable(forecastSentence(forecast, shortDigest)), width),
    ...layOut([['server', 'before', 'wrong', 'after', 'wrong', 'found after'], ...rows], paint),
  ];
  if (rest.length > 0) lines.push(`  … and ${countServers(rest.length)}; --format json lists them all`);
  return lines;
}

function rowOf({ first, hosts }: ForecastGroup): string[] {
  return [
    hosts.length === 1
      ? printable(first.hostname)
      : `${countServers(hosts.length)}: ${listNames(hosts, HOSTS_SHOWN)}`,
    describePair(first.before, shortDigest),
    first.wrong_now ? 'WRONG' : 'ok',
    describePair(first.after, shortDigest),
    first.wrong_after ? 'WRONG' : 'ok',
    [...new Set(first.findings_after)].join(', '),
  ];
}

function layOut(rows: readonly (readonly string[])[], paint: Paint): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const padded = cell.padEnd(widths[column] ?? 0);
      return cell === 'WRONG' ? paint('bad', cell) + padded.slice(cell.length) : padded;
    });
    return `  ${cells.join('  ').trimEnd()}`;
  });
}
