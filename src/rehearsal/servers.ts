import { constants } from 'node:fs';
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
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
  /** The executable's place in the install folder. */
  readonly binary: string;
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
  return {
    name,
    home,
    binary: path.join(home, 'bin', 'smars'),
    received: path.join(home, 'received.json'),
    log: path.join(folder, 'logs', `${name}.log`),
    marketPort,
    program: null,
  };
}

/** Puts an executable in place of what is installed, as a deploy does; the file that was there is kept beside it. */
export async function install(server: Server, executable: Executable): Promise<void> {
  await rename(server.binary, `${server.binary}.before`).catch(unlessMissing);
  await place(executable.path, server.binary);
}

/** Takes the newest executable away again; what the server itself ran before comes back. Nothing is copied from elsewhere. */
export async function uninstall(server: Server): Promise<void> {
  await rename(`${server.binary}.before`, server.binary);
}

/** Stops the server's process, if it runs, and starts one from the file that is installed now. */
export async function restart(crew: Crew, server: Server): Promise<void> {
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

// A hard link is a real file of its own name that costs no 127 MB; across file systems it has to be a copy.
async function place(from: string, to: string): Promise<void> {
  const fresh = `${to}.new`;
  await rm(fresh, { force: true });
  await link(from, fresh).catch(async () => await copyFile(from, fresh, constants.COPYFILE_FICLONE));
  await rename(fresh, to);
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
