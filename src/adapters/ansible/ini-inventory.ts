import { expandHostRange } from './host-range.ts';
import { addHost, emptyInventory, groupOf, problem, reachVars, type Inventory } from './inventory.ts';

type Section = { readonly group: string; readonly kind: 'hosts' | 'children' | 'vars' };

const HEADING = /^\[([^:\]\s]+)(?::(\w+))?\]$/;
const UNGROUPED: Section = { group: 'ungrouped', kind: 'hosts' };

/**
 * An Ansible inventory in INI form: groups, `:children`, ranges, and of all variables those that say how to reach a host.
 * Throws BAD_INPUT naming file and line.
 */
export function parseIniInventory(text: string, file: string): Inventory {
  const inventory = emptyInventory(file);
  let section = UNGROUPED;
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const line = at + 1;
    const words = wordsOf(raw);
    if (words === null) throw problem(file, line, 'a quote is not closed');
    if (words.length === 0) continue;
    if (/^\[[^\]]*\]?$/.test(words[0] ?? '')) section = sectionOf(inventory, words.join(' '), line);
    else addLine(inventory, section, words, line);
  }
  return inventory;
}

function sectionOf(inventory: Inventory, text: string, line: number): Section {
  const match = HEADING.exec(text);
  if (match === null)
    throw problem(
      inventory.file,
      line,
      `${JSON.stringify(text.slice(0, 80))} is not a heading such as [web]`,
    );
  const [, group = '', kind = 'hosts'] = match;
  if (kind !== 'hosts' && kind !== 'children' && kind !== 'vars')
    throw problem(inventory.file, line, `a heading ends in :children or :vars, not in :${kind.slice(0, 40)}`);
  groupOf(inventory, group);
  return { group, kind };
}

function addLine(inventory: Inventory, section: Section, words: readonly string[], line: number): void {
  const group = groupOf(inventory, section.group);
  const [first = '', ...rest] = words;
  if (section.kind === 'children') {
    if (rest.length > 0) throw problem(inventory.file, line, 'a child is one group name');
    group.children.push({ name: first, line });
    return;
  }
  if (section.kind === 'vars') {
    group.vars = { ...group.vars, ...reachVars([assignment(words.join(' '))]) };
    return;
  }
  const vars = reachVars(rest.map(assignment));
  const { pattern, port } = withoutPort(first);
  const range = expandHostRange(pattern);
  if (!range.ok) throw problem(inventory.file, line, range.reason);
  for (const name of range.names) {
    addHost(inventory, name, port === null ? vars : { port, ...vars }, line);
    group.hosts.push(name);
  }
}

function assignment(word: string): readonly [string, string] {
  const [, name = '', value = ''] = /^([^=]*?)\s*=\s*(.*)$/s.exec(word) ?? [];
  return [name, value];
}

/** `host:2222` is a host and a port; the colons of a range or of an IPv6 address are neither. */
function withoutPort(word: string): { readonly pattern: string; readonly port: string | null } {
  const match = /^([^:]*(?:\[[^\]]*\][^:]*)*):(\d+)$/.exec(word);
  return match === null ? { pattern: word, port: null } : { pattern: match[1] ?? '', port: match[2] ?? '' };
}

/** The words of a line as Ansible splits it: quotes as in a shell, # starts a comment, ; only at the start. Null: open quote. */
function wordsOf(raw: string): readonly string[] | null {
  const line = raw.trim();
  if (line.startsWith(';')) return [];
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"') word = (word ?? '') + line.charAt((at += 1));
      else word = (word ?? '') + character;
    } else if (character === '#' && word === null) break;
    else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  if (quote !== '') return null;
  return word === null ? words : [...words, word];
}
