import type { FogClaim, Incident } from '../../model/incident.ts';
import { alignRows } from '../manifest/aligned.ts';
import { markdownText } from '../render/markdown-text.ts';

const HEAD = ['ID', 'DATE', 'VENDOR', 'TYPE', 'GRADE', 'ACTOR', 'KIND', 'RANK'];

/** The incidents for a person: one line each, and the claims below them. */
export function listTable(incidents: readonly Incident[], fog: readonly FogClaim[]): string {
  const rows = rowsOf(incidents, fog);
  const counted = `${incidents.length} on record, ${fog.length} in the fog`;
  return [...(rows.length === 0 ? [] : alignRows(HEAD, rows)), counted].map((line) => `${line}\n`).join('');
}

/** The same as a table in Markdown. */
export function listMarkdown(incidents: readonly Incident[], fog: readonly FogClaim[]): string {
  return [
    markdownRow(HEAD.map((word) => word.toLowerCase())),
    markdownRow(HEAD.map(() => '---')),
    ...rowsOf(incidents, fog).map((row) => markdownRow(row.map((cell) => markdownText(cell)))),
  ].join('');
}

/** One line of a table in Markdown; the cells are Markdown already. */
export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** The same and more as CSV (RFC 4180), one line each; the first names the columns. */
export function listCsv(incidents: readonly Incident[], fog: readonly FogClaim[]): string {
  const head = ['id', 'date', 'vendor', 'type', 'grade', 'actor', 'kind', 'rank', 'title', 'source'];
  const rows = [
    ...incidents.map((incident) => [...rowOf(incident), incident.title, incident.sources[0]?.address ?? '']),
    ...fog.map((claim) => [...fogRow(claim), claim.title, claim.sources[0]?.address ?? '']),
  ].map((row) => row.map((cell) => (cell === '-' ? '' : cell)));
  return csv([head, ...rows]);
}

/** Lines of cells as CSV. A cell that a spreadsheet would run as a formula is given as text. */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function rowsOf(incidents: readonly Incident[], fog: readonly FogClaim[]): readonly string[][] {
  return [...incidents.map(rowOf), ...fog.map(fogRow)];
}

function rowOf(incident: Incident): string[] {
  return [
    incident.id,
    incident.date,
    incident.vendor ?? '-',
    incident.rollback_type,
    incident.evidence_grade,
    incident.actor,
    incident.kind,
    String(incident.second_specimen?.rank ?? '-'),
  ];
}

function fogRow({ id, date, vendor }: FogClaim): string[] {
  return [id, date ?? '-', vendor ?? '-', 'unknown', 'fog', '-', '-', '-'];
}
