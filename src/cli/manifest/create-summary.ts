import { printable, shortDigest } from '../render/terminal-text.ts';
import type { FlagNote } from './flag-notes.ts';
import type { TableRow } from './flag-table.ts';
import type { Ingredients, Made } from './make-manifest.ts';

const NOTES_SHOWN = 50;
const REASONS_SHOWN = 5;

type Told = {
  readonly made: Made;
  readonly given: Ingredients;
  readonly notes: readonly FlagNote[];
  /** How many findings `haunted manifest check` would show that forbid. */
  readonly findings: number;
};

/** What was made, for the person who made it: one fact a line, the loud ones last, where they are read. */
export function createSummary({ made: { manifest, wayBack }, given, notes, findings }: Told): string {
  const { previous, target, table } = given;
  const after = previous === null ? 'the first' : `after ${previous.deployment_id}`;
  const back = target === null ? 'none' : `to ${target.deployment_id} (generation ${target.generation})`;
  const lines = [
    `manifest ${manifest.deployment_id} for ${manifest.cluster}, generation ${manifest.generation} (${after})`,
    `digest   ${manifest.manifest_sha256}`,
    `binary   ${shortDigest(manifest.binary_sha256)}, ${configWords(manifest.config_sha256 ?? null)}, ${count(manifest.cluster_inventory.length, 'server')}`,
    `flags    ${flagCounts(table.rows)}; ${manifest.bound_flags.length} bound`,
    `way back ${back}${wayBackWords(wayBack.corrupts, wayBack.serversWrong, manifest.cluster_inventory.length)}`,
    ...wayBack.reasons.slice(0, REASONS_SHOWN).map((reason) => `  - ${reason}`),
    ...more(wayBack.reasons.length - REASONS_SHOWN, 'reason'),
    ...noteLines(notes),
    ...(findings === 0
      ? []
      : [`check    ${count(findings, 'finding')}: \`haunted manifest check\` tells them.`]),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function configWords(digest: string | null): string {
  return digest === null ? 'config not compared' : `config ${shortDigest(digest)}`;
}

function wayBackWords(corrupts: boolean | null, wrong: number, size: number): string {
  if (corrupts === null) return ': nothing to go back to';
  if (!corrupts) return ': no server would be wrong';
  return `: WOULD CORRUPT THE CLUSTER, ${wrong} of ${count(size, 'server')} would be wrong`;
}

function flagCounts(rows: readonly TableRow[]): string {
  const kinds = [
    ['inherited', 'inherited'],
    ['born', 'new'],
    ['stated', 'stated'],
    ['reborn', 'REUSED'],
    ['tombstone', 'tombstones'],
  ] as const;
  const parts = kinds.flatMap(([kind, word]) => {
    const found = rows.filter(({ origin }) => origin.kind === kind).length;
    return found === 0 ? [] : [`${found} ${word}`];
  });
  return parts.length === 0 ? 'none' : `${rows.length}: ${parts.join(', ')}`;
}

function noteLines(notes: readonly FlagNote[]): string[] {
  const quiet = notes.filter((note) => !note.loud);
  const loud = notes.filter((note) => note.loud);
  return [
    ...quiet.slice(0, NOTES_SHOWN).map((note) => `note     ${note.text}`),
    ...more(quiet.length - NOTES_SHOWN, 'note'),
    ...loud.slice(0, NOTES_SHOWN).map((note) => `WARNING  ${note.text}`),
    ...more(loud.length - NOTES_SHOWN, 'warning'),
  ];
}

function more(hidden: number, what: string): string[] {
  return hidden > 0 ? [`         and ${count(hidden, `more ${what}`)}`] : [];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
