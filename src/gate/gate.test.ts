import { beforeEach, describe, expect, it } from 'vitest';
import { clusterOf, DONE, FAILED, received, sealed, wish } from '../../test/world/gated-cluster.ts';
import type { Cluster } from '../../test/world/gated-cluster.ts';
import { messageFlag, sha } from '../../test/world/documents.ts';
import { Fault } from '../fault.ts';
import type { EntryKind } from '../model/entry.ts';

const [A, B, C] = [sha('a'), sha('b'), sha('d')];
const old = sealed({ generation: 1, binary_sha256: A });
const next = sealed({
  generation: 2,
  binary_sha256: B,
  rollback_target_manifest_sha256: old.manifest_sha256,
});

let cluster: Cluster;

async function kinds(from = 0): Promise<readonly EntryKind[]> {
  return (await cluster.entries()).slice(from).map(({ kind }) => kind);
}

beforeEach(async () => {
  cluster = clusterOf();
  cluster.run(old);
  await cluster.gate.adopt(received(old), 'alice');
});

async function deployed(): Promise<string> {
  const begun = await cluster.gate.begin(wish('deploy', next));
  return begun.change?.change ?? 'nothing';
}

describe('a deployment', () => {
  it('is proven when every server runs it, and the way back is known at once', async () => {
    const before = (await cluster.entries()).length;
    const change = await deployed();
    expect(await kinds(before)).toEqual(['verdict', 'manifest_accepted', 'change_begun']);
    cluster.run(next);
    const settled = await cluster.gate.end('smars', change, DONE);
    expect(settled).toMatchObject({
      verdict: { verdict: 'PROVEN', event_id: change },
      in_force: next.manifest_sha256,
      quarantine: null,
      leased: ['n1', 'n2', 'n3'],
      rollback_type: null,
      way_back: { verdict: 'ALLOW_ROLLBACK' },
      troubles: [],
    });
    expect(cluster.pages).toEqual([]);
    expect(cluster.orders.at(-1)?.give.map(({ hostname }) => hostname)).toEqual(['n1', 'n2', 'n3']);
  });

  it('is written down before it may begin, and not when it is refused', async () => {
    cluster.run({ ...old, binary_sha256: C }, ['n3']);
    const before = (await cluster.entries()).length;
    const begun = await cluster.gate.begin(wish('deploy', next));
    expect(begun).toMatchObject({ change: null, verdict: { verdict: 'BLOCK_DEPLOY' } });
    expect(await kinds(before)).toEqual(['verdict']);
  });

  it('writes nothing when it is only tried', async () => {
    const before = (await cluster.entries()).length;
    const begun = await cluster.gate.begin(wish('deploy', next, { dry_run: true }));
    expect(begun).toMatchObject({ change: null, verdict: { verdict: 'ALLOW_DEPLOY' } });
    expect((await cluster.entries()).length).toBe(before);
  });

  it('that leaves one server behind puts the cluster into quarantine and takes it out', async () => {
    const change = await deployed();
    cluster.run(next, ['n1', 'n2']);
    const settled = await cluster.gate.end('smars', change, DONE);
    expect(settled.verdict.verdict).toBe('QUARANTINE');
    expect(settled.leased).toEqual(['n1', 'n2']);
    expect(cluster.orders.at(-1)).toMatchObject({ take: [{ hostname: 'n3' }] });
    expect(cluster.pages).toHaveLength(1);
    const [state] = await cluster.gate.look('smars');
    expect([...(state?.quarantines.values() ?? [])]).toMatchObject([{ unproven: ['n3'], event_id: change }]);
    const again = await cluster.gate.begin(wish('deploy', sealed({ generation: 3, binary_sha256: C })));
    expect(again.verdict.verdict).toBe('BLOCK_DEPLOY');
    expect(again.verdict.findings.map(({ code }) => code)).toContain('quarantined');
  });

  it('ends its quarantine when the last server proves itself, and not before all are asked', async () => {
    const change = await deployed();
    cluster.run(next, ['n1', 'n2']);
    await cluster.gate.end('smars', change, DONE);
    const still = await cluster.gate.prove('smars');
    expect([still.verdict.verdict, still.released]).toEqual(['QUARANTINE', []]);
    cluster.run(next);
    const settled = await cluster.gate.prove('smars');
    expect(settled).toMatchObject({ verdict: { verdict: 'PROVEN' }, quarantine: null });
    expect(settled.released).toHaveLength(1);
  });

  it('whose command failed before it did anything leaves the manifest before in force, proven', async () => {
    const change = await deployed();
    const settled = await cluster.gate.end('smars', change, FAILED);
    expect(settled).toMatchObject({ verdict: { verdict: 'PROVEN' }, in_force: old.manifest_sha256 });
  });

  it('whose command failed after it did everything is in force when every server proves it', async () => {
    const change = await deployed();
    cluster.run(next);
    const settled = await cluster.gate.end('smars', change, { ...FAILED, outcome: 'interrupted' });
    expect(settled).toMatchObject({ verdict: { verdict: 'PROVEN' }, in_force: next.manifest_sha256 });
  });

  it('whose command failed half-way is in quarantine until somebody shows the body', async () => {
    const change = await deployed();
    cluster.run(next, ['n1']);
    const settled = await cluster.gate.end('smars', change, FAILED);
    expect(settled).toMatchObject({ verdict: { verdict: 'QUARANTINE' }, in_force: old.manifest_sha256 });
    // The cure is free: going back to what is in force.
    const back = await cluster.gate.begin(wish('rollback', old));
    expect(back.verdict).toMatchObject({ verdict: 'ALLOW_ROLLBACK' });
    cluster.run(old);
    const cured = await cluster.gate.end('smars', back.change?.change ?? '', DONE);
    expect(cured).toMatchObject({ verdict: { verdict: 'PROVEN' }, quarantine: null, rollback_type: 'clean' });
    const refused = await cluster.gate.begin(wish('deploy', next));
    expect(refused.verdict.findings.map(({ code }) => code)).toContain('rollback_target_refused');
  });
});

