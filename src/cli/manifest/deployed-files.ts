import path from 'node:path';
import { Fault } from '../../fault.ts';
import type { Artifact } from '../../model/manifest.ts';
import { Name } from '../../model/text.ts';
import { type ConfigEntry, configDigest } from '../../seal/config-digest.ts';
import { type Digested, digestOfWord } from './digest-word.ts';

/** The binary every server must run, and everything that is deployed with it, by digest. */
export type Deployed = { readonly binarySha256: string; readonly artifacts: readonly Artifact[] };

/**
 * What `--binary FILE|FOLDER|SHA` and `--artifact NAME=KIND:FILE|FOLDER|SHA` name. The binary is among the artifacts: under its
 * own name when no artifact has its digest. Throws BAD_USAGE, and what digesting throws.
 */
export function readDeployed(binary: string, artifacts: readonly string[], folder: string): Deployed {
  const digested = digestOfWord(binary, folder, 'binary');
  const named = artifacts.map((word) => artifactOf(word, folder));
  const twice = named.find((artifact, at) => named.findIndex((other) => other.name === artifact.name) !== at);
  if (twice !== undefined)
    throw new Fault(
      'BAD_USAGE',
      `--artifact names ${JSON.stringify(twice.name)} twice: give each its own name.`,
    );
  if (named.some((artifact) => artifact.sha256 === digested.sha256))
    return { binarySha256: digested.sha256, artifacts: named };
  if (digested.from !== null)
    return { binarySha256: digested.sha256, artifacts: [binaryArtifact(digested, digested.from), ...named] };
  if (named.length === 0) return { binarySha256: digested.sha256, artifacts: [] };
  throw new Fault(
    'BAD_USAGE',
    `No --artifact has the binary’s digest: add one, such as --artifact NAME=oci_image:${digested.sha256}.`,
  );
}

function binaryArtifact({ sha256 }: Digested, { kind, name }: NonNullable<Digested['from']>): Artifact {
  return { name, kind: kind === 'file' ? 'executable' : 'tree', sha256, path: null };
}

function artifactOf(word: string, folder: string): Artifact {
  const parts = /^([^=]+)=(executable|oci_image|tree):(.+)$/s.exec(word);
  const [, name = '', kind, what = ''] = parts ?? [];
  if ((kind !== 'executable' && kind !== 'oci_image' && kind !== 'tree') || !Name.safeParse(name).success) {
    const form = 'write NAME=KIND:FILE or NAME=KIND:SHA, where KIND is executable, oci_image or tree';
    throw new Fault('BAD_USAGE', `--artifact ${JSON.stringify(word)} is not understood: ${form}.`);
  }
  const { sha256, from } = digestOfWord(what, folder, `artifact ${name}`);
  if (from !== null && (from.kind === 'folder') !== (kind === 'tree')) {
    const hint = from.kind === 'folder' ? 'a folder is a tree' : 'a tree is a folder, and this is a file';
    throw new Fault('BAD_USAGE', `--artifact ${JSON.stringify(word)} has the wrong kind: ${hint}.`);
  }
  if (from !== null && kind === 'oci_image')
    throw new Fault(
      'BAD_USAGE',
      `--artifact ${JSON.stringify(word)} names a file: an OCI image is known by the digest of its manifest in the registry; give that.`,
    );
  return { name, kind, sha256, path: null };
}

/**
 * The digest of the config that `--config FILE` or `--config PATH=FILE` name, or `--config-sha256` gives; null when neither is
 * given and configs are not compared. PATH is where the file lies on the nodes: with several files it is part of the digest.
 */
export function readConfigDigest(
  files: readonly string[],
  typed: string | undefined,
  folder: string,
): string | null {
  if (typed !== undefined && files.length > 0)
    throw new Fault(
      'BAD_USAGE',
      '--config and --config-sha256 say the same thing twice: give one of the two.',
    );
  if (typed !== undefined) {
    const { sha256, from } = digestOfWord(typed, folder, 'config');
    if (from === null) return sha256;
    throw new Fault('BAD_USAGE', '--config-sha256 takes a digest; for a file use --config.');
  }
  return configDigest(files.map((word) => configEntry(word, folder, files.length > 1)));
}

function configEntry(word: string, folder: string, needsPath: boolean): ConfigEntry {
  const [, onNode = word, file = word] = /^(\/[^=]*)=(.+)$/s.exec(word) ?? [];
  if (needsPath && !path.isAbsolute(onNode)) {
    const form = `say where each lies on the nodes, such as --config /etc/app/${path.basename(word)}=${word}`;
    throw new Fault('BAD_USAGE', `With several config files ${form}.`);
  }
  const { sha256, from } = digestOfWord(file, folder, 'config file');
  if (from?.kind === 'file') return { path: onNode, sha256 };
  throw new Fault(
    'BAD_USAGE',
    `--config ${JSON.stringify(word)} names no file; for a digest use --config-sha256.`,
  );
}
