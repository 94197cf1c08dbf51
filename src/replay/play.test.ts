import { beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../fault.ts';
import { Replay } from '../model/replay.ts';
import { mergePatch } from './merge-patch.ts';
import { decisiveStop, lastLine, stopsOf } from './outcome.ts';
import { play } from './play.ts';
import { summaryOf } from './run.ts';
import type { Keys } from './stage.ts';
import { keysFor } from './stage.ts';

/** A small incident: a deployment leaves one server behind, and a rollback by hand makes it worse. All made up. */
const SMALL = {
  schema: 'haunted.replay/v1',
  id: 'small-2024',
  title: 'A small incident',
  cluster: 'small',
  servers: ['n1', 'n2'],
  manifests: {
    old: { generation: 1, created_at: '2024-01-01T00:00:00Z', binary: 'one' },
    new: { generation: 2, created_at: '2024-01-02T00:00:00Z', binary: 'two' },
  },
  starts_with: ['old'],
  moments: {
    deploy: {
      time: '2024-01-02T01:00:00Z',
      title: 'It is deployed',
      happened: 'It is deployed.',
      ask: { gate: 'deploy', manifest: 'new', actor: 'operator', a_no_here: 'prevents' },
    },
    proof: {
      time: '2024-01-02T01:10:00Z',
      clock: '01:10',
      title: 'One is left behind',
      happened: 'One is left behind.',
      world: { servers: { n1: { runs: 'new' } } },
      ask: { gate: 'proof', actor: 'operator', a_no_here: 'prevents' },
    },
    back: {
      time: '2024-01-02T01:20:00Z',
      title: 'Back',
      happened: 'Back.',
      marks: 'button',
      ask: { gate: 'rollback', manifest: 'old', actor: 'operator', a_no_here: 'prevents' },
    },
    harm: {
      time: '2024-01-02T01:30:00Z',
      title: 'Harm',
      happened: 'Harm.',
      marks: 'harm',
      world: { all: { runs: 'old', is_haunted: true }, servers: { n2: { is_silent: true } } },
      ask: { gate: 'proof', actor: 'operator', a_no_here: 'too_late' },
    },
  },
  outcome: 'blocked_before_harm',
  clean_twin: { title: 'Clean', patch: {} },
  variations: [{ title: 'Nothing', patch: {}, expect: {} }],
};

let keys: Keys;
beforeAll(() => {
  keys = keysFor(['n1', 'n2', 'n3']);
});

function replayWith(patch: unknown): Replay {
  return Replay.parse(mergePatch(SMALL, patch));
}

async function words(patch: unknown = {}): Promise<(string | null)[]> {
  return (await play(replayWith(patch), keys)).map(({ verdict }) => verdict?.verdict ?? null);
}

async function faultOf(patch: unknown): Promise<string> {
  try {
    await play(replayWith(patch), keys);
  } catch (error) {
    if (error instanceof Fault && error.code === 'BAD_INPUT') return error.message;
    throw error;
  }
  return 'no fault';
}

describe('a replay', () => {
  it('asks the gate at each moment and goes on as the record does', async () => {
    expect(await words()).toEqual(['ALLOW_DEPLOY', 'QUARANTINE', 'ALLOW_ROLLBACK', 'QUARANTINE']);
  });

  it('goes on under a bypass where the gate said no, and the ledger knows of it', async () => {
    const patch = {
      moments: {
        back: { ask: { plan: { target_ref: 'stable' } } },
        harm: { world: { servers: { n2: { is_silent: false } } } },
      },
    };
    expect(await words(patch)).toEqual(['ALLOW_DEPLOY', 'QUARANTINE', 'BLOCK_ROLLBACK', 'PROVEN']);
  });

  it('goes on past the gate, and then the ledger knows nothing of it', async () => {
    const patch = {
      moments: {
        back: { ask: { goes_on: 'past_the_gate' } },
        harm: { world: { servers: { n2: { is_silent: false } } } },
      },
    };
    expect(await words(patch)).toEqual(['ALLOW_DEPLOY', 'QUARANTINE', 'ALLOW_ROLLBACK', 'QUARANTINE']);
  });

  it('holds the second while the first is still at it', async () => {
    const patch = { moments: { deploy: { ask: { goes_on: 'left_open' } }, proof: { ask: null } } };
    expect(await words(patch)).toEqual(['ALLOW_DEPLOY', null, 'HOLD', 'QUARANTINE']);
  });

  it('tells the gate how a change ended', async () => {
    const patch = { moments: { deploy: { ask: { ended: 'failed' } }, proof: { world: null } } };
    expect(await words(patch)).toEqual(['ALLOW_DEPLOY', 'PROVEN', 'ALLOW_ROLLBACK', 'QUARANTINE']);
  });

  it('asks nothing where nothing is asked, and of a target that nobody can name', async () => {
    const patch = {
      moments: {
        deploy: { ask: null },
        proof: { world: null, ask: null },
        back: { ask: { manifest: null } },
      },
    };
    expect(await words(patch)).toEqual([null, null, 'BLOCK_ROLLBACK', 'QUARANTINE']);
  });

  it.each<[string, unknown, RegExp]>([
    [
      'a manifest that is not there',
      { moments: { deploy: { ask: { manifest: 'lost' } } } },
      /names the manifest "lost"/,
    ],
    [
      'a server that is not there',
      { moments: { proof: { world: { servers: { n9: { runs: 'new' } } } } } },
      /the server "n9"/,
    ],
    [
      'a server that runs what is not there',
      { moments: { proof: { world: { all: { runs: 'lost' } } } } },
      /runs "lost"/,
    ],
    [
      'a moment before the one before',
      { moments: { back: { time: '2024-01-02T01:05:00Z' } } },
      /at moments.back: it comes before/,
    ],
    [
      'a target of a later generation',
      { manifests: { old: { rollback_target: 'new' } } },
      /at manifests.old: "new" is no manifest of an earlier/,
    ],
    [
      'a start that the gate refuses',
      { starts_with: ['old', 'new'], manifests: { new: { expires_at: '2024-01-02T00:00:01Z' } } },
      /starts with "new", and the gate says BLOCK_DEPLOY/,
    ],
    [
      'a start on what nobody runs',
      { starts_as: { all: { binary: 'three' } } },
      /starts with "old", and the gate says QUARANTINE/,
    ],
    [
      'a second start that is not proven',
      { starts_with: ['old', 'new'], starts_as: { all: { binary: 'one' } } },
      /starts with "new", and the gate says QUARANTINE/,
    ],
  ])('is refused for %s', async (_, patch, sentence) => {
    expect(await faultOf(patch)).toMatch(sentence);
  });
});

async function outcome(patch: unknown): Promise<string> {
  const stop = decisiveStop(stopsOf(await play(replayWith(patch), keys)));
  return lastLine(stop).split(':')[0] ?? '';
}

describe('what came of it', () => {
  it.each<[string, unknown]>([
    ['Blocked before the harm', {}],
    [
      'Blocked at the button',
      { moments: { proof: { ask: { a_no_here: 'beside' } }, back: { ask: { plan: { target_ref: 'x' } } } } },
    ],
    ['Caught after', { moments: { proof: { ask: { a_no_here: 'beside' } } } }],
    ['Caught after', { moments: { proof: { ask: { a_no_here: 'too_late' } } } }],
    ['Caught after', { moments: { proof: { is_assumed: true } } }],
    ['NOT CAUGHT', { moments: { proof: { is_assumed: true }, harm: { ask: null } } }],
    ['Blocked before the harm', { moments: { back: { marks: 'none' }, harm: { marks: 'none' } } }],
    ['Caught after', { moments: { deploy: { marks: 'harm' } } }],
  ])('%s: %j', async (expected, patch) => {
    expect(await outcome(patch)).toBe(expected);
  });

  it('is told with the moment, its time on record, and the codes', async () => {
    const replay = replayWith({});
    const summary = summaryOf(replay, await play(replay, keys));
    expect(summary).toMatchObject({
      outcome: 'blocked_before_harm',
      at: 'One is left behind',
      gate: 'proof',
      verdict: 'QUARANTINE',
      codes: ['binary_mismatch', 'not_proven', 'split_vector'],
      kill_switch: null,
    });
    expect(summary.sentence).toBe(
      'Blocked before the harm: QUARANTINE at “One is left behind” (01:10), by binary_mismatch, not_proven, split_vector.',
    );
    const missed = replayWith({ moments: { proof: { ask: null }, harm: { ask: null } } });
    expect(summaryOf(missed, await play(missed, keys))).toMatchObject({
      outcome: 'not_caught',
      at: null,
      gate: null,
      verdict: null,
      codes: [],
    });
  });
});
