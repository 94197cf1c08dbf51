import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';

/** The only variables of an inventory that say how to reach a host; all others are Ansible's own business. */
export type ReachVars = {
  readonly address?: string;
  readonly port?: string;
  readonly user?: string;
};

/** A group as the file writes it, before its children are looked up. */
export type Group = {
  readonly hosts: string[];
  readonly children: { readonly name: string; readonly line: number | null }[];
  vars: ReachVars;
};

/** An inventory as the file writes it. */
export type Inventory = {
  readonly file: string;
  readonly hosts: Map<string, { vars: ReachVars; readonly line: number | null }>;
  readonly groups: Map<string, Group>;
};

/** One host of a group, with what its own line, its groups and `all` say about reaching it. */
export type InventoryHost = ReachVars & {
  readonly name: string;
  /** Where it is written: the file and, when known, the line. */
  readonly source: string;
};

const MAX_DEPTH = 64;

export function emptyInventory(file: string): Inventory {
  return { file, hosts: new Map(), groups: new Map() };
}

/** The group of that name, made when it is new. */
export function groupOf(inventory: Inventory, name: string): Group {
  const known = inventory.groups.get(name);
  if (known !== undefined) return known;
  const group: Group = { hosts: [], children: [], vars: {} };
  inventory.groups.set(name, group);
  return group;
}

/** Notes a host; what a later line says about it is added to what an earlier one said. */
export function addHost(inventory: Inventory, name: string, vars: ReachVars, line: number | null): void {
  const known = inventory.hosts.get(name);
  if (known !== undefined) known.vars = { ...known.vars, ...vars };
  else inventory.hosts.set(name, { vars, line });
  if (inventory.hosts.size > LIMITS.inventory)
    throw problem(inventory.file, line, `it names more than ${LIMITS.inventory} hosts`);
}

/** What Ansible calls the variables we read, and what it called them before 2.0. */
export function reachVars(entries: Iterable<readonly [string, unknown]>): ReachVars {
  const vars: { address?: string; port?: string; user?: string } = {};
  for (const [name, value] of entries) {
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    if (name === 'ansible_host' || name === 'ansible_ssh_host') vars.address = String(value);
    if (name === 'ansible_port' || name === 'ansible_ssh_port') vars.port = String(value);
    if (name === 'ansible_user' || name === 'ansible_ssh_user') vars.user = String(value);
  }
  return vars;
}

/**
 * The hosts of a group and of its children, each once, in the order of the file. A host's own variables beat those of its
 * groups, a child group's beat its parent's (Ansible, "How variables are merged"). Throws NOT_FOUND for an unknown group and
 * BAD_INPUT for a child that does not exist or a circle of children.
 */
export function hostsOfGroup(inventory: Inventory, name: string): InventoryHost[] {
  const wanted = name === 'all' ? new Set(inventory.hosts.keys()) : membersOf(inventory, name);
  const groupVars = varsByHost(inventory);
  return [...inventory.hosts]
    .filter(([host]) => wanted.has(host))
    .map(([host, { vars, line }]) => ({
      ...groupVars.get(host),
      ...vars,
      name: host,
      source: place(inventory.file, line),
    }));
}

function membersOf(inventory: Inventory, name: string): Set<string> {
  if (!inventory.groups.has(name)) {
    const known = [...inventory.groups.keys()].slice(0, 20).join(', ');
    throw new Fault(
      'NOT_FOUND',
      `${inventory.file} has no group ${JSON.stringify(name)}; it has ${known === '' ? 'none' : known}.`,
      { file: inventory.file, group: name },
    );
  }
  const hosts = new Set<string>();
  walk(inventory, name, (group) => {
    for (const host of group.hosts) hosts.add(host);
  });
  return hosts;
}

function varsByHost(inventory: Inventory): Map<string, ReachVars> {
  const depth = depths(inventory);
  const merged = new Map<string, ReachVars>();
  // Ansible's order: `all`, then parents before children, and names in the alphabet where two groups are equally deep.
  const ordered = [...inventory.groups].sort(
    ([a], [b]) => (depth.get(a) ?? 0) - (depth.get(b) ?? 0) || (a < b ? -1 : 1),
  );
  for (const [name, group] of ordered) {
    if (Object.keys(group.vars).length === 0) continue;
    const hosts = name === 'all' ? inventory.hosts.keys() : membersOf(inventory, name);
    for (const host of hosts) merged.set(host, { ...merged.get(host), ...group.vars });
  }
  return merged;
}

/** How far below `all` a group is at most. Finds circles and missing children in every group, asked for or not. */
function depths(inventory: Inventory): Map<string, number> {
  const depth = new Map<string, number>([['all', 0]]);
  for (const name of inventory.groups.keys())
    walk(inventory, name, (_group, child, level) => {
      if (child !== 'all') depth.set(child, Math.max(depth.get(child) ?? 1, level + 1));
    });
  return depth;
}

function walk(
  inventory: Inventory,
  start: string,
  visit: (group: Group, name: string, level: number) => void,
): void {
  const seen = new Map<string, number>();
  const step = (name: string, path: readonly string[], line: number | null): void => {
    const group = inventory.groups.get(name);
    if (group === undefined)
      throw problem(
        inventory.file,
        line,
        `the group ${JSON.stringify(path.at(-1))} has a child ${JSON.stringify(name)} that is not there`,
      );
    if (path.includes(name))
      throw problem(inventory.file, line, `the group ${JSON.stringify(name)} is its own descendant`);
    if (path.length > MAX_DEPTH)
      throw problem(inventory.file, line, `its groups are nested deeper than ${MAX_DEPTH}`);
    const before = seen.get(name);
    if (before !== undefined && before >= path.length) return;
    seen.set(name, path.length);
    visit(group, name, path.length);
    for (const child of group.children) step(child.name, [...path, name], child.line);
  };
  step(start, [], null);
}

/** A fault about an inventory, with file and line. */
export function problem(file: string, line: number | null, reason: string): Fault {
  return new Fault('BAD_INPUT', `${place(file, line)} is not an Ansible inventory we can use: ${reason}.`, {
    file,
    line,
  });
}

function place(file: string, line: number | null): string {
  return line === null ? file : `${file} line ${line}`;
}
