import type { ManifestDiff } from '../../model/manifest-diff.ts';
import { markdownCode, markdownText } from '../render/markdown-text.ts';
import { shortDigests } from '../render/terminal-text.ts';
import { diffAnswer, digestWords, headWords, serverWords } from './diff-table.ts';

const ROWS_SHOWN = 200;

/** The difference of two manifests as a comment on a merge request. */
export function diffMarkdown(diff: ManifestDiff): string {
  const lines = [
    `### ${markdownText(diffAnswer(diff))}`,
    '',
    `- cluster: ${markdownText(diff.cluster)}`,
    `- old: ${markdownText(headWords(diff.old))}`,
    `- new: ${markdownText(headWords(diff.new))}`,
    `- running: ${markdownText(diff.running.map(headWords).join('; ') || 'nothing')}`,
    `- binary: ${markdownText(digestWords(diff.binary, 'none'))}`,
    `- config: ${markdownText(digestWords(diff.config, 'not compared'))}`,
    `- servers: ${markdownText(serverWords(diff))}`,
    ...dangerLines(diff),
    ...changeLines(diff),
  ];
  return `${lines.join('\n')}\n`;
}

function dangerLines({ dangers }: ManifestDiff): string[] {
  if (dangers.length === 0) return [];
  const rows = dangers
    .slice(0, ROWS_SHOWN)
    .map(({ finding }) =>
      row([
        markdownCode(finding.code),
        markdownText(shortDigests(finding.sentence)),
        markdownText(shortDigests(finding.where.join(', '))),
        markdownText(finding.remedy),
      ]),
    );
  return [
    '',
    row(['danger', 'what', 'where', 'do']),
    row(['---', '---', '---', '---']),
    ...rows,
    ...more(dangers),
  ];
}

function changeLines({ flags }: ManifestDiff): string[] {
  if (flags.length === 0) return ['', 'No flag changes.'];
  const rows = flags
    .slice(0, ROWS_SHOWN)
    .map(({ flag, change, before, after }) =>
      row([markdownCode(flag), change, markdownText(before ?? '-'), markdownText(after ?? '-')]),
    );
  return [
    '',
    row(['flag', 'change', 'old', 'new']),
    row(['---', '---', '---', '---']),
    ...rows,
    ...more(flags),
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function more(list: readonly unknown[]): string[] {
  const hidden = list.length - ROWS_SHOWN;
  return hidden > 0 ? ['', `… and ${hidden} more; --format json lists them all.`] : [];
}
