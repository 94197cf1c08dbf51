import path from 'node:path';
import type { Node } from 'web-tree-sitter';
import { Fault } from '../fault.ts';
import type { FlagDefinition } from '../model/flag-definition.ts';
import type { FlagType } from '../model/flag.ts';
import { FlagName } from '../model/text.ts';
import { tokensOf } from './reads/call-words.ts';
import { givenText } from './reads/composed-text.ts';
import { grammarOf } from './reads/languages.ts';
import { isSame, treeMaker } from './reads/parser.ts';
import { placeOf } from './reads/place.ts';
import { literalText, stringNode } from './reads/string-value.ts';
import { isFunction } from './reads/symbol.ts';
import { containerOf } from './reads/verdict.ts';

/** One name that a source file may define as a flag, and the constant, type or table it stands in. */
type Candidate = {
  readonly flag: string;
  readonly group: string;
  readonly line: number;
  readonly type: FlagType | null;
  readonly default: boolean | number | string | null;
  readonly owner: string | null;
};

type Source = Parameters<typeof givenText>[1];

const PLURAL = /^(?:flags|features|toggles|gates|experiments|switches|keys|names|ids)$/;
const SINGULAR = /^(?:flag|feature|toggle|gate|experiment|killswitch|rollout)$/;
const BESIDES =
  /^(?:options|context|config|props|service|resolver|provider|manager|client|settings|state|payload|response|overrides|variant|variants|handler)$/;
const REGISTERS =
  /^(?:add|register|define|declare|flag|feature|base_?feature|create_?flag|register_?feature|register_?flag|define_?flag|temporary_?flag|new_?flag)$/i;

/**
 * Which flags does a source file define? Flags that live in code stand as constants, members of an enum or a union, keys of a
 * typed table, or in calls that register them. Of several groups in one file those count whose name speaks of flags; of a file
 * where none does, the largest. Throws BAD_INPUT when there is none.
 */
export async function readCodeDefinitions(file: {
  readonly path: string;
  readonly text: string;
}): Promise<readonly FlagDefinition[]> {
  const grammar = grammarOf(file.path);
  if (grammar === null)
    throw new Fault('BAD_INPUT', `${file.path} is no source file in a language that the scan reads.`);
  const tree = (await treeMaker([grammar])).parse(grammar, file.text);
  const candidates = [...candidatesIn(tree.rootNode, { text: file.text, grammar })];
  tree.delete();
  const chosen = chosenOf(candidates);
  if (chosen.length === 0)
    throw new Fault(
      'BAD_INPUT',
      `${file.path} defines no flags: it has no constants, enum, union or typed table of names.`,
    );
  return chosen.map((candidate) => definitionOf(file.path, candidate));
}

function definitionOf(file: string, candidate: Candidate): FlagDefinition {
  const { flag, line, type, owner } = candidate;
  return {
    flag,
    format: `code (${path.extname(file).slice(1)})`,
    file,
    line,
    owner,
    type,
    default: candidate.default,
    purpose: null,
    target: null,
    state: null,
    bound: null,
    last_modified: null,
    last_modified_by: null,
    expires: null,
    entry: null,
  };
}

function chosenOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const sizes = new Map<string, number>();
  for (const { group } of candidates) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const speaking = [...sizes.keys()].filter(speaksOfFlags);
  const [largest] = [...sizes].sort((a, b) => b[1] - a[1]);
  const groups = new Set(speaking.length > 0 ? speaking : largest === undefined ? [] : [largest[0]]);
  const byFlag = new Map<string, Candidate>();
  for (const candidate of candidates) {
    if (!groups.has(candidate.group) || !FlagName.safeParse(candidate.flag).success) continue;
    const before = byFlag.get(candidate.flag);
    byFlag.set(candidate.flag, before === undefined ? candidate : withMore(before, candidate));
  }
  return [...byFlag.values()];
}

/** A type says the type and a table the default of one flag: both are kept. */
function withMore(before: Candidate, more: Candidate): Candidate {
  return {
    ...before,
    type: before.type ?? more.type,
    default: before.default ?? more.default,
    owner: before.owner ?? more.owner,
  };
}

function speaksOfFlags(group: string): boolean {
  if (group === '()') return true;
  const tokens = tokensOf(group);
  if (tokens.some((token) => BESIDES.test(token))) return false;
  return tokens.some((token) => SINGULAR.test(token)) || PLURAL.test(tokens.at(-1) ?? '');
}

function* candidatesIn(root: Node, source: Source): Generator<Candidate> {
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const found = candidateAt(node, source);
    if (found !== null) yield found;
    const isText = literalText(node) !== null && stringNode(node) !== null;
    if (!isText) for (const child of node.namedChildren.toReversed()) stack.push(child);
  }
}

function candidateAt(node: Node, source: Source): Candidate | null {
  if (node.type === 'property_signature') return typedKey(node);
  if (/^(?:enum_member_declaration|enumerator|enum_constant|enum_entry|enum_variant)$/.test(node.type))
    return member(node);
  const pair = /^(?:pair|keyed_element|array_element_initializer)$/.test(node.type) ? tableKey(node) : null;
  if (pair !== null) return pair;
  const text = givenText(node, source);
  return text === null || /[.:/_-]$/.test(text) || text === '' || /\s/.test(text)
    ? null
    : literal(node, text);
}

