import { constants } from 'node:fs';
import { copyFile, link, mkdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { Crew } from './crew.ts';
import type { Executable } from './executables.ts';
import { type Program, startProgram } from './program.ts';

/** Child orders that Power Peg may send for one parent order before the rehearsal itself stops it; two would fill the order. */
export const SAFETY_CAP = 250;

/** One of the eight: an install folder of its own and, while it runs, a process of its own. */
export type Server = {
  readonly name: string;
  readonly home: string;
  /** The name under which the executable is started: a link that a deploy turns to the newest release. */
  readonly binary: string;
  /** The releases installed here, the newest last. */
  readonly releases: string[];
  /** The file that lists the flags that arrived in messages. */
  readonly received: string;
  readonly log: string;
  readonly marketPort: number;
  program: Program | null;
};

/** The names of the eight servers. They are fictional: the record names none. */
export const SERVER_NAMES = Array.from({ length: 8 }, (_, index) => `smars-0${index + 1}`);

/** The one that the staged copies leave out. */
export const EIGHTH = 'smars-08';

/** A server with an empty install folder under `folder`. */
export async function prepareServer(folder: string, name: string, marketPort: number): Promise<Server> {
  const home = path.join(folder, 'servers', name);
  await mkdir(path.join(home, 'bin'), { recursive: true });
  await mkdir(path.join(home, 'releases'));
  return {
    name,
    home,
    binary: path.join(home, 'bin', 'smars'),
    releases: [],
    received: path.join(home, 'received.json'),
    log: path.join(folder, 'logs', `${name}.log`),
    marketPort,
    program: null,
  };
}

/** Installs an executable beside what is there and turns the link to it, as a deploy does. */
export async function install(server: Server, executable: Executable): Promise<void> {
  const release = path.join(server.home, 'releases', executable.sha256.slice(0, 12));
  await mkdir(release);
  await place(executable.path, path.join(release, 'smars'));
  server.releases.push(release);
  await turnTo(server, release);
}

/** Takes the newest release away again; the server's own earlier one comes back. Nothing is copied from anywhere else. */
export async function uninstall(server: Server): Promise<void> {
  const newest = server.releases.pop();
  const before = server.releases.at(-1);
  if (newest === undefined || before === undefined)
    throw new Error(`${server.name} has no earlier release to fall back to`);
  await turnTo(server, before);
  await rm(newest, { recursive: true });
}

/** Takes every release away. */
export async function wipe(server: Server): Promise<void> {
  for (const release of server.releases.splice(0)) await rm(release, { recursive: true });
}

/** Stops the server's process, if it runs, and starts one from the file that is installed now. */
export async function restart(
  crew: Crew,
  server: Server,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  await stop(server);
  server.program = await startProgram(crew, {
    name: server.name,
    file: server.binary,
    args: Object.entries({
      '--name': server.name,
      '--market': String(server.marketPort),
      '--received': server.received,
      '--safety-cap': String(SAFETY_CAP),
    }).flat(),
    cwd: server.home,
    log: server.log,
    env,
  });
}

/** Stops the server's process and waits until it is gone. */
export async function stop(server: Server): Promise<void> {
  await server.program?.stop();
  server.program = null;
}

/** The running process of a server that must be running by now. */
export function running(server: Server): Program {
  if (server.program === null) throw new Error(`${server.name} is not running`);
  return server.program;
}

async function turnTo(server: Server, release: string): Promise<void> {
  const fresh = `${server.binary}.new`;
  await symlink(path.join('..', 'releases', path.basename(release), 'smars'), fresh);
  await rename(fresh, server.binary);
}

// A hard link is a real file with a name of its own that costs no 127 MB; across file systems it has to be a copy.
async function place(from: string, to: string): Promise<void> {
  await link(from, to).catch(async () => await copyFile(from, to, constants.COPYFILE_FICLONE));
}
