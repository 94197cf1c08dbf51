import type { AuditedFlag, AuditSite, FlagAudit } from '../../model/flag-audit.ts';
import { markdownCode, markdownText } from '../render/markdown-text.ts';
import { type Paint, printable, wrapText } from '../render/terminal-text.ts';

const SITES_SHOWN = 20;
const INDENT = ' '.repeat('  2 shackle  '.length);

/** The audit for a person: the answer in one line, then each corpse with what sets it and the ways out. */
export function auditPage(audit: FlagAudit, width: number, paint: Paint): string {
  const lines = [
    paint(audit.corpses.some(({ is_bound }) => is_bound) ? 'bad' : 'good', auditAnswer(audit)),
    ...audit.corpses.flatMap((corpse) => ['', ...corpseLines(corpse, width, paint)]),
    ...(audit.stale.length === 0 ? [] : ['', `Live and untouched for too long: ${audit.stale.length}`]),
    ...audit.stale.map(
      (flag) => `  ${printable(flag.flag)}: ${ageWords(flag)}; ask ${flag.owner ?? 'nobody known'}`,
    ),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The same as a comment on a change. */
export function auditMarkdown(audit: FlagAudit): string {
  const rows = audit.corpses.map((corpse) => [
    markdownCode(corpse.flag),
    markdownText(stateWords(corpse)),
    markdownText(corpse.owner ?? 'unknown'),
    markdownText(ageWords(corpse)),
    markdownText(binderWords(corpse)),
    corpse.delete.length === 0 ? '-' : siteWords(corpse.delete).map(markdownCode).join('<br>'),
  ]);
  const table = [
    ['flag', 'state', 'owner', 'last touched', 'set by', 'delete at'],
    Array(6).fill('---'),
    ...rows,
  ];
  const lines = [
    `**${markdownText(auditAnswer(audit))}**`,
    ...(rows.length === 0 ? [] : ['', ...table.map((row) => `| ${row.join(' | ')} |`)]),
    ...(audit.stale.length === 0
      ? []
      : [
          '',
          `Live and untouched for too long: ${audit.stale.map(({ flag }) => markdownCode(flag)).join(', ')}`,
        ]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function auditAnswer({ corpses }: FlagAudit): string {
  if (corpses.length === 0) return 'NO CORPSES: no flag is asleep, and no tombstone is read.';
  const bound = corpses.filter(({ is_bound }) => is_bound).length;
  const all = `${corpses.length} ${corpses.length === 1 ? 'CORPSE' : 'CORPSES'}`;
  return bound === 0
    ? `${all}, none of them bound.`
    : `${all}, ${bound} BOUND: something sets them, so they count as alive.`;
}

function corpseLines(corpse: AuditedFlag, width: number, paint: Paint): string[] {
  const say = (label: string, text: string): string[] => {
    const [first = '', ...rest] = wrapText(printable(text), width, INDENT);
    return [`  ${label}`.padEnd(INDENT.length) + first.slice(INDENT.length), ...rest].map((line) =>
      line.trimEnd(),
    );
  };
  return [
    paint(corpse.is_bound ? 'bad' : 'strong', `${printable(corpse.flag)}: ${stateWords(corpse)}`),
    ...say('owner', corpse.owner ?? 'unknown'),
    ...say('touched', ageWords(corpse)),
    ...(corpse.asleep_since === null
      ? []
      : say(
          'asleep',
          `since ${corpse.asleep_since.deployment_id}, generation ${corpse.asleep_since.generation}`,
        )),
    ...say('set by', binderWords(corpse)),
    ...say('1 delete', corpse.delete.length === 0 ? 'nothing is left in the code' : ''),
    ...siteWords(corpse.delete).map((site) => `${INDENT}${printable(site)}`),
    ...say('2 shackle', corpse.shackle ?? (corpse.state === 'retired' ? 'a tombstone needs none' : 'it is')),
  ];
}

function stateWords(corpse: AuditedFlag): string {
  const read = corpse.is_tombstone_read ? ', and the code still reads it' : '';
  return `${corpse.state}${corpse.is_bound ? ', BOUND' : ''}${read}`;
}

type Aged = Pick<
  AuditedFlag,
  'last_modified' | 'last_modified_by' | 'untouched_days' | 'stale_after_days' | 'is_stale'
>;

function ageWords({
  last_modified: at,
  last_modified_by: by,
  untouched_days: days,
  stale_after_days: limit,
  is_stale,
}: Aged): string {
  if (at === null || days === null) return 'nobody knows when';
  const who = by === null ? '' : ` by ${by}`;
  return `${at.slice(0, 10)}${who}, ${days} ${days === 1 ? 'day' : 'days'} ago${is_stale ? `: stale after ${limit}` : ''}`;
}

function binderWords({ bound_by: binders }: AuditedFlag): string {
  return binders.length === 0
    ? 'nothing that is known'
    : binders.map(({ by, where }) => `${by} ${where}`).join('; ');
}

function siteWords(sites: readonly AuditSite[]): string[] {
  const shown = sites.slice(0, SITES_SHOWN).map(({ file, line, symbol, kind }) => {
    const place = line === null ? file : `${file}:${line}`;
    return `${place}${symbol === null ? '' : ` ${symbol}`} (${kind})`;
  });
  return sites.length > SITES_SHOWN ? [...shown, `and ${sites.length - SITES_SHOWN} more`] : shown;
}
