import { closeSync, constants, openSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { isGone } from '../adapters/proc/errno.ts';
import { sha256OfFd } from '../adapters/proc/hash-file.ts';
import { readBootId } from '../adapters/proc/kernel-clock.ts';
import { resolveBelow } from '../adapters/proc/kernel-path.ts';
import { readStat } from '../adapters/proc/process-stat.ts';
import { readTree, treeDigest } from '../adapters/proc/release-tree.ts';
import { cannotRead } from '../adapters/proc/rights.ts';
import { checkLinksStayInside } from '../adapters/proc/tree-of-process.ts';
import { Fault } from '../fault.ts';
import type { GuardedProcess } from '../guard/guard.ts';
import type { ArtifactSource } from '../guard/load.ts';
import { Sha256 } from '../model/text.ts';

/** This process and the digest of what it runs, taken as `haunted prove` takes it. Faults: NOT_FOUND, NO_PERMISSION, BAD_INPUT. */
export function thisProcess(artifact: ArtifactSource): GuardedProcess {
  const { pid } = process;
  return {
    pid,
    startTicks: readStat(pid)?.startTicks ?? null,
    bootId: bootIdIfThere(),
    ...digested(artifact),
  };
}

function digested(artifact: ArtifactSource): Pick<GuardedProcess, 'binarySha256' | 'method'> {
  if (artifact === 'executable') return { binarySha256: ownExecutable(), method: 'proc_exe' };
  if ('tree' in artifact)
    return { binarySha256: ownTree(artifact.tree, artifact.skip ?? []), method: 'tree_digest' };
  if ('file' in artifact) return { binarySha256: digestOf(artifact.file), method: 'file_digest' };
  if (Sha256.safeParse(artifact.sha256).success)
    return { binarySha256: artifact.sha256, method: 'self_report' };
  throw new Fault('BAD_USAGE', 'artifact.sha256 is not a sha256 of 64 lower-case hex characters.');
}

function ownExecutable(): string {
  try {
    // The kernel's own link: the file may have been replaced under its name.
    return digestOf('/proc/self/exe');
  } catch (error) {
    if (error instanceof Fault && error.code === 'NOT_FOUND') return digestOf(process.execPath);
    throw error;
  }
}

function ownTree(folder: string, skipped: readonly string[]): string {
  const resolved = resolveBelow('', Buffer.from(path.resolve(folder)).toString('latin1'));
  if (resolved === null)
    throw new Fault('NOT_FOUND', `There is no folder ${folder}; check artifact.tree.`, { folder });
  const { entries } = readTree(resolved.inside, skipped);
  const interpreter = Buffer.from(process.execPath).toString('latin1');
  checkLinksStayInside(entries, { root: '', folder: resolved.inside, interpreter });
  return treeDigest(entries);
}

function digestOf(file: string): string {
  const fd = openRegular(file);
  try {
    return sha256OfFd(fd);
  } catch (error) {
    throw cannotRead(file, error);
  } finally {
    closeSync(fd);
  }
}

function openRegular(file: string): number {
  try {
    // A pipe of that name must not make us wait for a writer.
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (!isGone(error)) throw cannotRead(file, error);
    throw new Fault('NOT_FOUND', `There is no file ${file}; check \`artifact\`.`, { file }, error);
  }
}

function bootIdIfThere(): string | null {
  try {
    return readBootId();
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
