import type { Finding } from '../model/finding.ts';
import type { Gate } from '../model/intent.ts';
import type { Verdict } from '../model/verdict.ts';

const FACTS = 4;
const NAMES = 8;

const ENDINGS: Record<Gate, string> = {
  deploy: 'Deploy blocked until the cluster is uniform and its way back exists.',
  activate: 'Activation blocked until every server proves the manifest.',
  rollback: 'Rollback blocked: do not press it.',
  proof: 'The cluster stays in quarantine until every server has shown its body.',
};

const HOLD = 'Do nothing yet, and do not roll back: the evidence is not enough to judge.';

/**
 * Why not, in sentences an operator can act on at three in the morning, after the thread's example: which server, which flag,
 * what the rollback would do, and what it waits for. Null when nothing forbids.
 */
export function blockReason(
  gate: Gate,
  word: Verdict['verdict'],
  findings: readonly Finding[],
): string | null {
  if (word === 'PROVEN' || word.startsWith('ALLOW')) return null;
  const counted = findings.filter((finding) => finding.effect !== 'none');
  // The simulated wreck is told once, by its own sentence, not again for each of its servers.
  const told = counted.filter((finding) => finding.phase === 'now' || finding.hostname === null);
  const corrupting = told.filter((finding) => finding.code === 'rollback_would_corrupt_cluster');
  const rest = told.filter(
    (finding) => finding.code !== 'rollback_would_corrupt_cluster' && finding.code !== 'not_proven',
  );
  const groups = groupByFact(rest);
  const facts = groups.slice(0, FACTS).map(sentenceOf);
  const more = groups.length - facts.length;
  const corruption =
    gate === 'rollback'
      ? [...corrupting.map((finding) => finding.sentence), ...facts]
      : [...facts, ...corrupting.map((finding) => finding.sentence)];
  return [
    ...corruption,
    ...(more > 0 ? [`And ${more} more kind${more === 1 ? '' : 's'} of finding.`] : []),
    word === 'HOLD' ? HOLD : ENDINGS[gate],
  ].join(' ');
}

function groupByFact(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.effect} ${finding.code} ${finding.flag ?? ''} ${finding.hostname === null ? finding.sentence : ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

function sentenceOf(group: readonly Finding[]): string {
  const [first, ...others] = group;
  const names = [
    ...new Set(
      others.flatMap((finding) =>
        finding.hostname === null || finding.hostname === first?.hostname ? [] : [finding.hostname],
      ),
    ),
  ];
  if (first === undefined) return '';
  if (names.length === 0) return first.sentence;
  const shown = names.slice(0, NAMES).join(', ');
  return `${first.sentence} So for ${shown}${names.length > NAMES ? ` and ${names.length - NAMES} more` : ''}.`;
}
