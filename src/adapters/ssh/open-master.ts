import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rename, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import process from 'node:process';
import { Fault } from '../../fault.ts';
import type { SshSettings } from '../../model/config.ts';
import type { HostTarget } from './host-target.ts';
import { helloPacket, terminatePacket } from './mux-packets.ts';
import { masterWords } from './ssh-words.ts';

export type MasterResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly stderr: string; readonly isAborted: boolean };

const STDERR_BYTES = 16_384;
const GRACE_MS = 1_000;

/**
 * Opens a connection to a host and leaves it at `socket`, in the background, for `persist_s` seconds after its last use. It is
 * made under a name of its own and renamed when it works, so two runs that open the same one do not disturb each other.
 * Throws UNSUPPORTED when there is no ssh on this machine.
 */
export async function openMaster(
  target: HostTarget,
  settings: SshSettings,
  {
    socket,
    persist_s,
    signal,
  }: { readonly socket: string; readonly persist_s: number; readonly signal: AbortSignal },
): Promise<MasterResult> {
  const fresh = `${socket}.${randomBytes(4).toString('hex')}`;
  const { status, stderr } = await runSsh(
    masterWords(target, settings, { socket: fresh, persist_s }),
    signal,
  );
  if (status !== 0 || signal.aborted) {
    await closeMaster(fresh);
    return { ok: false, stderr, isAborted: signal.aborted };
  }
  try {
    await rename(fresh, socket);
    return { ok: true };
  } catch {
    await closeMaster(fresh);
    return { ok: false, stderr: 'it connected, but shares its connection with nobody', isAborted: false };
  }
}

async function runSsh(
  words: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly status: number | null; readonly stderr: string }> {
  return await new Promise((resolve, reject) => {
    // A group of its own: a Ctrl-C on the terminal is ours to pass on, and a ProxyCommand ends with its ssh.
    const child = spawn('ssh', [...words], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    let stderr = Buffer.alloc(0);
    child.stderr.on('data', (piece: Buffer) => {
      stderr = Buffer.concat([stderr, piece]).subarray(-STDERR_BYTES);
    });
    let grace: NodeJS.Timeout | undefined;
    let wait: NodeJS.Timeout | undefined;
    const end = (): void => {
      endGroup(child.pid, 'SIGTERM');
      grace = setTimeout(() => endGroup(child.pid, 'SIGKILL'), GRACE_MS);
    };
    signal.addEventListener('abort', end, { once: true });
    child.once('error', (error) => {
      signal.removeEventListener('abort', end);
      reject(
        new Fault(
          'UNSUPPORTED',
          'The command ssh could not be started; install the OpenSSH client, 7.6 or newer.',
          {},
          error,
        ),
      );
    });
    const settle = (status: number | null): void => {
      clearTimeout(grace);
      clearTimeout(wait);
      signal.removeEventListener('abort', end);
      child.stderr.destroy();
      resolve({ status, stderr: stderr.toString('utf8') });
    };
    child.once('exit', (status) => {
      if (status === 0) return settle(status);
      // Its last words may still be on the way. Not for ever: a ProxyCommand may hold stderr open.
      child.once('close', () => settle(status));
      wait = setTimeout(() => settle(status), GRACE_MS);
      return undefined;
    });
    if (signal.aborted) end();
  });
}

function endGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended by itself.
  }
}

/** Ends a shared connection and removes its socket. Never throws: one that is gone already is what was wanted. */
export async function closeMaster(socket: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const line = connect(socket);
    line.setTimeout(GRACE_MS, () => line.destroy());
    line.on('error', () => undefined);
    line.on('close', () => resolve());
    line.resume();
    line.write(Buffer.concat([helloPacket(), terminatePacket()]));
  });
  try {
    await unlink(socket);
  } catch {
    // ssh removes its socket itself, unless we gave it another name.
  }
}
