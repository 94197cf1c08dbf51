import type { CheckScore } from '../model/incident-answers.ts';
import { IncidentCheck } from '../model/incident-terms.ts';
import type { Incident } from '../model/incident.ts';

/** Which checks pay: how many of the incidents each would have stopped, by the judgements of the records; the best first. */
export function scoreChecks(incidents: readonly Incident[]): readonly CheckScore[] {
  return IncidentCheck.options
    .map((check) => scoreOf(check, incidents))
    .toSorted(
      (a, b) =>
        b.would_have_blocked - a.would_have_blocked ||
        a.would_not_have_blocked - b.would_not_have_blocked ||
        (a.check < b.check ? -1 : 1),
    );
}

function scoreOf(check: IncidentCheck, incidents: readonly Incident[]): CheckScore {
  const judged = incidents.flatMap(({ checks }) => checks.filter((judgement) => judgement.check === check));
  const blocked = judged.filter(({ would_have_blocked: would }) => would).length;
  return {
    check,
    would_have_blocked: blocked,
    would_not_have_blocked: judged.length - blocked,
    not_scored: incidents.length - judged.length,
  };
}
