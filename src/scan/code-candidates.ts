import type { Node } from 'web-tree-sitter';
import type { FlagType } from '../model/flag.ts';
import { tokensOf } from './reads/call-words.ts';
import { givenText } from './reads/composed-text.ts';
import { isSame } from './reads/parser.ts';
import { placeOf } from './reads/place.ts';
import { literalText, stringNode } from './reads/string-value.ts';
import { holderName, isFunction } from './reads/symbol.ts';
import { containerOf } from './reads/verdict.ts';

/** One name that a source file may define as a flag, and the constant, type or table it stands in. */
export type Candidate = {
  readonly flag: string;
  /** Made or registered as a flag; a member of a type or a table; a field of a type, a property of a class of options; a key of a table whose value is a text, and that text; a constant that stands alone. */
  readonly kind: 'made' | 'member' | 'signature' | 'property' | 'text-key' | 'text' | 'alone';
  /** The type, table or list around it; empty for none. */
  readonly group: string;
  /** What its own constant is called; empty for none. */
  readonly name: string;
  readonly line: number;
  readonly type: FlagType | null;
  readonly default: boolean | number | string | null;
  readonly owner: string | null;
};

type Source = Parameters<typeof givenText>[1];

const REGISTERS =
  /^(?:add|register|define|declare|flag|feature|base_?feature|create_?flag|register_?feature|register_?flag|define_?flag|temporary_?flag|new_?flag)$/i;
const MAKES = /^(?:flag|switch|toggle|sample|gate|killswitch)$/;
// What a constant holds that flags' names are put together with, or kept under.
const PIECE_OF_NAME = /^(?:prefix|suffix|namespace|separator|delimiter)$/;

/** All names in a file that may be flags. */
export function* candidatesIn(root: Node, source: Source): Generator<Candidate> {
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
  if (node.type === 'property_declaration' && /^bool\??$/.test(node.childForFieldName('type')?.text ?? ''))
    return property(node);
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
  if (name === null || isInFunction(node)) return null;
  const type = node.childForFieldName('type')?.text.replace(/^:\s*/, '') ?? '';
  return {
    ...at(node, groupOf(node), 'signature'),
    flag: literalText(name) ?? name.text,
    type: typeOf(type),
  };
}

/** `public bool NewCart { get; set; }` of a class of options. */
function property(node: Node): Candidate | null {
  const name = node.childForFieldName('name')?.text;
  if (name === undefined || node.childForFieldName('accessors') === null) return null;
  const value = node.childForFieldName('value')?.text;
  const isKnown = value === 'true' || value === 'false';
  return {
    ...at(node, groupOf(node), 'property'),
    flag: name,
    type: 'boolean',
    default: isKnown ? value === 'true' : null,
  };
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
  if (key === undefined || value === undefined || isInFunction(node)) return null;
  const inner = value.type === 'literal_element' ? (value.namedChild(0) ?? value) : value;
  const bare = key.type === 'literal_element' ? (key.namedChild(0) ?? key) : key;
  const flag =
    literalText(bare) ??
    (/identifier|symbol/.test(bare.type) && !/element/.test(key.type) ? bare.text : null);
  if (flag === null || flag === '' || /\s/.test(flag)) return null;
  const isBoolean = /^(?:true|false)$/i.test(inner.text);
  const isNumber = /^-?\d+(?:\.\d+)?$/.test(inner.text);
  const group = containerOf(node) ?? '';
  if (literalText(inner) !== null) return { ...at(node, group, 'text-key'), flag, type: 'string' };
  return {
    ...at(node, group),
    flag,
    type: isBoolean ? 'boolean' : isNumber ? 'number' : null,
    default: isBoolean ? inner.text.toLowerCase() === 'true' : isNumber ? Number(inner.text) : null,
  };
}

function literal(node: Node, text: string): Candidate | null {
  const parent = node.parent;
  if (parent?.type === 'literal_type' && isInFunction(node)) return null;
  if (parent?.type === 'literal_type') return { ...at(node, groupOf(node)), flag: text };
  if (
    parent !== null &&
    isSame(parent.namedChild(0), node) &&
    /pair|keyed|property_signature/.test(parent.type)
  )
    return null;
  const made = madeFlag(node, text);
  if (made !== null) return made;
  const place = placeOf(node);
  // `__tablename__` and its like are Python's own settings of a class.
  if (place.kind === 'constant' && place.name.startsWith('__')) return null;
  if (place.kind === 'constant') return constant(node, text, place);
  if (place.kind === 'entry')
    return isInFunction(node) ? null : { ...at(node, containerOf(place.node) ?? '', 'text'), flag: text };
  if (place.kind === 'other') return listed(node, text);
  if (place.kind !== 'argument') return null;
  const isFirst = place.index === 0 || (place.index === 1 && /^[A-Z_]+$/.test(place.callee.name));
  return isFirst && REGISTERS.test(place.callee.name) ? { ...at(node, '', 'made'), flag: text } : null;
}

