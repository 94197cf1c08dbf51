import { expect, it } from 'vitest';
import { Fault } from '../fault.ts';
import { memoryLedger } from '../ledger/memory.ts';
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

it('tells traffic what the ledger says when it starts, before anybody has proven anything', async () => {
  const before = await controlPlane();
  const agents = await fleetOf(before, manifest);
  await adopted(before, agents, manifest);
  const [first] = agents;
  if (first !== undefined) first.runs = { ...first.runs, binary_sha256: sha('d') };
  await first?.prove();
  for (const agent of agents) agent.disconnect();
  await before.server.close();
  const after = await controlPlane({ ledger: before.ledger, members: before.members });
  try {
    await expect.poll(() => after.orders.length).toBe(1);
    expect(after.orders[0]).toMatchObject({
      give: [{ hostname: 'n2' }, { hostname: 'n3' }],
      take: [{ hostname: 'n1' }],
    });
  } finally {
    await after.close();
  }
});

it('starts on a ledger that cannot be read, and says that traffic was told nothing', async () => {
  const fault = new Fault('LEDGER_CORRUPT', 'Entry 3 of the ledger is not the one that was appended.');
  const head = async (): Promise<never> => await Promise.reject(fault);
  const world = await controlPlane({ ledger: { ...memoryLedger('tests'), head } });
  expect((await world.operator('GET', '/health')).status).toBe(503);
  expect(world.orders).toEqual([]);
  await expect(world.close()).rejects.toMatchObject({ errors: [fault] });
});
