import { expect, it } from 'vitest';
import { adopted, controlPlane, fleetOf } from '../../test/world/control-plane.ts';
import { sha } from '../../test/world/documents.ts';
import { FAILED, sealed, wish } from '../../test/world/gated-cluster.ts';

const manifest = sealed({ generation: 1, binary_sha256: sha('a') });
const next = sealed({
  generation: 2,
  binary_sha256: sha('b'),
  rollback_target_manifest_sha256: manifest.manifest_sha256,
});

it('a question that the gate carries on by itself is answered before the control plane stops', async () => {
  const world = await controlPlane();
  const agents = await fleetOf(world, manifest);
  await adopted(world, agents, manifest);
  const { change } = await world.server.gate.begin(wish('deploy', next));
  // Another gate wrote this, and died before it asked.
  const body = { cluster: 'smars', change: change?.change ?? '', ...FAILED };
  await world.ledger.append([{ kind: 'change_ended', body }], { expected: 'any', now: Date.now() });
  for (const agent of agents) agent.manner = 'only acknowledges';
  for (const agent of agents) await agent.prove();
  const asked = () =>
    agents.flatMap(({ lines }) =>
      lines.flatMap((line) =>
        line.type === 'challenge' && line.event_id === change?.change ? [line.nonce] : [],
      ),
    );
  // Before the command, and now.
  await expect.poll(() => asked().length).toBe(2 * agents.length);
  const closed = world.close();
  const challenge = { event_id: change?.change ?? '', nonce: asked().at(-1) ?? '' };
  await Promise.all(agents.map(async (agent) => await agent.prove(challenge)));
  await closed;
  const entries = await world.entries();
  expect(entries.filter(({ kind }) => kind === 'quarantine_opened')).toEqual([]);
  expect(entries.findLast(({ kind }) => kind === 'verdict')?.body).toMatchObject({
    event_id: change?.change,
    verdict: 'PROVEN',
  });
});
