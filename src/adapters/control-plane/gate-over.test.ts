import { gateContract } from '../../../test/contracts/gate.ts';
import { controlPlane, TOKEN } from '../../../test/world/control-plane.ts';
import type { WireAgent } from '../../../test/world/wire-agent.ts';
import { connectionTo } from './connection.ts';
import { gateOver } from './gate-over.ts';

gateContract('over HTTP', async () => {
  const world = await controlPlane();
  const agents = new Map<string, WireAgent>();
  return {
    gate: gateOver(connectionTo({ url: world.server.url, token: TOKEN, ca: null })),
    run: async ({ binary_sha256, config_sha256 = null, cluster_inventory }, hosts = cluster_inventory) => {
      for (const host of hosts) {
        const agent = agents.get(host) ?? (await world.agent(host, binary_sha256));
        agent.runs = { binary_sha256, config_sha256 };
        agents.set(host, agent);
      }
    },
    close: world.close,
  };
});
