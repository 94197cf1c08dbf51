import { existsSync, globSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRecord } from '../src/cli/incidents/check-record.ts';
import { readRecordText } from '../src/cli/incidents/record-text.ts';
import { readRegistry } from '../src/cli/incidents/registry.ts';
import { isWholeMatch, rankProblems, rankSpecimens } from '../src/incidents/rank-specimens.ts';
import { scoreChecks } from '../src/incidents/score-checks.ts';
import { IncidentCheck, RollbackType, StateClock, WrongKind } from '../src/model/incident-terms.ts';

const FOLDER = path.join(import.meta.dirname, '..', 'incidents');
const registry = await readRegistry(FOLDER, FOLDER);
const { incidents, claims } = registry;
/** After the last of them; a date in the future of that day is a slip of the pen. */
const NOW = Date.parse('2026-06-01T00:00:00Z');

describe('the registry', () => {
  it('is there, every word of its vocabulary in use', () => {
    expect(incidents.length).toBeGreaterThanOrEqual(60);
    expect(claims.length).toBeGreaterThanOrEqual(7);
    expect(new Set(incidents.map((each) => each.rollback_type))).toEqual(new Set(RollbackType.options));
    expect(new Set(incidents.map((each) => each.kind))).toEqual(new Set(WrongKind.options));
    expect(new Set(incidents.flatMap((each) => each.other_clock?.lives_in ?? []))).toEqual(
      new Set(StateClock.options),
    );
    expect(new Set(incidents.flatMap((each) => each.checks.map(({ check }) => check)))).toEqual(
      new Set(IncidentCheck.options),
    );
  });

  it.each(globSync('*/record.yaml', { cwd: FOLDER }).toSorted())('%s earns its grade', async (file) => {
    expect(checkRecord(await readRecordText(path.join(FOLDER, file)), file, NOW).problems).toEqual([]);
  });

  it('holds nothing but records, tests of the gate and the fog', () => {
    const strange = readdirSync(FOLDER).filter(
      (name) =>
        !existsSync(path.join(FOLDER, name, 'record.yaml')) &&
        !existsSync(path.join(FOLDER, name, 'case.json')),
    );
    expect(strange.toSorted()).toEqual(['README.md', 'fog.yaml']);
  });

  it('ranks second specimens without a gap, and not Knight', () => {
    expect(rankProblems(incidents)).toEqual([]);
    expect(rankSpecimens(incidents)[0]?.id).toBe('google-17007-2017');
    expect(incidents.find(({ id }) => id === 'knight-2012')?.second_specimen).toBeNull();
  });

  it('ranks every promoted wrong state', () => {
    const promoted = incidents.filter(({ rollback_type: type }) => type === 'promoted_wrong_state');
    expect(rankSpecimens(incidents).length).toBe(promoted.length - 1);
    expect(rankSpecimens(incidents).filter(isWholeMatch)).toEqual([]);
  });

  it('says nothing twice: an incident is on record or in the fog, and every neighbour is on record', () => {
    const ids = incidents.map(({ id }) => id);
    expect(claims.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual([]);
    expect(claims.flatMap(({ nearest }) => nearest ?? []).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('gives every judged check a reason of its own', () => {
    const reasons = incidents.flatMap(({ id, checks }) => checks.map(({ reason }) => `${id}: ${reason}`));
    expect(reasons.length).toBeGreaterThan(200);
    expect(new Set(reasons).size).toBe(reasons.length);
  });

  it('keeps a verdict for each candidate of the thread', () => {
    const named = [...incidents, ...claims].filter(({ thread }) => thread !== null).map(({ id }) => id);
    expect(named.toSorted()).toEqual([
      'citrix-2016',
      'container-poison-tag',
      'exchange-2025',
      'fastly-2021',
      'github-aad-2018',
      'knight-2012',
      'mdm-revoked-cert',
    ]);
  });

  it('counts the checks as it did when they were judged', () => {
    const confirmed = incidents.filter(
      (each) => each.rollback_type === 'promoted_wrong_state' && each.evidence_grade === 'confirmed',
    );
    expect(
      scoreChecks(confirmed).map((score) => [
        score.check,
        score.would_have_blocked,
        score.would_not_have_blocked,
        score.not_scored,
      ]),
    ).toEqual([
      ['rollback_simulation_of_post_state', 18, 0, 4],
      ['canary_with_verified_outcome', 11, 0, 11],
      ['stale_plan_monotonic_generation_check', 10, 10, 2],
      ['per_node_post_rollback_proof', 9, 6, 7],
      ['flag_config_ownership_bound_to_binary_version', 8, 3, 11],
      ['running_binary_uniformity', 4, 15, 3],
      ['quarantine_of_traffic', 2, 0, 20],
      ['aggregate_kill_switch', 2, 3, 17],
      ['per_tenant_kill_switch', 1, 19, 2],
    ]);
  });
});
