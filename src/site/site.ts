import type { FogClaim, Incident } from '../model/incident.ts';
import type { ReplayRun } from '../model/replay-run.ts';
import { checksPage } from './checks-page.ts';
import { incidentPage } from './incident-page.ts';
import { indexPage } from './index-page.ts';
import { fogPage, specimenPage, typesPage } from './other-pages.ts';
import { type Page, pageText } from './page.ts';

/** What a site is made of: the records, the claims that are none, and the replays by the id of their incident. */
export type SiteContent = {
  readonly incidents: readonly Incident[];
  readonly claims: readonly FogClaim[];
  readonly runs: ReadonlyMap<string, ReplayRun>;
};

/** Every page of the site, by its path in the folder. Pure: the same content gives the same bytes, in whatever order it comes. */
export function sitePages(content: SiteContent): ReadonlyMap<string, string> {
  const incidents = content.incidents.toSorted((a, b) => order(a.date, b.date) || order(a.id, b.id));
  const claims = content.claims.toSorted((a, b) => order(a.id, b.id));
  const runs = new Map(
    incidents.flatMap(({ id }) => {
      const run = content.runs.get(id);
      return run === undefined ? [] : [[id, run] as const];
    }),
  );
  const sorted = { incidents, claims, runs };
  const pages: readonly Page[] = [
    indexPage(sorted),
    specimenPage(sorted),
    checksPage(sorted),
    typesPage(sorted),
    fogPage(sorted),
    ...incidents.map((incident, at) =>
      incidentPage(incident, runs.get(incident.id) ?? null, {
        before: incidents[at - 1] ?? null,
        after: incidents[at + 1] ?? null,
      }),
    ),
  ];
  return new Map(pages.map((page) => [page.path, pageText(page)]));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
