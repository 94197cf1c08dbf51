import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseYaml } from '../../adapters/yaml/parse.ts';
import { Fault } from '../../fault.ts';
import { assessIncident } from '../../incidents/assess.ts';
import { issueClauses } from '../../model/explain-issue.ts';
import { type FogClaim, Incident, IncidentFog } from '../../model/incident.ts';
import { readRecordText } from './record-text.ts';

/** The incidents of one folder: the records that have earned their grade, and the claims that have not. */
export type Registry = { readonly incidents: readonly Incident[]; readonly claims: readonly FogClaim[] };

const RECORDS = '*/record.yaml';
const FOG = 'fog.yaml';
const MOST_RECORDS = 10_000;

/**
 * The registry in `folder`, or the one that comes with haunted. Faults: NOT_FOUND for a folder without records, BAD_INPUT for a
 * record that is not good enough or lies in a folder of another name, TOO_LARGE, and what reading a file throws.
 */
export async function readRegistry(folder: string | undefined, cwd: string): Promise<Registry> {
  const root = folder === undefined ? ownFolder() : path.resolve(cwd, folder);
  const files = globSync(RECORDS, { cwd: root }).toSorted();
  const shown = folder ?? 'incidents';
  if (files.length === 0)
    throw new Fault(
      'NOT_FOUND',
      `There is no record in ${shown}: a registry holds one folder for each incident, with its record.yaml.`,
    );
  if (files.length > MOST_RECORDS)
    throw new Fault('TOO_LARGE', `${shown} holds ${files.length} records; haunted reads ${MOST_RECORDS}.`);
  const incidents: Incident[] = [];
  for (const file of files) incidents.push(await readRecord(path.join(root, file), path.join(shown, file)));
  return { incidents, claims: await readFog(path.join(root, FOG), path.join(shown, FOG)) };
}

/** The registry that comes with haunted: beside the published program, or in the checkout. */
export function ownFolder(): string {
  const packed = fileURLToPath(new URL('incidents', import.meta.url));
  return existsSync(path.join(packed, FOG))
    ? packed
    : fileURLToPath(new URL('../../../incidents', import.meta.url));
}

async function readRecord(file: string, shown: string): Promise<Incident> {
  const yaml = parseYaml(await readRecordText(file), shown);
  const parsed = Incident.safeParse(yaml.value);
  if (!parsed.success) throw notGoodEnough(shown, issueClauses(parsed.error.issues, yaml.value));
  // What is in a registry was judged by its own day; a clock that is wrong here must not empty it.
  const [problem] = assessIncident(parsed.data, Number.POSITIVE_INFINITY);
  if (problem !== undefined)
    throw notGoodEnough(shown, [{ place: problem.field, clause: problem.sentence.replace(/\.$/, '') }]);
  const folder = path.basename(path.dirname(file));
  if (parsed.data.id !== folder)
    throw new Fault(
      'BAD_INPUT',
      `${shown} is of the incident ${parsed.data.id}; put it into a folder of that name.`,
    );
  return parsed.data;
}

async function readFog(file: string, shown: string): Promise<readonly FogClaim[]> {
  if (!existsSync(file)) return [];
  const yaml = parseYaml(await readRecordText(file), shown);
  const parsed = IncidentFog.safeParse(yaml.value);
  if (parsed.success) return parsed.data.claims;
  throw notGoodEnough(shown, issueClauses(parsed.error.issues, yaml.value));
}

function notGoodEnough(
  shown: string,
  problems: readonly { readonly place: string; readonly clause: string }[],
): Fault {
  const { place = '', clause = 'it is wrong' } = problems[0] ?? {};
  const where = place === '' ? '' : ` at ${place}`;
  return new Fault(
    'BAD_INPUT',
    `${shown} is not good enough${where}: ${clause}; \`haunted incidents check\` names everything it lacks.`,
  );
}