/** `"new-checkout": boolean;` in a type. */
function typedKey(node: Node): Candidate | null {
  const name = node.childForFieldName('name');
  if (name === null) return null;
  const type = node.childForFieldName('type')?.text.replace(/^:\s*/, '') ?? '';
  return { ...at(node, groupOf(node)), flag: literalText(name) ?? name.text, type: typeOf(type) };
}

/** A member of an enum that is given no text is the flag by its own name. */
function member(node: Node): Candidate | null {
  const hasText =
    node.descendantsOfType(['string_literal', 'string', 'interpreted_string_literal']).length > 0;
  const name = node.childForFieldName('name') ?? node.namedChild(0);
  return hasText || name === null ? null : { ...at(node, groupOf(node)), flag: name.text };
}

/** `newCheckout: false` in a table of defaults; a key whose value is a text stands for that text instead. */
function tableKey(node: Node): Candidate | null {
  const [key, value] = node.namedChildren.filter((child) => !child.type.includes('comment'));
  if (key === undefined || value === undefined || isInFunctionCall(node)) return null;
  const inner = value.type === 'literal_element' ? (value.namedChild(0) ?? value) : value;
  if (literalText(inner) !== null) return null;
  const bare = key.type === 'literal_element' ? (key.namedChild(0) ?? key) : key;
  const flag =
    literalText(bare) ??
    (/identifier|symbol/.test(bare.type) && !/element/.test(key.type) ? bare.text : null);
  if (flag === null || flag === '' || /\s/.test(flag)) return null;
  const isBoolean = /^(?:true|false)$/i.test(inner.text);
  const isNumber = /^-?\d+(?:\.\d+)?$/.test(inner.text);
  const group = containerOf(node) ?? '';
  return {
    ...at(node, group),
    flag,
    type: isBoolean ? 'boolean' : isNumber ? 'number' : null,
    default: isBoolean ? inner.text.toLowerCase() === 'true' : isNumber ? Number(inner.text) : null,
  };
}

function literal(node: Node, text: string): Candidate | null {
  const parent = node.parent;
  if (parent?.type === 'literal_type') return { ...at(node, groupOf(node)), flag: text };
  if (
    parent !== null &&
    isSame(parent.namedChild(0), node) &&
    /pair|keyed|property_signature/.test(parent.type)
  )
    return null;
  const place = placeOf(node);
  // `__tablename__` and its like are Python's own settings of a class.
  if (place.kind === 'constant' && place.name.startsWith('__')) return null;
  if (place.kind === 'constant')
    return { ...at(node, containerOf(place.node) ?? aloneGroup(place)), flag: text };
  if (place.kind === 'entry') return { ...at(node, containerOf(place.node) ?? ''), flag: text };
  if (place.kind !== 'argument') return null;
  const isFirst = place.index === 0 || (place.index === 1 && /^[A-Z_]+$/.test(place.callee.name));
  return isFirst && REGISTERS.test(place.callee.name) ? { ...at(node, '()'), flag: text } : null;
}

/** A constant that stands alone belongs to the flags when its own name or its type says so. */
function aloneGroup({ name, node }: { readonly name: string; readonly node: Node }): string {
  const type = node.childForFieldName('type')?.text ?? '';
  return speaksOfFlags(name) || /feature|flag|toggle|gate/i.test(type) ? '()' : '';
}

function at(node: Node, group: string): Omit<Candidate, 'flag'> {
  return { group, line: node.startPosition.row + 1, type: null, default: null, owner: ownerAbove(node) };
}

/** `// owner: @team` on the lines above, as Kubernetes writes it. */
function ownerAbove(node: Node): string | null {
  for (let current: Node | null = node; current !== null; current = current.parent) {
    for (
      let before = current.previousSibling;
      before?.type.includes('comment') === true;
      before = before.previousSibling
    ) {
      const owner = /\bowners?:\s*([^\r\n*]+)/i.exec(before.text)?.[1]?.trim();
      if (owner !== undefined && owner !== '') return owner.slice(0, 256);
    }
    if (current.startPosition.row !== node.startPosition.row) return null;
  }
  return null;
}

/** The name of the type, enum or alias around a node. */
function groupOf(node: Node): string {
  for (let current: Node | null = node.parent; current !== null; current = current.parent) {
    const name = current.childForFieldName('name');
    if (name !== null && /declaration|alias|definition|enum|interface|specifier/.test(current.type))
      return name.text;
  }
  return '';
}

function isInFunctionCall(node: Node): boolean {
  for (let current: Node | null = node.parent; current !== null; current = current.parent) {
    if (isFunction(current)) return true;
    if (/declarator|assignment|_spec/.test(current.type)) return false;
  }
  return false;
}

function typeOf(text: string): FlagType | null {
  if (/^boolean\b/.test(text)) return 'boolean';
  if (/^string\b/.test(text) || /^["']/.test(text)) return 'string';
  if (/^number\b/.test(text)) return 'number';
  return /^(?:Record|\{|object|\w+\[\]|Array)/.test(text) ? 'object' : null;
}
