import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, NOW, POLICY, sha } from '../../test/world/documents.ts';
import { LISTED, obedient, type World, worlds } from '../../test/world/worlds.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Intent } from '../model/intent.ts';
import type { Manifest } from '../model/manifest.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { Verdict } from '../model/verdict.ts';
import { decide } from './decide.ts';

/** What an allow promises, checked against the documents by plain loops and not by the judge's own parts. */

const RUNS = { numRuns: 250, seed: 20_120_801 };

function ask({ evidence, intent, policy }: World): Verdict {
  return decide(evidence, intent, policy, NOW);
}

function isFresh(report: NodeReport, policy: Policy): boolean {
  const age = NOW - Date.parse(report.observed_at);
  return age <= policy.max_proof_age_s * 1000 && -age <= policy.max_clock_skew_s * 1000;
}

function isDeclared(report: NodeReport, manifest: Manifest, policy: Policy): boolean {
  const pairs = policy.allow_declared_split ? (manifest.declared_split?.pairs ?? []) : [];
  return pairs.some((pair) => pair.binary_sha256 === report.binary_sha256);
}

/** Is this switch fit to be set at all? */
function isSound(row: FlagOwnership, policy: Policy): boolean {
  const isAwake = row.state === 'live' || (policy.on_dormant_bound === 'warn' && row.state === 'dormant');
  const isOwned = !policy.require_owner || (row.owner !== null && row.owner !== 'unknown');
  return isAwake && isOwned && (!policy.require_verification || row.verification === 'verified');
}

/** Does some manifest say that a binary which does not know this flag is to ignore it? */
function isIgnorable(name: string, known: readonly Manifest[]): boolean {
  return known.some((manifest) =>
    manifest.flag_ownership_table.some((row) => row.flag === name && row.unaware === 'ignore'),
  );
}

type Bar = { readonly manifest: Manifest; readonly policy: Policy; readonly known: readonly Manifest[] };

/** Why this server has not proven the manifest; null when it has. */
function complaint(report: NodeReport, { manifest, policy, known }: Bar): string | null {
  if (!policy.accept_methods.includes(report.method)) return 'method';
  if (!isFresh(report, policy)) return 'not fresh';
  if (isDeclared(report, manifest, policy)) return null;
  if (report.binary_sha256 !== manifest.binary_sha256) return 'binary';
  if ((report.binary_on_disk_sha256 ?? report.binary_sha256) !== report.binary_sha256) return 'disk';
  if ((manifest.config_sha256 ?? null) !== null && report.config_sha256 !== manifest.config_sha256)
    return 'config';
  for (const bound of report.bound_flags) {
    const row = manifest.flag_ownership_table.find((each) => each.flag === bound.flag);
    if (row === undefined && isIgnorable(bound.flag, known)) continue;
    if (row === undefined || !isSound(row, policy)) return `flag ${bound.flag}`;
    if (typeof bound.meaning === 'string' && bound.meaning !== row.meaning) return `meaning of ${bound.flag}`;
  }
  return null;
}

function barOf({ reference, policy, evidence }: World): Bar {
  const known = evidence.history.flatMap((entry) => (entry.ok ? [entry.manifest.value] : []));
  return { manifest: reference, policy, known: [reference, ...known] };
}

/** The reports of the newest instant of one server among those the gate may accept. */
function newestOf(world: World, hostname: string): NodeReport[] {
  const { evidence, policy, intent } = world;
  const own = evidence.reports
    .map(({ value }) => value)
    .filter((report) => report.hostname === hostname && report.cluster === 'smars')
    .filter((report) => isFresh(report, policy) && policy.accept_methods.includes(report.method))
    .filter((report) => intent.gate !== 'proof' || report.challenge?.event_id === intent.event_id);
  const newest = Math.max(...own.map((report) => Date.parse(report.observed_at)));
  return own.filter((report) => Date.parse(report.observed_at) === newest);
}

function planOf(intent: Intent): RollbackPlan | null {
  return intent.gate === 'activate' ? null : intent.plan;
}