describe('what nobody could find out', () => {
  it('leaves the cluster unproven, and in the ledger', async () => {
    const change = await deployed();
    cluster.run(next);
    cluster.onAsk = () => {
      throw new Fault('UNREACHABLE', 'ssh is not installed.');
    };
    const settled = await cluster.gate.end('smars', change, DONE);
    expect(settled.verdict.verdict).toBe('QUARANTINE');
    expect(settled.verdict.findings.map(({ actual }) => actual)).toContain(
      'nobody could be asked: ssh is not installed.',
    );
    cluster.onAsk = null;
    expect(await cluster.gate.prove('smars')).toMatchObject({ verdict: { verdict: 'PROVEN' } });
  });

  it('opens the quarantine in whatever words it is told', async () => {
    const change = await deployed();
    cluster.servers.clear();
    cluster.silence = `ended by\nSIGINT \u0007${'\u{1f47b}'.repeat(3_000)}`;
    const settled = await cluster.gate.end('smars', change, DONE);
    expect(settled).toMatchObject({ verdict: { verdict: 'QUARANTINE' }, quarantine: expect.any(String) });
    expect(cluster.pages).toHaveLength(1);
  });

  it('holds the next deployment when the gate died before it could ask', async () => {
    const change = await deployed();
    cluster.run(next);
    const body = { cluster: 'smars', change, ...DONE };
    await cluster.ledger.append([{ kind: 'change_ended', body }], {
      expected: 'any',
      now: cluster.clock.now,
    });
    const third = sealed({
      generation: 3,
      binary_sha256: C,
      rollback_target_manifest_sha256: old.manifest_sha256,
    });
    const held = await cluster.gate.begin(wish('deploy', third));
    expect(held.verdict.verdict).toBe('HOLD');
    expect(held.verdict.findings[0]?.sentence).toContain('haunted resume');
    await cluster.gate.prove('smars');
    expect((await cluster.gate.begin(wish('deploy', third))).verdict.verdict).toBe('ALLOW_DEPLOY');
  });
});

