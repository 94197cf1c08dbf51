import { printable, shortDigest, wrapText } from '../render/terminal-text.ts';
import type { ManifestSource } from '../../model/manifest.ts';
import type { FlagNote } from './flag-notes.ts';
import type { TableRow } from './flag-table.ts';
import type { Ingredients, Made } from './make-manifest.ts';

const NOTES_SHOWN = 50;
const REASONS_SHOWN = 5;
const WIDTH = 100;
const INDENT = ' '.repeat('manifest '.length);

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
    ...entry(
      'manifest',
      `${manifest.deployment_id} for ${manifest.cluster}, generation ${manifest.generation} (${after})`,
    ),
    ...entry('digest', manifest.manifest_sha256),
    ...entry(
      'binary',
      `${shortDigest(manifest.binary_sha256)}, ${configWords(manifest.config_sha256 ?? null)}, ${count(manifest.cluster_inventory.length, 'server')}`,
    ),
    ...entry('flags', `${flagCounts(table.rows)}; ${manifest.bound_flags.length} bound`),
    ...(given.source === null ? [] : entry('source', sourceWords(given.source))),
    ...entry(
      'way back',
      `${back}${wayBackWords(wayBack.corrupts, wayBack.serversWrong, manifest.cluster_inventory.length)}`,
    ),
    ...wayBack.reasons.slice(0, REASONS_SHOWN).flatMap((reason) => entry('', `- ${reason}`)),
    ...more(wayBack.reasons.length - REASONS_SHOWN, 'reason'),
    ...noteLines(notes),
    ...(findings === 0
      ? []
      : entry('check', `${count(findings, 'finding')}: \`haunted manifest check\` tells them.`)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** A label and its text, in lines that fit a page, one under another. */
function entry(label: string, text: string): string[] {
  const [first = '', ...rest] = wrapText(printable(text), WIDTH, INDENT);
  return [`${label.padEnd(INDENT.length)}${first.slice(INDENT.length)}`, ...rest];
}

function configWords(digest: string | null): string {
  return digest === null ? 'config not compared' : `config ${shortDigest(digest)}`;
}

function sourceWords({ commit, dirty }: ManifestSource): string {
  if (commit === null) return 'no commit, so no flag is verified';
  return dirty === false
    ? `commit ${commit}`
    : `commit ${commit} with changes that are not committed, so no flag is verified`;
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
    ['reopened', 're-opened'],
    ['reborn', 'REUSED'],
    ['tombstone', 'tombstone'],
  ] as const;
  const parts = kinds.flatMap(([kind, word]) => {
    const found = rows.filter(({ origin }) => origin.kind === kind).length;
    if (found === 0) return [];
    return [kind === 'tombstone' ? count(found, word) : `${found} ${word}`];
  });
  return parts.length === 0 ? 'none' : `${rows.length}: ${parts.join(', ')}`;
}

function noteLines(notes: readonly FlagNote[]): string[] {
  const quiet = notes.filter((note) => !note.loud);
  const loud = notes.filter((note) => note.loud);
  return [
    ...quiet.slice(0, NOTES_SHOWN).flatMap((note) => entry('note', note.text)),
    ...more(quiet.length - NOTES_SHOWN, 'note'),
    ...loud.slice(0, NOTES_SHOWN).flatMap((note) => entry('WARNING', note.text)),
    ...more(loud.length - NOTES_SHOWN, 'warning'),
  ];
}

function more(hidden: number, what: string): string[] {
  return hidden > 0 ? entry('', `and ${count(hidden, `more ${what}`)}`) : [];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
