import type { HeldState, KeptState } from '../model/kept-state.ts';
import type { Manifest } from '../model/manifest.ts';
import { type Phase, type Seed, seedOf } from './seed.ts';

/** A version of a state that reaches servers, and who left it there. */
export type Left = HeldState & { readonly source: string };

/** What these manifests leave behind: like their messages, it reaches every server with live traffic, reported or not. */
export function leftBehindBy(manifests: readonly Manifest[]): Left[] {
  return manifests.flatMap((manifest) =>
    (manifest.state ?? []).flatMap(({ state, writes }) =>
      writes === null || writes === undefined
        ? []
        : [{ state, version: writes, source: `manifest:${manifest.deployment_id}` }],
    ),
  );
}

/**
 * Can the binary read what lives on other clocks? Rows, caches, keys and snapshots do not go back with a rollback (circleci_2021,
 * github_mysql_2012). A state that the binary’s manifest does not name is none of its business.
 */
export function judgeState(
  held: readonly HeldState[],
  left: readonly Left[],
  owner: Manifest | null,
  phase: Phase,
): Seed[] {
  const rows = new Map((owner?.state ?? []).map((row) => [row.state, row]));
  const said = [...held.map((each): Left => ({ ...each, source: 'report' })), ...left];
  const seeds = new Map<string, Seed>();
  for (const each of said) {
    const row = rows.get(each.state);
    if (row === undefined || row.reads.includes(each.version)) continue;
    const key = JSON.stringify([each.state, each.version]);
    if (!seeds.has(key)) seeds.set(key, unreadable(each, row, phase));
  }
  return [...seeds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, seed]) => seed);
}

function unreadable(
  { state, version, source }: Left,
  { lives_in: place, reads }: KeptState,
  phase: Phase,
): Seed {
  const where = place === null || place === undefined ? '' : ` (${place})`;
  return seedOf('state_unreadable', {
    phase,
    expected: reads.join(' or '),
    actual: version,
    where: [`state:${state}`, source],
    sentence: (host) =>
      `The state '${state}'${where} that reaches ${host} is '${version}', and the binary ${phase === 'now' ? 'there' : 'that would run there'} reads only ${reads.map((each) => `'${each}'`).join(', ')}.`,
  });
}
