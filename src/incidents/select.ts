import type { EvidenceGrade, IncidentActor, RollbackType, WrongKind } from '../model/incident-terms.ts';
import type { FogClaim, Incident } from '../model/incident.ts';

/** Which incidents are asked for. An empty list asks for all of its kind. */
export type Selection = {
  readonly types: readonly RollbackType[];
  readonly grades: readonly EvidenceGrade[];
  readonly kinds: readonly WrongKind[];
  readonly actors: readonly IncidentActor[];
  /** Part of the vendor's name, in any case of letters; null for all. */
  readonly vendor: string | null;
  /** First and last year; null for all. */
  readonly years: { readonly from: number; readonly to: number } | null;
};

export const SORT_KEYS = ['date', 'rank', 'vendor', 'type', 'grade', 'id'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** The records that fit the selection. */
export function selectIncidents(incidents: readonly Incident[], selection: Selection): readonly Incident[] {
  return incidents.filter(
    (incident) =>
      fits(selection.types, incident.rollback_type) &&
      fits(selection.grades, incident.evidence_grade) &&
      fits(selection.kinds, incident.kind) &&
      fits(selection.actors, incident.actor) &&
      isByVendor(incident.vendor, selection.vendor) &&
      isInYears(incident.date, selection.years),
  );
}

/** The claims that fit it. A claim has no kind and no actor, so that whoever asks for one of these gets none; its type is unknown. */
export function selectFog(claims: readonly FogClaim[], selection: Selection): readonly FogClaim[] {
  if (selection.kinds.length > 0 || selection.actors.length > 0) return [];
  return claims.filter(
    (claim) =>
      fits(selection.types, 'unknown') &&
      fits(selection.grades, 'fog') &&
      isByVendor(claim.vendor, selection.vendor) &&
      isInYears(claim.date, selection.years),
  );
}

/** The records in the order of a key; those that are equal in it, and those without it, by date. `rank` puts unranked ones last. */
export function sortIncidents(incidents: readonly Incident[], key: SortKey): readonly Incident[] {
  return incidents.toSorted((a, b) => compare(keyOf(a, key), keyOf(b, key)) || compare(a.date, b.date));
}

function keyOf(incident: Incident, key: SortKey): string | number {
  switch (key) {
    case 'rank':
      return incident.second_specimen?.rank ?? Number.POSITIVE_INFINITY;
    case 'vendor':
      return (incident.vendor ?? '').toLowerCase();
    case 'type':
      return incident.rollback_type;
    case 'grade':
      return incident.evidence_grade;
    case 'date':
    case 'id':
      return incident[key];
  }
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fits<T>(asked: readonly T[], value: T): boolean {
  return asked.length === 0 || asked.includes(value);
}

function isByVendor(vendor: string | null, part: string | null): boolean {
  return part === null || (vendor ?? '').toLowerCase().includes(part.toLowerCase());
}

function isInYears(date: string | null, years: Selection['years']): boolean {
  if (years === null) return true;
  const year = Number(date?.slice(0, 4));
  return year >= years.from && year <= years.to;
}
