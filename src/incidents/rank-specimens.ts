import type { Incident } from '../model/incident.ts';

/** A record that has its place among the second specimens. */
export type Specimen = Incident & { readonly second_specimen: NonNullable<Incident['second_specimen']> };

/** The second specimens, the best match first. The rank is a judgement of the record; its three parts say what it rests on. */
export function rankSpecimens(incidents: readonly Incident[]): readonly Specimen[] {
  return incidents
    .filter((incident): incident is Specimen => incident.second_specimen !== null)
    .toSorted((a, b) => a.second_specimen.rank - b.second_specimen.rank);
}

/** What is wrong with the ranks as a whole, in sentences: a rank twice, or a gap. A single record cannot show it. */
export function rankProblems(incidents: readonly Incident[]): readonly string[] {
  const ranked = rankSpecimens(incidents);
  return ranked.flatMap(({ id, second_specimen: { rank } }, at) =>
    rank === at + 1 ? [] : [`${id} has rank ${rank}, and by the others it would be ${at + 1}.`],
  );
}

/** Whether all three parts of the thread's sentence are in one incident: one wrong node, a person at the button, the healthy made wrong. */
export function isWholeMatch({ second_specimen: specimen }: Specimen): boolean {
  return (
    specimen.one_wrong_node === 'yes' &&
    specimen.person_pressed === 'yes' &&
    specimen.healthy_made_wrong === 'yes'
  );
}
