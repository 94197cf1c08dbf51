import type { Finding } from '../model/finding.ts';
import type { Gate } from '../model/intent.ts';
import type { Standing } from '../model/standing.ts';
import { findingOf, type Seed, seedOf, shortDigest } from './seed.ts';

type Asked = {
  readonly gate: Gate;
  readonly standing: Standing | null;
  /** The manifest the cluster would run after it. */
  readonly manifest: string | null;
  /** Where the simulated rollback leads; the same as `manifest` at the rollback gate. */
  readonly wayBack: string | null;
};

/**
 * What does the ledger say against it? A cluster in quarantine is not deployed to, a refused manifest does not come back by a later
 * sync (argo-cd#5351), and nobody presses while somebody else's change is under way. The cure stays free: a quarantine forbids no
 * rollback, and the proof gate, which ends one, hears none of it.
 */
export function standingSeeds({ gate, standing, manifest, wayBack }: Asked): Seed[] {
  if (standing === null || gate === 'proof') return [];
  const asked = new Set([manifest, wayBack]);
  return [
    ...(standing.unasked === null ? [] : [unasked(standing.unasked, gate)]),
    ...standing.quarantines.map((quarantine) => quarantined(quarantine, gate)),
    ...standing.refused.filter((each) => asked.has(each.manifest_sha256)).map(refusedBefore),
  ];
}

/**
 * Is somebody else’s change under way? No bypass lets that pass: two changes at once leave a state that nobody meant, whoever signs for it,
 * and a change that nobody runs any more is ended by name.
 */
export function underWaySeeds(gate: Gate, standing: Standing | null): Seed[] {
  const change = standing?.change ?? null;
  return change === null || gate === 'proof' ? [] : [underWay(change)];
}

function underWay({ change, action, actor, since }: NonNullable<Standing['change']>): Seed {
  return seedOf('not_proven', {
    expected: 'no change under way',
    actual: change,
    where: [`ledger:${change}`],
    sentence: `${actor} began the ${nounOf(action)} ${change} at ${since}, and it has not ended: two changes at once leave a state that nobody meant. Wait for it; when nobody runs it any more, end it with \`haunted resume --abandon ${change}\`.`,
  });
}

function nounOf(action: NonNullable<Standing['change']>['action']): string {
  return { deploy: 'deployment', activate: 'activation', rollback: 'rollback' }[action];
}

function unasked({ change, outcome, since }: NonNullable<Standing['unasked']>, gate: Gate): Seed {
  return seedOf('not_proven', {
    effect: gate === 'rollback' ? 'none' : 'hold',
    expected: 'a proof of every server after the last change',
    actual: change,
    where: [`ledger:${change}`],
    sentence: `The change ${change} ended at ${since} (${outcome}), and nobody has asked the servers since. Ask them with \`haunted resume\`.`,
  });
}

const SHOWN = 5;

function quarantined(quarantine: Standing['quarantines'][number], gate: Gate): Seed {
  const { quarantine: name, reason, since, unproven } = quarantine;
  const some = unproven.slice(0, SHOWN).join(', ');
  const more = unproven.length > SHOWN ? ` and ${unproven.length - SHOWN} more` : '';
  const who = unproven.length === 0 ? 'every server has proven itself since' : `unproven: ${some}${more}`;
  return seedOf('quarantined', {
    effect: gate === 'rollback' ? 'none' : 'block',
    expected: 'no quarantine',
    actual: name,
    where: [`ledger:${name}`],
    sentence: `The cluster has been in quarantine since ${since} (${name}): ${reason}; ${who}.`,
  });
}

function refusedBefore({ manifest_sha256, reason, since }: Standing['refused'][number]): Seed {
  const sha = shortDigest(manifest_sha256);
  return seedOf('rollback_target_refused', {
    expected: 'a manifest that was not refused',
    actual: manifest_sha256,
    where: [`ledger:${sha}`],
    sentence: `The manifest ${sha} was refused at ${since}: ${reason}. An operator may release it with \`haunted manifest release\`.`,
  });
}

/**
 * The findings with what operators let pass under their signature: shown as before, and without effect; each bypass is repeated as
 * a finding of its own until it ends. A bypass opens a gate. It is no proof, so it changes nothing at the proof gate.
 */
export function bypassed(findings: readonly Finding[], gate: Gate, standing: Standing | null): Finding[] {
  const bypasses = standing?.bypasses ?? [];
  if (bypasses.length === 0) return [...findings];
  const passes = (code: string): boolean =>
    bypasses.some(({ findings: codes }) => codes.length === 0 || codes.includes(code));
  const left = findings.map((finding) =>
    gate !== 'proof' && passes(finding.code) ? { ...finding, effect: 'none' as const } : finding,
  );
  return [...left, ...bypasses.map((bypass) => findingOf(active(bypass), null))];
}

function active({ bypass, reason, until, findings }: Standing['bypasses'][number]): Seed {
  const what = findings.length === 0 ? 'every finding' : findings.join(', ');
  return seedOf('bypass_active', {
    effect: 'none',
    actual: bypass,
    where: [`ledger:${bypass}`],
    sentence: `The bypass ${bypass} lets ${what} pass until ${until}: ${reason}.`,
  });
}

/** Which manifests count as proven in this cluster: those the ledger says, else those of the history, whoever gave it. */
export function provenIn(standing: Standing | null, history: readonly string[]): ReadonlySet<string> {
  return new Set(standing === null ? history : standing.proven);
}
