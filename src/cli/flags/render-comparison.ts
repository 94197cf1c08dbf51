import type { FlagChange, FlagComparison } from '../../model/flag-comparison.ts';
import type { Io } from '../io.ts';
import { terminalOf } from '../manifest/terminal.ts';
import { markdownText } from '../render/markdown-text.ts';
import { printable } from '../render/terminal-text.ts';
import { VERSION } from '../version.ts';
import { sarifLog, type SarifProblem, type SarifRule } from './sarif-log.ts';
import type { ScanFormat } from './scan-words.ts';

const TITLES = { worse: 'Worse', neutral: 'To know', better: 'Better' } as const;
const STYLES = { worse: 'bad', neutral: 'warn', better: 'good' } as const;
const EFFECTS = ['worse', 'neutral', 'better'] as const;

const RULES: readonly SarifRule[] = [
  {
    id: 'read_not_defined',
    level: 'error',
    sentence: 'A change asks for a flag that no definition file names.',
    remedy: 'Define the flag, or take the read out.',
  },
  {
    id: 'removed_while_read',
    level: 'error',
    sentence: 'A change takes away the definition of a flag that code still asks for.',
    remedy: 'Delete the reads first; take the definition away with the next change.',
  },
  {
    id: 'type_changed',
    level: 'error',
    sentence: 'A change gives a flag another type.',
    remedy: 'Use a new name for the new type: binaries that run ask for the old one.',
  },
  {
    id: 'no_longer_read',
    level: 'error',
    sentence: 'A change takes away the last read of a flag that something still sets.',
    remedy: 'Unset the flag first.',
  },
];

type About = {
  /** Leads from the top of the repository to the source root. */
  readonly prefix: string;
  /** Where a flag is defined now; null when it is not. */
  readonly definedAt: (flag: string) => SarifProblem['place'] | null;
};

/** A comparison as text that ends with a line feed. SARIF holds only what got worse. */
export function renderComparison(
  comparison: FlagComparison,
  format: ScanFormat,
  about: About,
  io: Io,
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(comparison, null, 2)}\n`;
    case 'sarif':
      return comparisonSarif(comparison, about);
    case 'markdown':
      return [`### Flags: ${summaryOf(comparison)}`, ...parts(comparison, markdownPart)]
        .join('\n')
        .concat('\n');
    case 'table': {
      const { paint } = terminalOf(io);
      const lines = parts(comparison, (effect, sentences) => [
        '',
        paint(STYLES[effect], `${TITLES[effect]} (${sentences.length})`),
        ...sentences.map((sentence) => `  ${printable(sentence)}`),
      ]);
      const left = comparison.unreadable.map(({ file, reason }) => `  ${printable(`${file}: ${reason}`)}`);
      const unread = left.length === 0 ? [] : ['', `Not read by this scan (${left.length})`, ...left];
      return `${[summaryOf(comparison), ...lines, ...unread].join('\n')}\n`;
    }
  }
}

function summaryOf({ worse, changes, base_commit }: FlagComparison): string {
  const since = `since ${base_commit.slice(0, 12)}`;
  if (changes.length === 0) return `nothing about the flags changed ${since}`;
  return worse === 0 ? `nothing got worse ${since}` : `${worse} got worse ${since}`;
}

function parts(
  { changes }: FlagComparison,
  write: (effect: FlagChange['effect'], sentences: readonly string[]) => string[],
): string[] {
  return EFFECTS.flatMap((effect) => {
    const sentences = changes.filter((each) => each.effect === effect).map(({ sentence }) => sentence);
    return sentences.length === 0 ? [] : write(effect, sentences);
  });
}

function markdownPart(effect: FlagChange['effect'], sentences: readonly string[]): string[] {
  return ['', `**${TITLES[effect]}**`, '', ...sentences.map((sentence) => `- ${markdownText(sentence)}`)];
}

function comparisonSarif({ changes, unreadable }: FlagComparison, { prefix, definedAt }: About): string {
  const worse = changes.filter(({ effect }) => effect === 'worse');
  const problems = worse.flatMap(({ flag, change, sentence, sites }): SarifProblem[] => {
    // Reads that went are on no line any more; then the definition is what there is to look at.
    const definition = change === 'no_longer_read' || sites.length === 0 ? definedAt(flag) : null;
    const places = definition === null ? sites : [definition];
    return places.map((place) => ({ rule: change, flag, text: sentence, place }));
  });
  const notes = unreadable.map(({ file, reason }) => `${file} was not read: ${reason}.`);
  return sarifLog({ id: 'haunted/flags-base/', version: VERSION, prefix, rules: RULES, problems, notes });
}
