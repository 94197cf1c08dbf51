import { parseYaml, type YamlText } from '../../adapters/yaml/parse.ts';
import { Fault } from '../../fault.ts';
import { assessIncident, type Problem } from '../../incidents/assess.ts';
import { issueClauses } from '../../model/explain-issue.ts';
import type { RecordCheck, RecordProblem } from '../../model/incident-answers.ts';
import { Incident } from '../../model/incident.ts';

const SCHEMA = 'haunted.incident/v1';

/**
 * What a submitted record lacks, in words, all of it at once. `now` in milliseconds since the epoch. Faults: BAD_INPUT for a text
 * that is no YAML, or that is no record of an incident at all.
 */
export function checkRecord(text: string, file: string, now: number): RecordCheck {
  const yaml = parseYaml(text, file);
  const value = asRecord(yaml.value, file);
  const parsed = Incident.safeParse(value);
  const problems = parsed.success
    ? assessIncident(parsed.data, now)
    : issueClauses(parsed.error.issues, value).map(({ place, clause }) => ({
        field: place,
        sentence: sentenceOf(clause),
      }));
  return {
    schema: 'haunted.record-check/v1',
    file,
    id: typeof value['id'] === 'string' ? value['id'].slice(0, 64) : null,
    good_enough: problems.length === 0,
    problems: problems.map((problem) => withLine(problem, yaml)).toSorted(byLine),
    would_pass_as: parsed.success ? lowerGrade(parsed.data, now) : null,
  };
}

function asRecord(value: unknown, file: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Fault('BAD_INPUT', `${file} is no record of an incident: it holds no fields.`);
  const record = value as Record<string, unknown>;
  if (record['schema'] !== SCHEMA)
    throw new Fault(
      'BAD_INPUT',
      `${file} is no record of an incident: its first line has to be \`schema: ${SCHEMA}\`.`,
    );
  return record;
}

function sentenceOf(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

/** A record that fails as confirmed may be good as partial; only then is it worth saying. */
function lowerGrade(record: Incident, now: number): 'partial' | null {
  if (record.evidence_grade !== 'confirmed' || assessIncident(record, now).length === 0) return null;
  const note = record.evidence_note ?? 'It says what it lacks.';
  const lower: Incident = { ...record, evidence_grade: 'partial', evidence_note: note };
  return assessIncident(lower, now).length === 0 ? 'partial' : null;
}

function withLine({ field, sentence }: Problem, yaml: YamlText): RecordProblem {
  return { field, line: field === '' ? null : yaml.lineOf(pathOf(field)), sentence };
}

function byLine(a: RecordProblem, b: RecordProblem): number {
  return (a.line ?? Number.MAX_SAFE_INTEGER) - (b.line ?? Number.MAX_SAFE_INTEGER);
}

/** `sources[0].date` as the steps to it. */
function pathOf(field: string): readonly PropertyKey[] {
  return [...field.matchAll(/[^.[\]]+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));
}
