import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gate } from '../../src/gate/gate.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { sha } from '../world/documents.ts';
import { DONE, FAILED, received, sealed, wish } from '../world/gated-cluster.ts';

/** A gate, and servers that run what the test says. */
export type GateWorld = {
  readonly gate: Gate;
  /** These servers run this manifest from now on; every one of it by default. */
  readonly run: (manifest: Manifest, hosts?: readonly string[]) => Promise<void> | void;
  readonly close: () => Promise<void>;
};

const [A, B] = [sha('a'), sha('b')];
const old = sealed({ generation: 1, binary_sha256: A });
const next = sealed({
  generation: 2,
  binary_sha256: B,
  rollback_target_manifest_sha256: old.manifest_sha256,
});

/** What every gate promises, in this process or behind HTTP. `open` gives one with an empty ledger. */
export function gateContract(name: string, open: () => Promise<GateWorld>): void {
  describe(`${name}: a gate`, () => {
    let world: GateWorld;
    const adopted = async (): Promise<void> => {
      await world.run(old);
      await world.gate.adopt(received(old), 'alice');
    };
    const deployed = async (): Promise<string> =>
      (await world.gate.begin(wish('deploy', next))).change?.change ?? 'nothing';

    beforeEach(async () => {
      world = await open();
    });
    afterEach(async () => await world.close());

    it('knows nothing at first', async () => {
      expect(await world.gate.look(null)).toEqual([]);
      expect(await world.gate.look('smars')).toEqual([]);
      await expect(world.gate.prove('smars')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(world.gate.begin(wish('deploy', next))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('adopts what runs, asks every server and says so while it waits', async () => {
      await world.run(old);
      const seen: { asking: readonly string[]; answered: string[] } = { asking: [], answered: [] };
      const settled = await world.gate.adopt(received(old), 'alice', {
        asking: (hosts) => void (seen.asking = hosts),
        answered: ({ hostname }) => void seen.answered.push(hostname),
      });
      expect(settled).toMatchObject({
        cluster: 'smars',
        verdict: { verdict: 'PROVEN' },
        in_force: old.manifest_sha256,
        quarantine: null,
        leased: ['n1', 'n2', 'n3'],
        troubles: [],
      });
      expect([seen.asking, seen.answered.sort()]).toEqual([
        ['n1', 'n2', 'n3'],
        ['n1', 'n2', 'n3'],
      ]);
    });

    it('lets a deployment through, and knows the way back when it is proven', async () => {
      await adopted();
      const change = await deployed();
      await world.run(next);
      expect(await world.gate.end('smars', change, DONE)).toMatchObject({
        event_id: change,
        verdict: { verdict: 'PROVEN', event_id: change },
        in_force: next.manifest_sha256,
        way_back: { verdict: 'ALLOW_ROLLBACK' },
        rollback_type: null,
      });
    });

    it('tells the whole state of a cluster', async () => {
      await adopted();
      const change = await deployed();
      await world.run(next, ['n1', 'n2']);
      const settled = await world.gate.end('smars', change, DONE);
      expect(settled).toMatchObject({ verdict: { verdict: 'QUARANTINE' }, released: [] });
      const [state, ...others] = await world.gate.look('smars');
      expect(others).toEqual([]);
      expect(state).toMatchObject({
        cluster: 'smars',
        in_force: next.manifest_sha256,
        change: null,
        last_change: { change, action: 'deploy', actor: 'alice', ended: { outcome: 'done' } },
        last_verdict: { verdict: 'QUARANTINE' },
        oddities: [],
      });
      expect([...(state?.quarantines ?? [])]).toMatchObject([[settled.quarantine, { unproven: ['n3'] }]]);
      expect([...(state?.nodes.keys() ?? [])].sort()).toEqual(['n1', 'n2', 'n3']);
      expect(state?.leases.get('n1')).toMatchObject({ hostname: 'n1', state: 'held' });
      expect(state?.manifests.get(old.manifest_sha256)?.proven).not.toBeNull();
      expect(state?.manifests.get(next.manifest_sha256)?.accepted).toMatchObject({ generation: 2 });
      expect((await world.gate.look(null)).map(({ cluster }) => cluster)).toEqual(['smars']);
      expect(await world.gate.look('other')).toEqual([]);
    });

    it('ends a quarantine when all are asked again and all prove it', async () => {
      await adopted();
      await world.run({ ...old, binary_sha256: B }, ['n3']);
      const lost = await world.gate.prove('smars');
      expect(lost).toMatchObject({ verdict: { verdict: 'QUARANTINE' }, leased: ['n1', 'n2'] });
      await world.run(old);
      expect(await world.gate.prove('smars')).toMatchObject({
        verdict: { verdict: 'PROVEN' },
        quarantine: null,
        released: [lost.quarantine],
      });
    });

    it('holds the second while the first is under way, and names it', async () => {
      await adopted();
      const change = await deployed();
      const second = await world.gate.begin(wish('rollback', old));
      expect(second).toMatchObject({ change: null, verdict: { verdict: 'HOLD' } });
      await expect(world.gate.prove('smars')).rejects.toMatchObject({
        code: 'CHANGE_UNDER_WAY',
        detail: { change },
      });
    });

    it('ends a change once, also by abandoning it', async () => {
      await adopted();
      const change = await deployed();
      const ended = await world.gate.end('smars', change, { ...FAILED, outcome: 'abandoned' });
      expect(ended).toMatchObject({ verdict: { verdict: 'PROVEN' }, in_force: old.manifest_sha256 });
      await expect(world.gate.end('smars', change, DONE)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('judges and writes nothing when it is only tried', async () => {
      await adopted();
      const tried = await world.gate.begin(wish('deploy', next, { dry_run: true }));
      expect(tried).toMatchObject({ change: null, verdict: { verdict: 'ALLOW_DEPLOY' } });
      expect((await world.gate.look('smars'))[0]?.manifests.has(next.manifest_sha256)).toBe(false);
    });

    it.each([
      ['no JSON', '{'],
      ['another document', { schema: 'haunted.policy/v1' }],
      ['bytes that are no text', '\ud800'],
    ])('says of %s in the place of a manifest that it cannot be read, by its name', async (_, document) => {
      const failed = world.gate.adopt(received(document), 'alice');
      await expect(failed).rejects.toMatchObject({ code: 'BAD_INPUT' });
      await expect(failed).rejects.toThrow(/^document\.json /);
    });

    it('hears nobody who is no operator', async () => {
      await expect(world.gate.hear(received({ word: 'release' }))).rejects.toMatchObject({
        code: 'BAD_INPUT',
      });
    });

    it('can be told long names in any script', async () => {
      const actor = '命 '.repeat(120).trim();
      await world.run(old);
      await world.gate.adopt(received(old), actor);
      await world.gate.begin(wish('deploy', next, { actor, reason: 'weil 😀 "so" \\' }));
      expect((await world.gate.look('smars'))[0]?.change).toMatchObject({ actor, reason: 'weil 😀 "so" \\' });
    });
  });
}
