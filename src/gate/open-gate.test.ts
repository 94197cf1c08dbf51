import { gateContract } from '../../test/contracts/gate.ts';
import { clusterOf } from '../../test/world/gated-cluster.ts';

gateContract('in this process', async () => {
  const cluster = clusterOf();
  return { gate: cluster.gate, run: cluster.run, close: async () => undefined };
});
