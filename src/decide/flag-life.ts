import type { Finding } from '../model/finding.ts';
import type { FlagHistory, FlagLife, LifeEvent } from '../model/flag-history.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import { typesAgree } from './continuity.ts';
import { judgeHistory } from './flag-history.ts';
import { changesOf, isAlive, type Step } from './life-changes.ts';
import { headOf } from './manifest-diff.ts';
import { type FlagTable, registryOf } from './registry.ts';
import { type Rename, renamesBetween } from './rename.ts';
import { findingOf } from './seed.ts';

/** The lives of all flags of a cluster, by name; its manifests in any order. Pure and total. */
export function flagHistory(cluster: string, manifests: readonly Manifest[]): FlagHistory {
  const chain = chainOf(cluster, manifests);
  const names = new Set(chain.flatMap(({ table }) => [...table.byFlag.keys()]));
  return documentOf(cluster, chain, [...names].sort());
}

/** The life of one flag over the manifests of a cluster; without events when none of them knows it. Pure and total. */
export function flagLife(cluster: string, manifests: readonly Manifest[], flag: string): FlagHistory {
  return documentOf(cluster, chainOf(cluster, manifests), [flag]);
}

type Link = {
  readonly table: FlagTable;
  /** The table of the manifest that this one follows: the one it names, or the generation before; null for the first. */
  readonly before: FlagTable | null;
  readonly renames: readonly Rename[];
};

/** The manifests of a cluster, oldest first. */
function chainOf(cluster: string, manifests: readonly Manifest[]): Link[] {
  const registry = registryOf(cluster, manifests);
  const ordered = registry.manifests.toReversed();
  return ordered.map((manifest, at) => {
    const previous = registry.find(manifest.previous_manifest_sha256 ?? '') ?? ordered[at - 1];
    const before = previous === undefined ? null : registry.tableOf(previous);
    const table = registry.tableOf(manifest);
    return { table, before, renames: before === null ? [] : renamesBetween(before, table) };
  });
}

function documentOf(cluster: string, chain: readonly Link[], names: readonly string[]): FlagHistory {
  const flags = names.map((flag) => lifeOf(cluster, chain, flag));
  return { schema: 'haunted.flag-history/v1', cluster, manifests: chain.length, flags };
}

function lifeOf(cluster: string, chain: readonly Link[], flag: string): FlagLife {
  const events: LifeEvent[] = [];
  const known: Manifest[] = [];
  let isKnown = false;
  let life = 0;
  for (const { table, before: last, renames } of chain) {
    const { manifest } = table;
    const row = table.byFlag.get(flag);
    const before = last?.byFlag.get(flag);
    const own = withOneFlag(manifest, row);
    const isNewLife = isAlive(row) && !(isAlive(before) && before.meaning === row.meaning);
    const isJudged = isNewLife || (isAlive(row) && !typesAgree(before?.type, row.type));
    const findings = isJudged ? findingsOn(cluster, own, known, last?.manifest ?? null) : [];
    if (isNewLife) life += 1;
    addEvent(events, { manifest, flag, row, before, renames, isKnown, findings }, life);
    known.push(own);
    isKnown ||= row !== undefined;
  }
  return {
    flag,
    lives: life,
    meanings: [...new Set(events.flatMap(({ meaning }) => meaning ?? []))],
    state: chain.at(-1)?.table.byFlag.get(flag)?.state ?? null,
    findings: events.reduce((sum, event) => sum + event.findings.length, 0),
    events,
  };
}

/** A manifest with nothing in its table but one flag, of which alone it is asked. */
function withOneFlag(manifest: Manifest, row: FlagOwnership | undefined): Manifest {
  return { ...manifest, flag_ownership_table: row === undefined ? [] : [row] };
}

function findingsOn(
  cluster: string,
  own: Manifest,
  known: readonly Manifest[],
  previous: Manifest | null,
): Finding[] {
  const older = known.filter(({ generation }) => generation < own.generation);
  const current = older.filter(({ manifest_sha256: digest }) => digest === previous?.manifest_sha256);
  const seeds = judgeHistory(own, registryOf(cluster, [...older, own]), current);
  return seeds.map((seed) => findingOf(seed, null));
}

/** A new event; or, when nothing happened, one manifest more of the run that the last event began. */
function addEvent(events: LifeEvent[], step: Step, life: number): void {
  const { manifest, row, findings } = step;
  const changes = changesOf(step);
  const last = events.at(-1);
  if (changes.length === 0) {
    if (last !== undefined && row !== undefined && last.state !== null)
      events.splice(-1, 1, { ...last, until: headOf(manifest), manifests: last.manifests + 1 });
    return;
  }
  events.push({
    manifest: headOf(manifest),
    at: manifest.created_at,
    until: headOf(manifest),
    manifests: 1,
    life,
    state: row?.state ?? null,
    type: row?.type ?? null,
    owner: row?.owner ?? null,
    meaning: row?.meaning ?? null,
    happened: changes.map(({ what }) => what),
    findings: findings.map(({ code }) => code),
    sentences: changes.map(({ sentence }) => sentence),
  });
}
