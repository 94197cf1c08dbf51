import type { FlagHistory, FlagLife, LifeEvent } from '../../model/flag-history.ts';
import { alignRows } from '../manifest/aligned.ts';
import { type Paint, printable, wrapText } from '../render/terminal-text.ts';

const HEAD = ['GENERATION', 'MANIFEST', 'WHEN', 'STATE', 'TYPE', 'OWNER', 'MEANING', 'WHAT HAPPENED'];
const MEANING_KEPT = 20;

/** The life of one flag for a person: a line for each thing that happened, and below it the findings in full. */
export function lifePage({ cluster, manifests, flags }: FlagHistory, width: number, paint: Paint): string {
  return flags
    .map((life) => {
      const found = life.events.flatMap((event) => findingLines(event, width));
      const lines = [
        paint(life.findings === 0 ? 'strong' : 'bad', headline(life, cluster, manifests)),
        ...alignRows(HEAD, life.events.map(rowOf)),
        ...(found.length === 0 ? [] : ['', ...found]),
      ];
      return lines.map((line) => `${line}\n`).join('');
    })
    .join('\n');
}

/** All flags of a cluster for a person: one line each, those with findings first. */
export function livesPage({ cluster, manifests, flags }: FlagHistory): string {
  const rows = flags
    .toSorted((a, b) => b.findings - a.findings)
    .map((life) => [
      life.flag,
      String(life.lives),
      String(life.meanings.length),
      life.state ?? 'gone',
      String(life.findings),
    ]);
  const lines = [
    `${count(flags.length, 'flag')} in ${count(manifests, 'manifest')} of ${printable(cluster)}`,
    ...alignRows(['FLAG', 'LIVES', 'MEANINGS', 'STATE', 'FINDINGS'], rows),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function headline(life: FlagLife, cluster: string, manifests: number): string {
  const found = life.findings === 0 ? 'nothing found' : count(life.findings, 'finding');
  const lives = life.lives === 1 ? '1 life' : `${life.lives} lives`;
  return `${printable(life.flag)}: ${lives} in ${count(manifests, 'manifest')} of ${printable(cluster)}, ${found}`;
}

function rowOf({
  manifest,
  until,
  manifests,
  at,
  state,
  type,
  owner,
  meaning,
  happened,
}: LifeEvent): string[] {
  const last = manifests === 1 ? '' : `-${until.generation}`;
  return [
    `${manifest.generation}${last}`,
    manifest.deployment_id,
    at.slice(0, 10),
    state ?? 'gone',
    type ?? '-',
    owner ?? '-',
    meaning === null ? '-' : shortMeaning(meaning),
    happened.map((word) => word.replaceAll('_', ' ')).join(', '),
  ];
}

function shortMeaning(meaning: string): string {
  return meaning.length > MEANING_KEPT + 2 ? `${meaning.slice(0, MEANING_KEPT).toWellFormed()}…` : meaning;
}

function findingLines({ manifest, sentences }: LifeEvent, width: number): string[] {
  return sentences.flatMap((sentence) =>
    wrapText(printable(`generation ${manifest.generation}: ${sentence}`), width, '  '),
  );
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
