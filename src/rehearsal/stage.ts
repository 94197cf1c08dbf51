import path from 'node:path';
import process from 'node:process';
import type { Crew } from './crew.ts';
import type { Executable } from './executables.ts';
import { type Flow, putInTraffic, sendOrders } from './flow.ts';
import { type Program, startProgram } from './program.ts';
import { programPath } from './program-text.ts';
import {
  install,
  prepareServer,
  restart,
  SERVER_NAMES,
  type Server,
  stop,
  uninstall,
  wipe,
} from './servers.ts';
import type { Timeline } from './timeline.ts';

/** Everything an act plays with. */
export type Stage = {
  readonly crew: Crew;
  readonly folder: string;
  readonly old: Executable;
  readonly rlp: Executable;
  readonly gateway: Program;
  readonly market: Program;
  readonly servers: readonly Server[];
  readonly timeline: Timeline;
};

/** The one flag of the story: retired Power Peg in the old executable, RLP in the new one. */
export const FLAG = 'power_peg';

/** The staged copies: how many servers have the new file at the end of a day. The days in between are our story. */
export const STAGES = [
  { day: '27 Jul', servers: ['smars-01', 'smars-02'] },
  { day: '30 Jul', servers: ['smars-03', 'smars-04', 'smars-05'] },
  { day: '31 Jul', servers: ['smars-06', 'smars-07'] },
] as const;

/** Starts the market and the gateway, and lays out eight install folders; no server runs yet. */
export async function setStage(
  props: Pick<Stage, 'crew' | 'folder' | 'old' | 'rlp' | 'timeline'>,
): Promise<Stage> {
  const [market, gateway] = await Promise.all([startHelper(props, 'market'), startHelper(props, 'gateway')]);
  const servers = await Promise.all(
    SERVER_NAMES.map(async (name) => await prepareServer(props.folder, name, market.port)),
  );
  return { ...props, market, gateway, servers };
}

/** Installs the old executable on all eight, restarts them and gives them traffic: how every act begins. */
export async function startAllOld(stage: Stage): Promise<void> {
  await putInTraffic(stage.gateway, []);
  await Promise.all(
    stage.servers.map(async (server) => {
      await stop(server);
      await wipe(server);
      await install(server, stage.old);
      await restart(stage.crew, server);
    }),
  );
  await putInTraffic(stage.gateway, stage.servers);
}

/** Copies the new file to some servers, one after the other: out of traffic, new file, new process, back into traffic. */
export async function copyNewTo(stage: Stage, names: readonly string[]): Promise<void> {
  const chosen = stage.servers.filter((server) => names.includes(server.name));
  await putInTraffic(
    stage.gateway,
    stage.servers.filter((server) => !chosen.includes(server)),
  );
  for (const server of chosen) {
    await install(server, stage.rlp);
    await restart(stage.crew, server);
  }
  await putInTraffic(stage.gateway, stage.servers);
}

/** Uninstalls the new file from some servers and restarts them. Each falls back to its own earlier file. */
export async function uninstallFrom(stage: Stage, names: readonly string[]): Promise<void> {
  await putInTraffic(
    stage.gateway,
    stage.servers.filter((server) => !names.includes(server.name)),
  );
  for (const server of stage.servers.filter(({ name }) => names.includes(name))) {
    await uninstall(server);
    await restart(stage.crew, server);
  }
  await putInTraffic(stage.gateway, stage.servers);
}

/** Sends orders of the usual kind, or orders that carry the flag, and counts what comes of them. */
export async function send(stage: Stage, orders: number, kind: 'usual' | 'flagged'): Promise<Flow> {
  return await sendOrders(stage, orders, kind === 'flagged' ? [FLAG] : []);
}

async function startHelper({ crew, folder }: Pick<Stage, 'crew' | 'folder'>, name: string): Promise<Program> {
  return await startProgram(crew, {
    name,
    file: process.execPath,
    args: [programPath(`${name}.cjs`), '--folder', folder],
    cwd: folder,
    log: path.join(folder, 'logs', `${name}.log`),
  });
}
