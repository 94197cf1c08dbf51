import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { AgentStatus } from '../../src/model/agent-status.ts';
import { testIo } from '../fixtures/test-io.ts';
import { startJournalled } from './journalled.ts';
import type { Journalled, Start } from './journalled.ts';

/** A running `haunted agent` for one service. */
export type HauntedAgent = Journalled & {
  readonly health: string;
  readonly status: () => Promise<AgentStatus>;
  /** What the HTTP door answers at this moment: its status, and the reason of a no. */
  readonly asked: () => Promise<{ readonly status: number; readonly reason: string | null }>;
};

export type AgentSetting = {
  readonly folder: string;
  readonly server: string;
  readonly cluster: string;
  readonly hostname: string;
  readonly service: Readonly<Record<string, unknown>>;
  readonly more?: Readonly<Record<string, unknown>>;
  /** Other services of the same agent. */
  readonly beside?: readonly Pick<AgentSetting, 'hostname' | 'service'>[];
};

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** `haunted agent join`, with the token on stdin. */
export async function joinWith(
  token: string,
  { folder, server, cluster, hostname }: AgentSetting,
  more: readonly string[] = [],
): Promise<Ended> {
  const { io, stdout, stderr } = testIo({ cwd: folder, now: Date.now(), stdin: token });
  const words = ['--server', server, '--cluster', cluster, '--hostname', hostname, '--state', 'state'];
  const line = ['agent', 'join', ...words, '--token-file', '-', ...more];
  const code = await runCommandLine(line, COMMANDS, '0', io);
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Starts the agent and waits until its doors are open. */
export async function startHauntedAgent(setting: AgentSetting, start: Start = {}): Promise<HauntedAgent> {
  const { folder, server, cluster, hostname, service, more = {}, beside = [] } = setting;
  mkdirSync(folder, { recursive: true });
  const config = path.join(folder, 'agent.yaml');
  const doors = { health: { port: 0 }, agent_check: { port: 0 } };
  const services = [
    { cluster, hostname, service, doors, ...more },
    ...beside.map((other) => ({ cluster, ...other })),
  ];
  const document = { schema: 'haunted.agent-config/v1', server, state: 'state', services };
  writeFileSync(config, JSON.stringify(document));
  const agent = startJournalled(['agent', '--config', config], folder, start);
  const { doors: open } = await agent.next('listening');
  const health = `http://${open?.['health'] ?? ''}`;
  return {
    ...agent,
    health,
    status: async () => AgentStatus.parse(await (await get(`${health}/status`)).json()),
    asked: async () => {
      const answer = await get(`${health}/health`);
      return { status: answer.status, reason: answer.headers.get('x-haunted-reason') };
    },
  };
}

async function get(url: string): Promise<Response> {
  return await fetch(url, { headers: { Connection: 'close' } });
}
