import { serveHaproxyAgent } from '../../src/agent/traffic/haproxy-agent.ts';
import type { Door } from '../../src/agent/traffic/haproxy-agent.ts';
import { serveReadiness } from '../../src/agent/traffic/readiness-http.ts';
import { countingServer } from './counting-server.ts';
import type { CountingServer } from './counting-server.ts';
import { readinessSwitch } from './readiness-switch.ts';
import type { ReadinessSwitch } from './readiness-switch.ts';

/** The ports that packaging/haproxy/haunted.cfg names. */
const SERVICE_PORTS = [8080, 9000];
export const AGENT_PORT = 19_081;
export const HEALTH_PORT = 19_181;

/** One server of the cluster: the service, and the doors of its agent. */
export type TrafficNode = {
  readonly service: CountingServer;
  readonly address: string;
  readonly readiness: ReadinessSwitch;
  /** The agent dies: both doors close. */
  readonly killAgent: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export async function trafficNode(name: string, address: string): Promise<TrafficNode> {
  const readiness = readinessSwitch();
  const service = await countingServer(name, address, SERVICE_PORTS);
  let doors: readonly Door[] = [
    await serveHaproxyAgent({ source: readiness, host: address, port: AGENT_PORT }),
    await serveReadiness({ source: readiness, host: address, port: HEALTH_PORT }),
  ];
  const killAgent = async (): Promise<void> => {
    const open = doors;
    doors = [];
    await Promise.all(open.map(async (door) => await door.close()));
  };
  return {
    service,
    address,
    readiness,
    killAgent,
    close: async () => {
      await Promise.all([killAgent(), service.close()]);
    },
  };
}
