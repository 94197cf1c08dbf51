import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Manifest } from '../model/manifest.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Executable } from './executables.ts';
import { gatewayFlags, newFlags, oldFlags } from './flag-files.ts';
import { type Haunted, KEYRING } from './haunted.ts';
import { SERVER_NAMES } from './servers.ts';
import { sideBySide } from './side-by-side.ts';
import { FLAG, type Stage } from './stage.ts';

/** The cluster's name; fictional as the servers' names are. SMARS is what the record calls the router. */
export const CLUSTER = 'smars';

/** The documents that the gates read, as paths in the folder of the rehearsal. */
export const DOCUMENTS = {
  old: 'manifests/smars-old.json',
  rlp: 'manifests/smars-rlp.json',
  uninstall: 'plans/uninstall.json',
  gateway: 'manifests/order-gateway.json',
} as const;

/** Makes a key for the builder and one for each server; their public halves go into one keyring. */
export async function makeKeys(folder: string, haunted: Haunted): Promise<void> {
  await mkdir(path.join(folder, 'private-keys'), { mode: 0o700 });
  await sideBySide(['builder', ...SERVER_NAMES], async (name) => {
    const role = name === 'builder' ? 'builder' : 'node';
    const files = { '--out': keyFile(name), '--keyring': KEYRING };
    await haunted.must(['keys', 'new', '--role', role, '--name', name, ...Object.entries(files).flat()]);
  });
}

/** Writes the manifests of both executables, signed by the builder, and the plan of the uninstall. Answers with the new one. */
export async function writeManifests(stage: Stage, haunted: Haunted): Promise<Manifest> {
  const { folder } = stage;
  await writeFile(path.join(folder, 'flags', 'smars-old.yaml'), oldFlags());
  await writeFile(path.join(folder, 'flags', 'smars-rlp.yaml'), newFlags());
  const old = await writeManifest(stage, haunted, { name: 'smars-old', executable: stage.old, more: [] });
  await writePlan(folder, old.manifest_sha256);
  return await writeManifest(stage, haunted, {
    name: 'smars-rlp',
    executable: stage.rlp,
    more: ['--previous', DOCUMENTS.old, '--plan', DOCUMENTS.uninstall],
  });
}

/** Writes the manifest of the gateway, which means by its flag what the new executable means by it. */
export async function writeGatewayManifest(stage: Stage, haunted: Haunted, program: string): Promise<void> {
  const rlp = await readManifest(stage.folder, 'smars-rlp');
  const meaning = rlp.flag_ownership_table.find(({ flag }) => flag === FLAG)?.meaning ?? '';
  await writeFile(path.join(stage.folder, 'flags', 'order-gateway.yaml'), gatewayFlags(meaning));
  await writeManifest(stage, haunted, {
    name: 'order-gateway',
    executable: { path: program },
    cluster: 'order-gateway',
    inventory: 'order-gateway',
    more: [],
  });
}

/** Where the private key of a holder lies while the rehearsal runs. */
export function keyFile(holder: string): string {
  return `private-keys/${holder}.json`;
}

async function writeManifest(
  { folder }: Stage,
  haunted: Haunted,
  of: {
    readonly name: string;
    readonly executable: Pick<Executable, 'path'>;
    readonly more: readonly string[];
    readonly cluster?: string;
    readonly inventory?: string;
  },
): Promise<Manifest> {
  const bare = `manifests/${of.name}.unsigned.json`;
  const words = {
    '--deployment-id': of.name,
    '--cluster': of.cluster ?? CLUSTER,
    '--binary': path.relative(folder, of.executable.path),
    '--inventory': of.inventory ?? SERVER_NAMES.join(','),
    '--flags': `flags/${of.name}.yaml`,
    '--keyring': KEYRING,
    '--out': bare,
  };
  await haunted.must(['manifest', 'create', ...Object.entries(words).flat(), ...of.more]);
  const signing = ['--key', keyFile('builder'), '--out', `manifests/${of.name}.json`];
  await haunted.must(['manifest', 'sign', bare, ...signing]);
  return await readManifest(folder, of.name);
}

async function readManifest(folder: string, name: string): Promise<Manifest> {
  const bare = path.join(folder, `manifests/${name}.unsigned.json`);
  return Manifest.parse(JSON.parse(await readFile(bare, 'utf8')));
}

async function writePlan(folder: string, target: string): Promise<void> {
  const plan: RollbackPlan = {
    schema: 'haunted.rollback-plan/v1',
    cluster: CLUSTER,
    mechanism: 'uninstall_latest',
    scope: ['binary'],
    target_manifest_sha256: target,
    target_ref: null,
    source_node: null,
    withdraw_flags: [],
    actor: 'operator',
  };
  await writeFile(path.join(folder, DOCUMENTS.uninstall), `${JSON.stringify(plan, null, 2)}\n`);
}
