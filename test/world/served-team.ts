import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { AgentStatus } from '../../src/model/agent-status.ts';
import { startJournalled } from './journalled.ts';
import type { Journalled } from './journalled.ts';
import { NODES, team } from './pressed.ts';
import type { Team } from './pressed.ts';

/** The team of pressed.ts with a control plane, and one agent that answers for its three servers. Everything is a real process. */
export type ServedTeam = Omit<Team, 'haunted'> & {
  readonly url: () => string;
  /** Runs a command of an operator against the control plane. */
  readonly operator: (...words: string[]) => ReturnType<Team['haunted']>;
  readonly haunted: (...words: string[]) => ReturnType<Team['haunted']>;
  readonly serve: () => Promise<Journalled>;
  /** The control plane and the agent that run now. */
  readonly server: () => Journalled;
  readonly agent: () => Journalled;
  /** Starts the agent, once its servers have joined. */
  readonly startAgent: () => Promise<void>;
  /** Starts the control plane, lets all three servers join, and starts the agent. */
  readonly startAll: () => Promise<void>;
  /** A token for one server, in a file. */
  readonly token: (node: string) => Promise<string>;
  readonly join: (node: string, tokenFile: string) => ReturnType<Team['haunted']>;
  /** What the HTTP door says of one server: its status, and why not; 0 when nobody answers. */
  readonly asked: (node: string) => Promise<{ readonly status: number; readonly reason: string | null }>;
  readonly status: (node: string) => Promise<AgentStatus>;
};

export async function servedTeam(leaseS: number): Promise<ServedTeam> {
  const base = await team();
  const { folder } = base;
  writeFileSync(
    path.join(folder, 'haunted.yaml'),
    `cluster: smars\nkeyring: keyring.json\nledger: ledger.db\ntraffic: {lease_s: ${leaseS}}\n`,
  );
  let url = 'http://127.0.0.1:0';
  let server: Journalled | undefined;
  let agent: Journalled | undefined;
  let doors: Readonly<Record<string, string>> = {};
  const haunted = async (...words: string[]) => await base.haunted(words);
  const operator = async (...words: string[]) => {
    const end = words.includes('--') ? words.indexOf('--') : words.length;
    const where = ['--server', url, '--token-file', 'serve/operators.token'];
    return await haunted(...words.slice(0, end), ...where, ...words.slice(end));
  };
  const get = async (node: string, what: string): Promise<Response> =>
    await fetch(`http://${doors[node] ?? ''}${what}`, { headers: { Connection: 'close' } });
  const world: ServedTeam = {
    ...base,
    haunted,
    operator,
    url: () => url,
    serve: async () => {
      server = startJournalled(
        // A busy machine must not decide what is proven.
        ['serve', '--listen', new URL(url).host, '--challenge-timeout', '60'],
        folder,
      );
      ({ url = '' } = await server.next('listening'));
      return server;
    },
    server: () => running(server),
    agent: () => running(agent),
    startAgent: async () => {
      const services = NODES.map((node) => ({
        cluster: 'smars',
        hostname: node,
        service: { pid_file: `${node}/pid` },
        doors: { health: { port: 0 } },
      }));
      const config = { schema: 'haunted.agent-config/v1', server: url, state: 'agent', services };
      writeFileSync(path.join(folder, 'agent.yaml'), JSON.stringify(config));
      agent = startJournalled(['agent', '--config', 'agent.yaml'], folder);
      const opened = [];
      for (const node of NODES) opened.push([node, (await agent.next('listening')).doors?.['health'] ?? '']);
      doors = Object.fromEntries(opened) as Record<string, string>;
    },
    startAll: async () => {
      await world.serve();
      for (const node of NODES) {
        const { code, err } = await world.join(node, await world.token(node));
        if (code !== 0) throw new Error(err);
      }
      await world.startAgent();
    },
    token: async (node) => {
      const { code, out, err } = await operator('agent', 'token', '--cluster', 'smars', '--hostname', node);
      if (code !== 0) throw new Error(err);
      const file = `${node}.token`;
      writeFileSync(path.join(folder, file), out, { mode: 0o600 });
      return file;
    },
    join: async (node, tokenFile) =>
      await haunted(
        'agent',
        'join',
        '--server',
        url,
        '--token-file',
        tokenFile,
        '--cluster',
        'smars',
        '--hostname',
        node,
        '--state',
        'agent',
      ),
    asked: async (node) => {
      try {
        const answer = await get(node, '/health');
        return { status: answer.status, reason: answer.headers.get('x-haunted-reason') };
      } catch {
        return { status: 0, reason: null };
      }
    },
    status: async (node) => AgentStatus.parse(await (await get(node, '/status')).json()),
    close: () => {
      for (const each of [agent, server]) each?.child.kill('SIGKILL');
      base.close();
    },
  };
  return world;
}

function running(one: Journalled | undefined): Journalled {
  if (one === undefined) throw new Error('it was not started');
  return one;
}
