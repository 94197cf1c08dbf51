import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRegistry } from '../src/cli/incidents/registry.ts';
import { readReplay, replayIds } from '../src/cli/incidents/replays.ts';
import type { Replay } from '../src/model/replay.ts';
import { ReplayRun } from '../src/model/replay-run.ts';
import { countValues } from '../src/replay/merge-patch.ts';
import { neighboursOf, tryNeighbour } from '../src/replay/neighbours.ts';
import type { Played } from '../src/replay/play.ts';
import { play } from '../src/replay/play.ts';
import { runOf } from '../src/replay/run.ts';
import type { Keys } from '../src/replay/stage.ts';
import { keysFor } from '../src/replay/stage.ts';
import { troublesOf, tryCleanTwin, tryVariation } from '../src/replay/variations.ts';

/** Every incident of the registry that can be replayed, through the real gate: as it was, with one fact changed, and as it should have gone. */

const ROOT = path.join(import.meta.dirname, '..', 'incidents');
const IDS = replayIds(ROOT);

/** Those that the plan of this project names; the registry may hold more. */
const AT_LEAST = [
  'knight-2012',
  'google-17007-2017',
  'azure-leapday-2012',
  'wikimedia-hhvm-2015',
  'google-18016-2018',
  'stripe-2019',
  'aws-dynamodb-2025',
  'github-mysql-2012',
  'reddit-2016',
  'mailgun-2017',
  'wikimedia-k8s-2016',
  'twilio-2013',
  'facebook-2010',
  'gce-16007-2016',
  'azure-devops-2019',
  'circleci-2021',
];

describe('the replays', () => {
  it('are there for the incidents that have to be', () => {
    expect(AT_LEAST.filter((id) => !IDS.includes(id))).toEqual([]);
  });

  it('are there for every confirmed incident that promoted a wrong state', async () => {
    const { incidents } = await readRegistry(ROOT, '/');
    const wanted = incidents.filter(
      (each) => each.rollback_type === 'promoted_wrong_state' && each.evidence_grade === 'confirmed',
    );
    expect(wanted.length).toBeGreaterThan(20);
    expect(wanted.map(({ id }) => id).filter((id) => !IDS.includes(id))).toEqual([]);
  });

  it('come with every outcome there is, the bad ones too', async () => {
    const outcomes = await Promise.all(IDS.map(async (id) => (await readReplay(ROOT, id)).outcome));
    expect([...new Set(outcomes)].sort()).toEqual([
      'blocked_at_button',
      'blocked_before_harm',
      'caught_after',
      'not_caught',
    ]);
  });
});

/** Variations that were played, over all replays. */
let ran = 0;

describe.each(IDS)('%s', (id) => {
  let replay: Replay;
  let keys: Keys;
  let played: readonly Played[];
  beforeAll(async () => {
    replay = await readReplay(ROOT, id);
    keys = keysFor(replay.servers);
    played = await play(replay, keys);
  });

  it('gets the verdict it expects at each moment, and its outcome', () => {
    expect(troublesOf(replay, played)).toEqual([]);
    expect(played.some(({ verdict }) => verdict !== null)).toBe(true);
  });

  it('has its record beside it, under the same title and on the same day, and says what it assumes', async () => {
    const { incidents } = await readRegistry(ROOT, '/');
    const record = incidents.find((each) => each.id === id);
    expect(record?.title).toBe(replay.title);
    const days = Object.values(replay.moments).map(({ time }) => Date.parse(time));
    const day = Date.parse(record?.date ?? '');
    const isNear = (at: number): boolean => Math.abs(at - day) < 3 * 86_400_000;
    expect(days.some(isNear)).toBe(true);
    const page = readFileSync(path.join(ROOT, id, 'replay', 'assumptions.md'), 'utf8');
    for (const part of ['What the record states', 'What was filled in', 'What the judge cannot see'])
      expect(page).toMatch(new RegExp(`## ${part}\n\n- \\w`));
    expect(existsSync(path.join(ROOT, id, 'record.yaml'))).toBe(true);
  });

  it('marks the harm, and as haunted some server where there is harm', () => {
    const harmed = played.filter(({ moment }) => moment.marks === 'harm');
    expect(harmed.length).toBeGreaterThan(0);
    for (const { servers } of harmed)
      expect(servers.some(({ state }) => state === 'haunted' || state === 'silent')).toBe(true);
  });

  it('prints a document that its schema takes', () => {
    const run = runOf(replay, played);
    expect(ReplayRun.parse(JSON.parse(JSON.stringify(run)))).toEqual(run);
    expect(run.sentence.startsWith('NOT CAUGHT')).toBe(run.outcome === 'not_caught');
  });

  it('gives the same answers again', async () => {
    expect(runOf(replay, await play(replay, keysFor(replay.servers)))).toEqual(runOf(replay, played));
  });

  it('would have been allowed as it should have gone', async () => {
    expect(await tryCleanTwin(replay, keys)).toMatchObject({ troubles: [] });
  });

  it('changes its answers with the one fact that each variation changes, and no others', async () => {
    const tried = [];
    for (const variation of replay.variations) {
      expect(factsIn(variation.patch)).toEqual(1);
      tried.push(await tryVariation(replay, variation, keys));
    }
    expect(tried.length).toBe(replay.variations.length);
    ran += tried.length;
    expect(tried.filter(({ troubles }) => troubles.length > 0)).toEqual([]);
  });

  it('answers to each fact of its neighbourhood as the rules say', async () => {
    const neighbours = neighboursOf(replay, played);
    const asked = played.filter(
      ({ verdict, servers }) => verdict !== null && servers.some(({ state }) => state !== 'silent'),
    );
    // Four facts about a server at each moment that is asked about, and what fits beside them.
    expect(neighbours.length).toBeGreaterThanOrEqual(asked.length * 4);
    const tried = [];
    for (const neighbour of neighbours) tried.push(await tryNeighbour(replay, neighbour, keys));
    expect(tried.length).toBe(neighbours.length);
    ran += tried.length;
    expect(tried.filter(({ troubles }) => troubles.length > 0)).toEqual([]);
  });
});

describe('all replays together', () => {
  it('were played with hundreds of facts changed', () => {
    expect(ran).toBeGreaterThan(350);
  });
});

/** A patch changes one fact when it names one thing of one moment, one manifest or the policy. */
function factsIn(patch: unknown): number {
  const cut = (value: unknown, depth: number): unknown =>
    depth === 0 || typeof value !== 'object' || value === null || Array.isArray(value)
      ? true
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cut(inner, depth - 1)]));
  return countValues(cut(patch, 3));
}
