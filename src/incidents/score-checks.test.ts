import { describe, expect, it } from 'vitest';
import { incidentWith } from '../../test/fixtures/incident.ts';
import { IncidentCheck } from '../model/incident-terms.ts';
import type { CheckJudgement } from '../model/incident.ts';
import { scoreChecks } from './score-checks.ts';

function judged(check: IncidentCheck, would: boolean): CheckJudgement {
  return { check, would_have_blocked: would, reason: 'Because.' };
}

describe('which checks pay', () => {
  it('counts yes, no and open, the best first', () => {
    const scores = scoreChecks([
      incidentWith({
        checks: [judged('quarantine_of_traffic', true), judged('running_binary_uniformity', true)],
      }),
      incidentWith({
        checks: [judged('quarantine_of_traffic', true), judged('running_binary_uniformity', false)],
      }),
      incidentWith({ checks: [] }),
    ]);
    expect(scores.slice(0, 2)).toEqual([
      { check: 'quarantine_of_traffic', would_have_blocked: 2, would_not_have_blocked: 0, not_scored: 1 },
      { check: 'running_binary_uniformity', would_have_blocked: 1, would_not_have_blocked: 1, not_scored: 1 },
    ]);
    expect(scores.length).toBe(IncidentCheck.options.length);
  });

  it('gives every incident one word for every check', () => {
    const incidents = [incidentWith({}), incidentWith({ checks: [] })];
    for (const score of scoreChecks(incidents))
      expect(score.would_have_blocked + score.would_not_have_blocked + score.not_scored).toBe(2);
  });

  it('counts nothing over nothing', () => {
    expect(scoreChecks([]).every(({ not_scored: open }) => open === 0)).toBe(true);
  });
});
