import path from 'node:path';
import { hostsOfGroup, type InventoryHost } from '../../adapters/ansible/inventory.ts';
import { parseIniInventory } from '../../adapters/ansible/ini-inventory.ts';
import { readYamlInventory } from '../../adapters/ansible/yaml-inventory.ts';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { hostTarget, type HostTarget } from '../../adapters/ssh/host-target.ts';
import { parseYaml } from '../../adapters/yaml/parse.ts';
import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import { quoted } from '../../model/quoted.ts';
import type { LoadedConfig } from '../config.ts';

/** Which servers were asked for on the command line. */
export type TargetWords = {
  readonly hosts: readonly string[];
  /** An absolute path. */
  readonly inventory: string | null;
  readonly group: string | null;
};

const MAX_BYTES = 32 * 1024 * 1024;

/**
 * The servers to ask, each once, in the order they are written: those of --host, else of --inventory, else of haunted.yaml. Null when
 * nobody names any. An Ansible inventory also says how to reach a server that is named elsewhere; `inventory.addresses` beats
 * it. Faults: BAD_INPUT naming file and line, BAD_USAGE, and what reading throws.
 */
export async function targetsOf(words: TargetWords, loaded: LoadedConfig): Promise<HostTarget[] | null> {
  const configured = loaded.config.inventory;
  const file = words.inventory ?? configured?.ansible ?? null;
  const group = words.group ?? (words.inventory === null ? configured?.group : undefined);
  if (file === null && words.group !== null)
    throw new Fault(
      'BAD_USAGE',
      '--group is a group of an Ansible inventory: give --inventory FILE, or `inventory.ansible` in haunted.yaml.',
    );
  const known = file === null ? [] : await readAnsible(file, 'all');
  const chosen = await chosenNames();
  if (chosen === null) return null;
  const reachByName = new Map(known.map((host) => [host.name, host]));
  const addresses = configured?.addresses ?? {};
  const targets = chosen.map(({ name, source }) => {
    const { address, port, user, source: written = source } = reachByName.get(name) ?? {};
    const own = Object.hasOwn(addresses, name) ? addresses[name] : undefined;
    return hostTarget(
      {
        name,
        ...(own === undefined && address === undefined ? {} : { address: own ?? address ?? name }),
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(user === undefined ? {} : { user }),
      },
      own === undefined ? written : source,
    );
  });
  checkEachOnce(targets);
  return targets;

  async function chosenNames(): Promise<readonly { name: string; source: string }[] | null> {
    if (words.hosts.length > 0) return words.hosts.map((name) => ({ name, source: '--host' }));
    const own = configured?.hosts;
    if (words.inventory === null && words.group === null && own !== undefined)
      return own.map((name) => ({ name, source: loaded.file ?? 'haunted.yaml' }));
    if (file === null) return null;
    const hosts = await readAnsible(file, group ?? 'all');
    if (hosts.length === 0)
      throw new Fault(
        'BAD_INPUT',
        `The inventory ${shownPath(file)} names no server${group === undefined ? '' : ` in the group ${quoted(group)}`}.`,
      );
    return hosts;
  }
}

async function readAnsible(file: string, group: string): Promise<InventoryHost[]> {
  const text = textOf(await readDocument(file, { what: 'inventory', maxBytes: MAX_BYTES }), file);
  const shown = shownPath(file);
  if (text.startsWith('#!'))
    throw new Fault(
      'BAD_INPUT',
      `The inventory ${shown} is a program, and haunted runs none; write what it prints into a file: ansible-inventory -i ${shown} --list --yaml --output hosts.yaml.`,
    );
  const isYaml = ['.yaml', '.yml', '.json'].includes(path.extname(file).toLowerCase());
  return hostsOfGroup(
    isYaml ? readYamlInventory(parseYaml(text, shown), shown) : parseIniInventory(text, shown),
    group,
  );
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Fault('BAD_INPUT', `The inventory ${shownPath(file)} is not UTF-8 text.`, { file }, error);
  }
}

/** Host names are the same whatever their case (RFC 4343), and one server must not count as two. */
function checkEachOnce(targets: readonly HostTarget[]): void {
  const seen = new Set<string>();
  for (const { name } of targets) {
    if (seen.has(name.toLowerCase()))
      throw new Fault('BAD_INPUT', `The server ${quoted(name)} is named twice; each counts once.`);
    seen.add(name.toLowerCase());
  }
  if (targets.length > LIMITS.inventory)
    throw new Fault(
      'TOO_LARGE',
      `There are more than ${LIMITS.inventory} servers; is it the right inventory?`,
    );
}
