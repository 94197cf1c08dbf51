import { expandHostRange } from './host-range.ts';
import { addHost, emptyInventory, groupOf, problem, reachVars, type Inventory } from './inventory.ts';

/** A parsed YAML text: its value, and the line of the value at a path. */
export type ParsedYaml = {
  readonly value: unknown;
  readonly lineOf: (path: readonly PropertyKey[]) => number | null;
};

const GROUP_WORDS = ['hosts', 'children', 'vars'];
const MAX_DEPTH = 16;

type Place = { readonly inventory: Inventory; readonly yaml: ParsedYaml };

/** An Ansible inventory in YAML form, read by `yaml`. Throws BAD_INPUT naming file and line. */
export function readYamlInventory(yaml: ParsedYaml, file: string): Inventory {
  const at: Place = { inventory: emptyInventory(file), yaml };
  if (!isMap(yaml.value)) throw problem(file, 1, 'its top must be a map of groups');
  for (const [name, value] of Object.entries(yaml.value)) readGroup(at, name, value, [name]);
  return at.inventory;
}

function readGroup(at: Place, name: string, value: unknown, path: readonly string[]): void {
  const { inventory } = at;
  const group = groupOf(inventory, name);
  const body = mapAt(at, value, path);
  const unknown = Object.keys(body).find((key) => !GROUP_WORDS.includes(key));
  if (unknown !== undefined)
    throw wrong(
      at,
      [...path, unknown],
      `a group has hosts, children and vars, not ${JSON.stringify(unknown)}`,
    );
  if (path.length > MAX_DEPTH) throw wrong(at, path, `groups are nested deeper than ${MAX_DEPTH / 2}`);
  group.vars = { ...group.vars, ...reachVars(Object.entries(mapAt(at, body['vars'], [...path, 'vars']))) };
  for (const [pattern, vars] of Object.entries(mapAt(at, body['hosts'], [...path, 'hosts']))) {
    const here = [...path, 'hosts', pattern];
    const range = expandHostRange(pattern);
    if (!range.ok) throw wrong(at, here, range.reason);
    for (const host of range.names) {
      addHost(inventory, host, reachVars(Object.entries(mapAt(at, vars, here))), at.yaml.lineOf(here));
      group.hosts.push(host);
    }
  }
  for (const [child, inside] of Object.entries(mapAt(at, body['children'], [...path, 'children']))) {
    const here = [...path, 'children', child];
    group.children.push({ name: child, line: at.yaml.lineOf(here) });
    readGroup(at, child, inside, here);
  }
}

function mapAt(at: Place, value: unknown, path: readonly string[]): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (isMap(value)) return value;
  throw wrong(at, path, `${JSON.stringify(path.at(-1))} must be a map`);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(at: Place, path: readonly string[], reason: string): Error {
  return problem(at.inventory.file, at.yaml.lineOf(path), reason);
}
