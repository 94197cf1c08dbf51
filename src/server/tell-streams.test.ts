import { expect, it } from 'vitest';
import { adopted, controlPlane, fleetOf } from '../../test/world/control-plane.ts';
import { sha } from '../../test/world/documents.ts';
import { sealed } from '../../test/world/gated-cluster.ts';

const manifest = sealed({ generation: 1, binary_sha256: sha('a') });

it('tells each agent at once that its lease ended, while the program of the balancer hangs', async () => {
  let isSlow = false;
  const balancer = Promise.withResolvers<null>();
  const world = await controlPlane({ order: async () => (isSlow ? await balancer.promise : null) });
  try {
    const agents = await fleetOf(world, manifest);
    await adopted(world, agents, manifest);
    isSlow = true;
    const before = world.orders.length;
    for (const agent of agents.slice(0, 2)) {
      agent.runs = { ...agent.runs, binary_sha256: sha('d') };
      await agent.prove();
      await expect.poll(() => agent.lines.filter(({ type }) => type === 'lease_ended').length).toBe(1);
    }
    expect(world.orders.length - before).toBe(1);
  } finally {
    balancer.resolve(null);
    await world.close();
  }
});
