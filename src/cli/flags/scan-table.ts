import type { FlagScan, ScannedFlag } from '../../model/flag-scan.ts';
import { alignRows } from '../manifest/aligned.ts';
import { type Paint, printable } from '../render/terminal-text.ts';
import { countWords, listsOf, shownSites, sourceWords } from './scan-lists.ts';

const SITES_SHOWN = 2;
const LISTED = 200;

/** The scan for people: one line a flag, then what has no counterpart, then what could not be read. */
export function scanTable(
  scan: FlagScan,
  hasDefinitions: boolean,
  { paint }: { readonly paint: Paint },
): string {
  const { readNotDefined, definedNotRead } = listsOf(scan, hasDefinitions);
  const [head = '', ...rows] = alignRows(
    ['FLAG', 'GRADE', 'STATE', 'OWNER', 'LAST TOUCHED', 'SITES'],
    scan.flags.map((flag) => rowOf(flag, hasDefinitions)),
  );
  const lines = [
    `${countWords(scan)}; ${sourceWords(scan)}`,
    ...(scan.flags.length === 0 ? [] : ['', paint('strong', head), ...rows]),
    ...section(paint, 'bad', 'Read but defined nowhere', readNotDefined.flatMap(everySite)),
    ...section(paint, 'warn', 'Defined but read nowhere', definedNotRead.map(definitionLine)),
    ...section(
      paint,
      'warn',
      'Not read by this scan',
      scan.unreadable.map(({ file, reason }) => `${file}: ${reason}`),
    ),
    ...(hasDefinitions
      ? []
      : [
          '',
          'No definitions were given (--definitions), so every flag seen read is listed and none is called defined.',
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

function rowOf(flag: ScannedFlag, hasDefinitions: boolean): string[] {
  return [
    flag.flag,
    flag.grade,
    // Without definitions nothing can be live, and that would be read as a fact about the flag.
    hasDefinitions ? flag.state : '-',
    flag.owner ?? 'unknown',
    flag.last_modified === null
      ? '-'
      : `${flag.last_modified.slice(0, 10)}${flag.last_modified_by === null ? '' : ` ${flag.last_modified_by}`}`,
    siteWords(flag),
  ];
}

/** The first places, and how many more there are. */
export function siteWords(flag: ScannedFlag): string {
  const sites = shownSites(flag).map(({ file, line }) => `${file}:${line}`);
  if (sites.length === 0) return '-';
  const most = sites.length === SITES_SHOWN + 1 ? SITES_SHOWN + 1 : SITES_SHOWN;
  const more = sites.length - most;
  return `${sites.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function everySite(flag: ScannedFlag): string[] {
  return shownSites(flag).map(
    ({ file, line, symbol }) => `${flag.flag}  ${file}:${line}${symbol === null ? '' : ` ${symbol}`}`,
  );
}

/** Where a flag is defined that nobody reads, and what the scan saw of it instead. */
export function definitionLine(flag: ScannedFlag): string {
  const places = flag.definitions.map(({ file, line }) => (line === null ? file : `${file}:${line}`));
  const mentions = flag.grade === 'mentioned' ? `; named at ${siteWords(flag)}` : '';
  const bound = flag.state === 'dormant_but_bound' ? ', and something sets it' : '';
  return `${flag.flag}  ${places.join(', ')}${bound}${mentions}`;
}

function section(paint: Paint, style: 'bad' | 'warn', title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const more = entries.length - LISTED;
  return [
    '',
    paint(style, `${title} (${entries.length})`),
    ...entries.slice(0, LISTED).map((entry) => `  ${printable(entry)}`),
    ...(more > 0 ? [`  and ${more} more; --format json lists all`] : []),
  ];
}