describe('two at once', () => {
  it('hold the second while the first is under way', async () => {
    await deployed();
    const second = await cluster.gate.begin(wish('rollback', old));
    expect(second).toMatchObject({ change: null, verdict: { verdict: 'HOLD' } });
    await expect(cluster.gate.prove('smars')).rejects.toMatchObject({ code: 'CHANGE_UNDER_WAY' });
    await expect(cluster.gate.adopt(received(old), 'bob')).rejects.toMatchObject({
      code: 'CHANGE_UNDER_WAY',
    });
  });

  it('let exactly one through when both press in the same moment', async () => {
    const both = await Promise.all([
      cluster.gate.begin(wish('deploy', next)),
      cluster.gate.begin(wish('deploy', next, { actor: 'bob' })),
    ]);
    const words = both.map(({ verdict }) => verdict.verdict).sort();
    expect(words).toEqual(['ALLOW_DEPLOY', 'HOLD']);
    expect(both.filter(({ change }) => change !== null)).toHaveLength(1);
    expect((await kinds()).filter((kind) => kind === 'change_begun')).toHaveLength(1);
  });

  it('end a change once', async () => {
    const change = await deployed();
    cluster.run(next);
    const ends = await Promise.allSettled([
      cluster.gate.end('smars', change, DONE),
      cluster.gate.end('smars', change, { ...FAILED, outcome: 'abandoned' }),
    ]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await kinds()).filter((kind) => kind === 'change_ended')).toHaveLength(1);
  });

  it('judge again what moved while it was judged', async () => {
    let turns = 0;
    cluster.onAsk = async () => {
      cluster.onAsk = null;
      turns += 1;
      await cluster.gate.prove('smars');
    };
    const moved: string[] = [];
    const begun = await cluster.gate.begin(wish('deploy', next), { moved: (said) => moved.push(said) });
    expect([turns, begun.change === null, moved.length]).toEqual([1, false, 1]);
  });
});

describe('the rollback button', () => {
  it('takes a reason of the greatest length', async () => {
    const change = await deployed();
    cluster.run(next);
    await cluster.gate.end('smars', change, DONE);
    const begun = await cluster.gate.begin({ ...wish('rollback', old), reason: 'x'.repeat(4_096) });
    expect(begun.change).not.toBeNull();
  });

  it.each([
    ['of all servers just now', ['n1', 'n2', 'n3'], 0, 0],
    ['of all servers as long ago as a lease lasts', ['n1', 'n2', 'n3'], 30_000, 0],
    ['of all servers longer ago', ['n1', 'n2', 'n3'], 30_001, 1],
    ['not of all', ['n1', 'n2'], 0, 1],
  ])('asks nobody when proofs came %s', async (_, hosts, laterMs, asked) => {
    const change = await deployed();
    cluster.run(next);
    await cluster.gate.end('smars', change, DONE);
    for (const host of hosts) await cluster.gate.receive('smars', cluster.shows(host));
    cluster.clock.now += laterMs;
    let asks = 0;
    cluster.onAsk = () => void (asks += 1);
    const begun = await cluster.gate.begin(wish('rollback', old));
    expect([begun.verdict.verdict, asks]).toEqual(['ALLOW_ROLLBACK', asked]);
  });
});

describe('Knight’s rollback', () => {
  const rlp = messageFlag('rlp', { meaning: 'm:rlp' });
  const peg = messageFlag('rlp', { meaning: 'm:power_peg' });
  const before = sealed({
    generation: 1,
    binary_sha256: A,
    flag_ownership_table: [{ ...peg, state: 'dormant' }],
  });
  const after = sealed({
    generation: 2,
    binary_sha256: B,
    bound_flags: ['rlp'],
    flag_ownership_table: [rlp],
    rollback_target_manifest_sha256: before.manifest_sha256,
  });

  it('is blocked at the button, whoever asks, and by name', async () => {
    const smars = clusterOf();
    smars.run(before);
    await smars.gate.adopt(received(before), 'alice');
    const blocked = await smars.gate.begin(wish('deploy', after));
    expect(blocked.verdict.verdict).toBe('BLOCK_DEPLOY');
    const codes = blocked.verdict.findings.map(({ code }) => code);
    expect(codes).toContain('flag_reused');
    expect(blocked.verdict.rollback?.rollback_would_corrupt_cluster).toBe(true);
  });
});