describe('an allow', () => {
  it.each(['deploy', 'activate', 'proof'] as const)(
    'at %s implies that every server of the inventory proved the binary, the config and the switches, freshly',
    (gate) => {
      fc.assert(
        fc.property(worlds(gate), (world) => {
          const { verdict } = ask(world);
          fc.pre(verdict === 'ALLOW_DEPLOY' || verdict === 'PROVEN');
          for (const hostname of LISTED) {
            const reports = newestOf(world, hostname);
            expect(reports.length).toBeGreaterThan(0);
            expect(reports.map((report) => complaint(report, barOf(world)))).toEqual(reports.map(() => null));
          }
        }),
        RUNS,
      );
    },
  );

  it('at proof implies that every proof answers this event with its nonce', () => {
    fc.assert(
      fc.property(worlds('proof'), (world) => {
        fc.pre(ask(world).verdict === 'PROVEN');
        for (const hostname of LISTED) {
          expect(newestOf(world, hostname).map((report) => report.challenge)).toContainEqual({
            event_id: 'e1',
            nonce: 'nonce-1',
          });
        }
      }),
      RUNS,
    );
  });

  it('comes with nothing that counts, and anything else with something that does', () => {
    fc.assert(
      fc.property(worlds(), (world) => {
        const verdict = ask(world);
        const counts = verdict.findings.some((finding) => finding.effect !== 'none');
        const isAllowed = ['ALLOW_DEPLOY', 'ALLOW_ROLLBACK', 'PROVEN'].includes(verdict.verdict);
        expect(counts).toBe(!isAllowed);
        expect(verdict.block_reason === null).toBe(isAllowed);
      }),
      RUNS,
    );
  });

  it('of a deploy has a way back that no server would be wrong after', () => {
    fc.assert(
      fc.property(worlds('deploy'), (world) => {
        const verdict = ask(world);
        fc.pre(verdict.verdict === 'ALLOW_DEPLOY');
        expect(verdict.rollback).toMatchObject({
          rollback_would_corrupt_cluster: false,
          servers_wrong_after: 0,
        });
      }),
      RUNS,
    );
  });
});

describe('an allowed rollback', () => {
  it('leaves no server wrong, and no more than now', () => {
    fc.assert(
      fc.property(worlds('rollback'), (world) => {
        const verdict = ask(world);
        fc.pre(verdict.verdict === 'ALLOW_ROLLBACK');
        const { rollback } = verdict;
        expect(rollback).toMatchObject({ rollback_would_corrupt_cluster: false, servers_wrong_after: 0 });
        expect(
          rollback?.nodes.filter((row) => row.wrong_after || row.findings_after.includes('binary_mismatch')),
        ).toEqual([]);
        expect(new Set(rollback?.nodes.map((row) => row.hostname))).toEqual(new Set(LISTED));
      }),
      RUNS,
    );
  });

  it('goes to a manifest of the history, named by its digest and copied from no server', () => {
    fc.assert(
      fc.property(worlds('rollback'), (world) => {
        const verdict = ask(world);
        fc.pre(verdict.verdict === 'ALLOW_ROLLBACK');
        const history = world.evidence.history.flatMap((entry) =>
          entry.ok ? [entry.manifest.value.manifest_sha256] : [],
        );
        expect(history).toContain(verdict.manifest_sha256);
        expect(['to_manifest', 'uninstall_latest']).toContain(verdict.rollback?.mechanism);
        const way = planOf(world.intent);
        expect([way?.target_ref ?? null, way?.source_node ?? null]).toEqual([null, null]);
        expect(way?.target_manifest_sha256 ?? verdict.manifest_sha256).toBe(verdict.manifest_sha256);
      }),
      RUNS,
    );
  });

  it('rests on fresh evidence from every server', () => {
    fc.assert(
      fc.property(worlds('rollback'), (world) => {
        fc.pre(ask(world).verdict === 'ALLOW_ROLLBACK');
        for (const hostname of LISTED) expect(newestOf(world, hostname).length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });
});

describe('the rules of these properties', () => {
  it('are not empty: the naive complaint finds what the judge finds', () => {
    const [world] = fc
      .sample(worlds('activate'), { numRuns: 200, seed: 3 })
      .filter((each) => each.policy.require_owner && ask(each).verdict === 'ALLOW_DEPLOY');
    if (world === undefined) throw new Error('no world is in order');
    const bar = { manifest: world.reference, policy: POLICY, known: [] };
    const good = obedient('n1', world.reference);
    expect(complaint(good, bar)).toBeNull();
    expect(complaint({ ...good, binary_sha256: sha('f') }, bar)).toBe('binary');
    expect(complaint({ ...good, observed_at: at(-301) }, bar)).toBe('not fresh');
    expect(complaint({ ...good, bound_flags: [{ flag: 'w', source: 'env:W' }] }, bar)).toBe('flag w');
  });
});