type ConstantPlace = Extract<ReturnType<typeof placeOf>, { kind: 'constant' }>;

function constant(node: Node, text: string, { name, node: declaration }: ConstantPlace): Candidate | null {
  if (isInFunction(node)) return null;
  if (tokensOf(name).some((word) => PIECE_OF_NAME.test(word)) || isNamedLike(text)) return null;
  const group = containerOf(declaration);
  const type = declaration.childForFieldName('type')?.text ?? '';
  if (group === null && (/feature|flag|toggle|gate/i.test(type) || isNoted(node)))
    return { ...at(node, '', 'made'), name, flag: text };
  return { ...at(node, group ?? '', group === null ? 'alone' : 'member'), name, flag: text };
}

/** `FeatureFlags = "FeatureFlags"` names the place where flags are kept, and no flag. */
function isNamedLike(text: string): boolean {
  return tokensOf(text).every((word) => /^(?:features?|flags?|toggles?|management)$/.test(word));
}

/** `NEW_CART = WaffleSwitch("new-cart", …)` and `static readonly FeatureToggle X = new("x")`: the class says what it makes. */
function madeFlag(node: Node, text: string): Candidate | null {
  let value = node;
  for (let steps = 0; steps < 3 && value.parent !== null; steps += 1) {
    const place = placeOf(value);
    if (place.kind !== 'argument') return null;
    const words = tokensOf(place.callee.name.replace(/(?:Constants?|Keys?|Names?)$/, ''));
    const isFirst = place.index === 0 || (place.keyword !== null && /^(?:name|key|id)$/.test(place.keyword));
    if (
      isFirst &&
      /^[A-Z]/.test(place.callee.name) &&
      MAKES.test(words.at(-1) ?? '') &&
      isKept(place.call.node)
    )
      return { ...at(node, '', 'made'), flag: text };
    value = place.call.node;
  }
  return null;
}

function isKept(call: Node): boolean {
  const parent = call.parent;
  if (parent === null || isInFunction(call)) return false;
  return /declarator|assignment|const_item|static_item|_spec$|property_declaration|field_definition|equals_value/.test(
    parent.type,
  );
}

/** `const FEATURE_FLAGS = ["new-cart", "old-cart"] as const`: the list says what it holds. */
function listed(node: Node, text: string): Candidate | null {
  let current = node.parent;
  if (
    current === null ||
    !/^(?:array|list|set|tuple|array_initializer|initializer_expression)$/.test(current.type)
  )
    return null;
  for (let steps = 0; steps < 4 && current !== null; steps += 1, current = current.parent)
    if (/declarator|assignment|_spec$|property_declaration|field_definition/.test(current.type))
      return isInFunction(current) ? null : { ...at(node, holderName(current) ?? ''), flag: text };
  return null;
}

/** `# .. toggle_name: new-cart` above a constant, as Open edX notes its flags. */
function isNoted(node: Node): boolean {
  return commentsAbove(node).some((comment) => /\btoggle_name:\s*\S/.test(comment));
}

function at(node: Node, group: string, kind: Candidate['kind'] = 'member'): Omit<Candidate, 'flag'> {
  const line = node.startPosition.row + 1;
  return { kind, group, name: '', line, type: null, default: null, owner: ownerAbove(node) };
}

/** `// owner: @team` on the lines above, as Kubernetes writes it. */
function ownerAbove(node: Node): string | null {
  for (const comment of commentsAbove(node)) {
    const owner = /\bowners?:\s*([^\r\n*]+)/i.exec(comment)?.[1]?.trim();
    if (owner !== undefined && owner !== '') return owner.slice(0, 256);
  }
  return null;
}

/** The comments on the lines above the statement that begins where this node does, the nearest first. */
function commentsAbove(node: Node): readonly string[] {
  const found: string[] = [];
  for (let current: Node | null = node; current !== null; current = current.parent) {
    for (
      let before = current.previousSibling;
      before?.type.includes('comment') === true;
      before = before.previousSibling
    )
      found.push(before.text);
    if (found.length > 0 || current.startPosition.row !== node.startPosition.row) return found;
  }
  return found;
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

function isInFunction(node: Node): boolean {
  for (let current = node.parent; current !== null; current = current.parent)
    if (isFunction(current)) return true;
  return false;
}

function typeOf(text: string): FlagType | null {
  if (/^boolean\b/.test(text)) return 'boolean';
  if (/^string\b/.test(text) || /^["']/.test(text)) return 'string';
  if (/^number\b/.test(text)) return 'number';
  return /^(?:Record|\{|object|\w+\[\]|Array)/.test(text) ? 'object' : null;
}
