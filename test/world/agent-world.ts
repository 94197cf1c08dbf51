import { afterEach, beforeEach } from 'vitest';
import { startHauntedAgent } from './haunted-agent.ts';
import type { AgentSetting, HauntedAgent } from './haunted-agent.ts';
import { proverWorld, sha256 } from './prover.ts';
import { smallControlPlane } from './small-control-plane.ts';
import type { SmallControlPlane } from './small-control-plane.ts';

/** Two builds of a service, a folder, and a small control plane that accepts the first build; an agent that is started ends with its test. */
export function agentWorld() {
  const world = proverWorld();
  let control: SmallControlPlane;
  let agent: HauntedAgent | undefined;
  beforeEach(async () => {
    control = await smallControlPlane();
    control.accepts = new Set([sha256(world.a().file)]);
  });
  afterEach(async () => {
    agent?.child.kill('SIGKILL');
    await agent?.ended;
    agent = undefined;
    await control.stop();
  });
  return {
    ...world,
    control: () => control,
    startAgent: async (setting: AgentSetting): Promise<HauntedAgent> =>
      (agent = await startHauntedAgent(setting)),
  };
}
