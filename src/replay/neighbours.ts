import type { FindingCode } from '../model/finding.ts';
import type { Replay, ReplayQuestion } from '../model/replay.ts';
import type { Verdict } from '../model/verdict.ts';
import { codesOf } from './outcome.ts';
import type { Played } from './play.ts';
import { play } from './play.ts';
import type { Keys } from './stage.ts';
import { patched, type Tried } from './variations.ts';

/** One fact changed at one moment, and what must follow from it whatever the incident is. */
export type Neighbour = {
  readonly title: string;
  readonly at: string;
  readonly patch: object;
  /** What is wrong with the verdict of that moment; null when it is as it must be. */
  readonly problem: (verdict: Verdict) => string | null;
};

const DAY_MS = 86_400_000;

/**
 * Every replay with one fact changed at a time, made by rule: a report that is missing or old, a binary that nobody knows, a file on
 * disk that is not the one in memory, a target of another age, a sender that stops, a flag that means the same everywhere. So a
 * replay passes for its reason, and not because the gate says no to everything.
 */
export function neighboursOf(replay: Replay, played: readonly Played[]): readonly Neighbour[] {
  return played.flatMap((each, at): Neighbour[] => {
    const { moment, verdict } = each;
    if (moment.ask === null || verdict === null) return [];
    const next = Object.keys(replay.moments)[at + 1] ?? null;
    const base = { replay, played: each, question: moment.ask, verdict, next };
    return [...onServers(base), ...aged(base), ...withdrawn(base), ...sameMeaning(base)];
  });
}

type Base = {
  readonly replay: Replay;
  readonly played: Played;
  readonly question: ReplayQuestion;
  readonly verdict: Verdict;
  readonly next: string | null;
};

function saysYes({ block_reason: reason }: Verdict): boolean {
  return reason === null;
}

/** A yes became a no by this code; a no stays one. */
function becomesNo(code: FindingCode): (verdict: Verdict) => string | null {
  return (verdict) => {
    if (saysYes(verdict)) return `the gate still says ${verdict.verdict}`;
    return verdict.findings.some((finding) => finding.code === code) ? null : `nobody speaks of ${code}`;
  };
}

function onServers(base: Base): Neighbour[] {
  const { played, question } = base;
  const hostname = played.servers.find(({ state }) => state !== 'silent')?.hostname;
  if (hostname === undefined) return [];
  const at = (title: string, change: object, undo: object, problem: Neighbour['problem']): Neighbour => ({
    title: `${hostname} ${title}`,
    at: played.name,
    patch: serverPatch(base, hostname, { change, undo }),
    problem,
  });
  const placesBinary = question.plan === null || question.plan.scope.includes('binary');
  // The cure for a wrong binary is a rollback that puts the right one in place; it is not forbidden by what it cures.
  const isCured = question.gate === 'rollback' && placesBinary && isToManifest(question);
  const cured = (code: FindingCode): Neighbour['problem'] =>
    isCured ? (verdict) => answersAlike(base, verdict, code) : becomesNo(code);
  return [
    at('gives no report', { is_silent: true }, { is_silent: false }, becomesNo('node_silent')),
    at(
      'gives a report of yesterday',
      { report_age_s: 86_400 },
      { report_age_s: 10 },
      becomesNo('proof_stale'),
    ),
    at('runs something that nobody knows', { binary: UNKNOWN }, {}, cured('unknown_binary')),
    at('has another file on disk', { on_disk: UNKNOWN, is_disk_unseen: false }, {}, cured('stale_process')),
  ];
}

/** The same yes or no as before. Automation may have to wait instead: what is wrong now puts the cluster into quarantine. */
function answersAlike(
  { verdict: before, question }: Base,
  verdict: Verdict,
  code: FindingCode,
): string | null {
  if (saysYes(verdict) === saysYes(before)) return null;
  const waits = question.actor === 'automation' && codesOf(verdict.findings).includes('quarantined');
  return waits && !saysYes(verdict) ? null : `${code} changed the answer`;
}

const UNKNOWN = 'something that no manifest describes';

function isToManifest({ plan, manifest }: ReplayQuestion): boolean {
  return manifest !== null && (plan === null || plan.mechanism === 'to_manifest');
}

/** The change at this moment alone: at the next one the server is again what it was, unless that moment says otherwise. */
function serverPatch(
  { replay, played, next }: Base,
  hostname: string,
  { change, undo }: { readonly change: object; readonly undo: object },
): object {
  const following = next === null ? undefined : replay.moments[next];
  const later =
    following === undefined || next === null
      ? {}
      : {
          [next]: { world: { servers: { [hostname]: { ...undo, ...following.world.servers?.[hostname] } } } },
        };
  return { moments: { [played.name]: { world: { servers: { [hostname]: change } } }, ...later } };
}

/** A target that is years old, where one is gone back to. */
function aged({ replay, played, question }: Base): Neighbour[] {
  const { gate, manifest: name } = question;
  const target = name === null ? undefined : replay.manifests[name];
  if (gate !== 'rollback' || target === undefined || name === null) return [];
  const created_at = new Date(Date.parse(target.created_at) - 1000 * DAY_MS).toISOString();
  return [
    {
      title: `${name} is nearly three years older`,
      at: played.name,
      patch: { manifests: { [name]: { created_at } } },
      problem: becomesNo('rollback_target_too_old'),
    },
  ];
}

/** The senders that would go on stop first. */
function withdrawn({ played, verdict, question }: Base): Neighbour[] {
  const already = question.plan?.withdraw_flags ?? [];
  const flags = flagsOf(verdict, 'sender_still_emits').filter((flag) => !already.includes(flag));
  if (flags.length === 0 || verdict.gate !== 'rollback') return [];
  return [
    {
      title: `the senders of ${flags.join(', ')} stop first`,
      at: played.name,
      patch: { moments: { [played.name]: { ask: { plan: { withdraw_flags: flags } } } } },
      problem: withoutCode('sender_still_emits'),
    },
  ];
}

/** The flag means the same in every manifest. */
function sameMeaning({ replay, played, verdict }: Base): Neighbour[] {
  return flagsOf(verdict, 'flag_reused').map((flag): Neighbour => {
    const manifests = Object.entries(replay.manifests).map(([name, manifest]) => {
      const flags = manifest.flags.map((row) => (row.flag === flag ? { ...row, meaning: 'm:one' } : row));
      return [name, { flags }] as const;
    });
    return {
      title: `${flag} means the same everywhere`,
      at: played.name,
      patch: { manifests: Object.fromEntries(manifests) },
      problem: withoutCode('flag_reused'),
    };
  });
}

function flagsOf({ findings }: Verdict, code: FindingCode): readonly string[] {
  const found = findings.filter((finding) => finding.code === code && finding.effect !== 'none');
  return [...new Set(found.flatMap(({ flag }) => (flag === null ? [] : [flag])))];
}

function withoutCode(code: FindingCode): (verdict: Verdict) => string | null {
  return ({ findings }) => (codesOf(findings).includes(code) ? `${code} is still there` : null);
}

/** Plays a neighbour. */
export async function tryNeighbour(replay: Replay, neighbour: Neighbour, keys: Keys): Promise<Tried> {
  const title = `${neighbour.at}: ${neighbour.title}`;
  const played = await play(patched(replay, neighbour.patch), keys);
  const verdict = played.find(({ name }) => name === neighbour.at)?.verdict ?? null;
  const problem = verdict === null ? 'nothing was asked' : neighbour.problem(verdict);
  return { title, troubles: problem === null ? [] : [problem] };
}
