import type { ManifestDiff, ManifestHead } from '../../model/manifest-diff.ts';
import { countServers, listNames } from '../render/name-list.ts';
import { findingLines } from '../render/table-findings.ts';
import { type Paint, printable, shortDigest } from '../render/terminal-text.ts';
import { alignRows, labelled } from './aligned.ts';

const NAMES_SHOWN = 8;

/** The difference of two manifests for a person: the answer first, then what changed, then each danger. */
export function diffTable(diff: ManifestDiff, width: number, paint: Paint): string {
  const { dangers, flags } = diff;
  const rows = flags.map(({ flag, change, before, after }) => [flag, change, before ?? '-', after ?? '-']);
  const lines = [
    paint(dangers.length === 0 ? 'good' : 'bad', diffAnswer(diff)),
    ...labelled([
      ['cluster', diff.cluster],
      ['old', headWords(diff.old)],
      ['new', headWords(diff.new)],
      ['running', diff.running.map(headWords).join('; ') || 'nothing'],
      ['binary', digestWords(diff.binary, 'none')],
      ['config', digestWords(diff.config, 'not compared')],
      ['servers', serverWords(diff)],
    ]),
    '',
    ...(rows.length === 0 ? ['No flag changes.'] : alignRows(['FLAG', 'CHANGE', 'OLD', 'NEW'], rows)),
    ...findingLines({ findings: dangers.map(({ finding }) => finding), findings_omitted: {} }, width, paint),
  ];
  return `${lines.join('\n')}\n`;
}

/** The answer in one line. */
export function diffAnswer({ dangers }: ManifestDiff): string {
  if (dangers.length === 0) return 'NO DANGER: no running binary would read a switch that is not its own.';
  const flags = [...new Set(dangers.flatMap(({ finding }) => finding.flag ?? []))].sort();
  const names = flags.length === 0 ? '' : `: ${listNames(flags, NAMES_SHOWN)}`;
  return `${dangers.length} ${dangers.length === 1 ? 'DANGER' : 'DANGERS'}${names}`;
}

/** Which manifest, in a phrase. */
export function headWords({ deployment_id, generation, binary_sha256 }: ManifestHead): string {
  return `${printable(deployment_id)} (generation ${generation}, binary ${shortDigest(binary_sha256)})`;
}

/** A digest before and after, in a phrase. */
export function digestWords({ before, after }: ManifestDiff['binary'], none: string): string {
  const words = (digest: string | null): string => (digest === null ? none : shortDigest(digest));
  return before === after ? `${words(before)}, unchanged` : `${words(before)} -> ${words(after)}`;
}

/** Which servers come and go, in a phrase. */
export function serverWords({ inventory: { added, removed } }: ManifestDiff): string {
  if (added.length === 0 && removed.length === 0) return 'unchanged';
  const parts = [
    ...(added.length === 0 ? [] : [`${countServers(added.length)} added (${listNames(added, NAMES_SHOWN)})`]),
    ...(removed.length === 0
      ? []
      : [`${countServers(removed.length)} removed (${listNames(removed, NAMES_SHOWN)})`]),
  ];
  return parts.join(', ');
}
