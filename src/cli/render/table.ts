import type { Verdict } from '../../model/verdict.ts';
import { EXIT_BY_VERDICT } from '../../model/verdict.ts';
import { findingLines } from './table-findings.ts';
import { forecastLines } from './table-forecast.ts';
import { shadowNotice } from './rendering.ts';
import type { Rendering } from './rendering.ts';
import { summaryLine } from './summary-line.ts';
import { painter, printable, shortDigest, shortDigests, wrapText } from './terminal-text.ts';
import type { Paint } from './terminal-text.ts';

const MEANING_BY_EXIT = { 0: 'go', 2: 'block', 3: 'hold: do nothing', 4: 'quarantine' } as const;

/** The verdict for a person at three in the morning: the word, the reason, the cluster in one line, then the facts. */
export function renderTable({ verdict, shadow, terminal }: Rendering): string {
  const paint = painter(terminal.colour);
  const width = Math.max(40, terminal.width);
  const lines = [
    ...heading(verdict, width, paint),
    summaryLine(verdict),
    ...(shadow ? wrapText(shadowNotice(verdict), width).map((line) => paint('warn', line)) : []),
    ...findingLines(verdict, width, paint),
    ...forecastLines(verdict.rollback, width, paint),
    '',
    ...footer(verdict, shadow, paint),
  ];
  return `${lines.join('\n')}\n`;
}

/** The word and the reason, wrapped as one text; the colour goes on afterwards, so that it does not count as width. */
function heading(verdict: Verdict, width: number, paint: Paint): string[] {
  const word = verdict.verdict;
  const reason = verdict.block_reason === null ? '' : `: ${shortDigests(printable(verdict.block_reason))}`;
  const [first = '', ...more] = wrapText(word + reason, width);
  return [paint(colourOf(verdict), word) + first.slice(word.length), ...more];
}

function colourOf(verdict: Verdict): 'bad' | 'warn' | 'good' {
  const exit = EXIT_BY_VERDICT[verdict.verdict];
  if (exit === 0) return 'good';
  return exit === 3 ? 'warn' : 'bad';
}

function footer(verdict: Verdict, shadow: boolean, paint: Paint): string[] {
  const exit = EXIT_BY_VERDICT[verdict.verdict];
  const parts = [
    `gate ${verdict.gate}`,
    `cluster ${verdict.cluster === null ? 'unknown' : printable(verdict.cluster)}`,
    ...(verdict.manifest_sha256 === null ? [] : [`manifest ${shortDigest(verdict.manifest_sha256)}`]),
    ...(verdict.event_id === null ? [] : [`event ${printable(verdict.event_id)}`]),
    `judged at ${verdict.judged_at}`,
    shadow ? `exit code 0 (shadow mode; ${exit} without it)` : `exit code ${exit} (${MEANING_BY_EXIT[exit]})`,
  ];
  return [paint('dim', parts.join(' · '))];
}
