import type { FlagScan, ScannedFlag } from '../../model/flag-scan.ts';
import { markdownCode, markdownText } from '../render/markdown-text.ts';
import { countWords, listsOf, sourceWords } from './scan-lists.ts';
import { definitionLine, siteWords } from './scan-table.ts';

const ROWS = 200;

/** The scan as a comment for GitHub or GitLab: what has no counterpart first, the whole table after it. */
export function scanMarkdown(scan: FlagScan, hasDefinitions: boolean): string {
  const { readNotDefined, definedNotRead } = listsOf(scan, hasDefinitions);
  const lines = [
    `### Flags: ${countWords(scan)}`,
    '',
    markdownText(sourceWords(scan)),
    ...list(
      'Read but defined nowhere',
      readNotDefined.map((flag) => `${flag.flag}: ${siteWords(flag)}`),
    ),
    ...list('Defined but read nowhere', definedNotRead.map(definitionLine)),
    ...list(
      'Not read by this scan',
      scan.unreadable.map(({ file, reason }) => `${file}: ${reason}`),
    ),
    ...tableOf(scan.flags, hasDefinitions),
  ];
  return `${lines.join('\n')}\n`;
}

function list(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const more = entries.length - ROWS;
  return [
    '',
    `**${title} (${entries.length})**`,
    '',
    ...entries.slice(0, ROWS).map((entry) => `- ${markdownText(entry)}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ];
}

function tableOf(flags: readonly ScannedFlag[], hasDefinitions: boolean): string[] {
  if (flags.length === 0) return [];
  const more = flags.length - ROWS;
  return [
    '',
    '| flag | grade | state | owner | last touched | sites |',
    '| --- | --- | --- | --- | --- | --- |',
    ...flags.slice(0, ROWS).map((flag) => {
      const touched = flag.last_modified?.slice(0, 10) ?? '';
      const by = flag.last_modified_by === null ? '' : ` ${markdownText(flag.last_modified_by)}`;
      const cells = [
        markdownCode(flag.flag),
        flag.grade,
        hasDefinitions ? flag.state : '',
        markdownText(flag.owner ?? 'unknown'),
        `${touched}${by}`,
        markdownText(siteWords(flag)),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
    ...(more > 0 ? ['', `and ${more} more flags`] : []),
  ];
}
