import { FINDING_CODES, type Finding, type FindingCode } from '../model/finding.ts';
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

const HOLD = 'Hold: do nothing yet, and do not roll back; the evidence is not enough to judge.';

// What an operator must hear first; codes not named follow in the order of the table.
const FIRST: readonly FindingCode[] = [
  // A change that has not ended, or after which nobody was asked: what else is found may come of it.
  'not_proven',
  'binary_mismatch',
  'stale_process',
  'flag_reused',
  'dormant_flag_bound',
  'orphan_flag',
];
const ORDER = [...FIRST, ...FINDING_CODES.filter((code) => !FIRST.includes(code))];

/**
 * Why not, in sentences an operator can act on at three in the morning, after the thread's example: which server, which flag,
 * what the rollback would do, and what it waits for. Null when nothing forbids. The findings hold every detail; this holds
 * each trouble once: of a flag the worst thing said, of the simulated wreck its own sentence.
 */
export function blockReason(
  gate: Gate,
  word: Verdict['verdict'],
  findings: readonly Finding[],
): string | null {
  if (word === 'PROVEN' || word === 'ALLOW_DEPLOY' || word === 'ALLOW_ROLLBACK') return null;
  const counted = findings.filter((finding) => finding.effect !== 'none');
  // Counted or only shown: nobody who is told no may reach for a button that makes it worse.
  const corruption = findings.filter((finding) => finding.code === 'rollback_would_corrupt_cluster');
  const hasWreck = corruption.length > 0;
  const told = counted.filter((finding) => isToldHere(finding, hasWreck));
  const troubles = troublesOf(told).sort(([a], [b]) => rankOf(a) - rankOf(b));
  const facts = troubles.slice(0, FACTS).map(sentenceOf);
  const more = troubles.length - facts.length;
  const wreck = corruption.map((finding) => finding.sentence);
  return [
    ...(gate === 'rollback' ? [...wreck, ...facts] : [...facts, ...wreck]),
    ...(more > 0 ? [`${more} more kind${more === 1 ? '' : 's'} of finding below.`] : []),
    word === 'HOLD' ? HOLD : ENDINGS[gate],
  ].join(' ');
}

function isToldHere(finding: Finding, hasWreck: boolean): boolean {
  if (finding.code === 'rollback_would_corrupt_cluster') return false;
  // The count of the unproven only sums up the others; a change that the ledger knows is a trouble of its own.
  if (finding.code === 'not_proven' && finding.where.length === 0) return false;
  return !(hasWreck && finding.phase === 'after_rollback' && finding.hostname !== null);
}

type Trouble = [Finding, ...Finding[]];

/** One trouble is one flag, or one code where no flag is concerned. Of a flag only the worst code is kept. */
function troublesOf(findings: readonly Finding[]): Trouble[] {
  const troubles = new Map<string, Trouble>();
  for (const finding of findings) {
    const isSender = finding.code === 'sender_still_emits';
    const key =
      finding.flag === null || isSender
        ? `code ${finding.code} ${finding.hostname === null ? finding.sentence : ''}`
        : `flag ${finding.flag}`;
    const known = troubles.get(key);
    if (known === undefined || rankOf(finding) < rankOf(known[0])) troubles.set(key, [finding]);
    else if (finding.code === known[0].code) known.push(finding);
  }
  return [...troubles.values()];
}

function rankOf({ code }: Finding): number {
  return ORDER.indexOf(code);
}

/** What is said about the whole cluster stands for its servers too; else the first server, and the others by name. */
function sentenceOf(trouble: Trouble): string {
  const whole = trouble.find((finding) => finding.hostname === null);
  if (whole !== undefined) return whole.sentence;
  const [spoken] = trouble;
  const others = [...new Set(trouble.map((finding) => finding.hostname))].filter(
    (name) => name !== spoken.hostname,
  );
  if (others.length === 0) return spoken.sentence;
  const shown = others.slice(0, NAMES).join(', ');
  return `${spoken.sentence} The same on ${shown}${others.length > NAMES ? ` and ${others.length - NAMES} more` : ''}.`;
}
