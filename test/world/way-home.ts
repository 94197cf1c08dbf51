import type { Manifest } from '../../src/model/manifest.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import type { RollbackPlan } from '../../src/model/plan.ts';
import type { NodeForecast, Verdict } from '../../src/model/verdict.ts';
import { decide } from '../../src/decide/decide.ts';
import { evidence, manifest, NOW, plan, POLICY, report, rollback, sha } from './documents.ts';

/** Three servers on a new manifest (binary b, config d) that somebody wants to take back to the old one (a, c). */

const [A, B, D] = [sha('a'), sha('b'), sha('d')];
export const NODES = ['n1', 'n2', 'n3'];

export const old = manifest({ generation: 1, binary_sha256: A });
export const next = manifest({
  generation: 2,
  binary_sha256: B,
  config_sha256: D,
  previous_manifest_sha256: old.manifest_sha256,
});

export type World = {
  readonly reports?: NodeReport[];
  readonly history?: Manifest[];
  readonly target?: Manifest;
  readonly left?: Manifest;
  readonly way?: Partial<RollbackPlan>;
};

export const onNext = NODES.map((name) => report(name, B, { config_sha256: D }));

export function judge({ reports = onNext, history, target = old, left = next, way }: World = {}): Verdict {
  return decide(
    evidence(reports, history ?? [target, left]),
    rollback(
      target,
      left,
      way === undefined ? null : plan({ target_manifest_sha256: target.manifest_sha256, ...way }),
    ),
    POLICY,
    NOW,
  );
}

export function rows(verdict: Verdict): NodeForecast[] {
  return verdict.rollback?.nodes ?? [];
}

/** The pair after of each server, as `host binary config`, by the first letter of each digest. */
export function after(verdict: Verdict): string[] {
  return rows(verdict).map(
    (row) => `${row.hostname} ${row.after.binary_sha256?.[0] ?? '?'} ${row.after.config_sha256?.[0] ?? '?'}`,
  );
}

export function codesAfter(verdict: Verdict): string[] {
  return [...new Set(rows(verdict).flatMap((row) => row.findings_after))];
}
