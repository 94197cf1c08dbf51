import type { Node } from 'web-tree-sitter';
import { askedMethod } from './asked.ts';
import type { Callee } from './call-words.ts';
import { calleeOf } from './callee.ts';
import { arrowPlace, constantPlace, isEnumMember } from './constant-place.ts';
import { dressedWhole, isDressed } from './dressing.ts';
import type { Call } from './key-of-call.ts';
import { isSame, partsOf } from './parser.ts';
import { holderName } from './symbol.ts';

/** What a value is handed to. The judgement of it lies elsewhere. */
export type Place =
  | {
      readonly kind: 'argument';
      readonly callee: Callee;
      readonly index: number;
      readonly keyword: string | null;
      readonly call: Call;
      /** The whole argument that holds the value. */
      readonly item: Node;
    }
  /** A value in a table, an object or a keyword list, under a key; `call` when the table is itself an argument. */
  | { readonly kind: 'entry'; readonly key: string; readonly callee: Callee | null; readonly node: Node }
  | { readonly kind: 'attribute'; readonly attribute: string; readonly element: string }
  | { readonly kind: 'subscript'; readonly object: string; readonly isWrite: boolean; readonly node: Node }
  /** What stands for the flag is asked itself: `MyFeatures.X.isActive()`. */
  | { readonly kind: 'asked'; readonly method: string }
  | { readonly kind: 'constant'; readonly name: string; readonly node: Node }
  | { readonly kind: 'other' };

const THROUGH = new Set([
  'parenthesized_expression',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
  'cast_expression',
  'type_assertion',
  'argument',
  'value_argument',
  'attribute_argument',
  'literal_element',
  'expression_list',
  'jsx_expression',
  'reference_expression',
  'unary_expression',
  'expression_element',
  'array_element_initializer',
  'simple_expansion',
  'expansion',
  'spread_element',
]);
const LISTS = new Set([
  'array',
  'list',
  'set',
  'tuple',
  'array_expression',
  'initializer_expression',
  'collection_literal',
  'collection_expression',
  'array_initializer',
  'element_value_array_initializer',
  'array_creation_expression',
]);
const BRANCHES = new Set(['ternary_expression', 'conditional_expression', 'conditional', 'if_expression']);
const ARGUMENTS = new Set([
  'arguments',
  'argument_list',
  'value_arguments',
  'attribute_argument_list',
  'annotation_argument_list',
  'token_tree',
]);
const SUBSCRIPTS = new Set([
  'subscript_expression',
  'subscript',
  'element_access_expression',
  'index_expression',
  'element_reference',
]);
const CONSTANTS = new Set([
  'variable_declarator',
  'enum_assignment',
  'public_field_definition',
  'field_definition',
  'assignment',
  'const_spec',
  'var_spec',
  'short_var_declaration',
  'property_declaration',
  'const_item',
  'static_item',
  'let_declaration',
  'const_element',
  'enum_case',
  'init_declarator',
  'variable_assignment',
  'property_element',
  'field_declaration',
]);
// Calls that give the same name in another form.
const FORMS = /^(?:nameof|String|string|string_view|str|Some|Symbol|StrCat)$/;

/** Where does this value go? Brackets, casts, lists and the branches of a choice are looked through. */
export function placeOf(value: Node): Place {
  let node = value;
  let isListed = false;
  let keyword: string | null = null;
  for (let steps = 0; steps < 24; steps += 1) {
    const parent = node.parent;
    if (parent === null) return { kind: 'other' };
    if (ARGUMENTS.has(parent.type)) {
      const place = argumentPlace(parent, node, keyword);
      if (place.kind !== 'argument' || !FORMS.test(place.callee.name)) return place;
      node = place.call.node;
      continue;
    }
    const asked = askedMethod(node);
    if (asked !== null) return { kind: 'asked', method: asked };
    if (parent.type === 'annotated_expression' && parent.namedChild(0)?.type === 'annotation')
      return noteArgument(parent, node);
    if (isLastOfName(parent, node) || (parent.type === 'string' && parent.text === `"${node.text}"`)) {
      node = parent;
      continue;
    }
    if (parent.type === 'initializer_list' && isSame(parent.namedChild(0), node)) {
      // `const base::Feature kX{"x", …}`; an array has its name deeper.
      const holder = parent.parent;
      if (holder?.type === 'init_declarator' && holder.childForFieldName('declarator')?.type === 'identifier')
        return constantPlace(holder, parent);
    }
    if (parent.type === 'keyword_argument' || parent.type === 'element_value_pair') {
      keyword = (parent.childForFieldName('name') ?? parent.childForFieldName('key'))?.text ?? null;
    } else if (isNamedArgument(parent)) {
      keyword = namedArgument(parent);
    } else if (isEntry(parent)) {
      const place = entryPlace(parent, node);
      if (place !== null) return place;
    } else if (parent.type === 'jsx_attribute') return attributePlace(parent);
    else if (SUBSCRIPTS.has(parent.type) || parent.type === 'bracketed_argument_list')
      return subscriptPlace(
        parent.type === 'bracketed_argument_list' ? (parent.parent ?? parent) : parent,
        node,
      );
    else if (parent.type === 'comparison_operator' || parent.type === 'binary_expression')
      return membershipPlace(parent, node);
    else if (parent.type === 'arrow_expression_clause') return arrowPlace(parent.parent);
    else if (parent.type === 'tuple' && isSame(parent.namedChild(0), node) && isEnumMember(parent)) {
      node = parent;
      continue;
    } else if (CONSTANTS.has(parent.type)) return isListed ? { kind: 'other' } : constantPlace(parent, node);
    else if (BRANCHES.has(parent.type)) {
      if (isSame(parent.childForFieldName('condition') ?? parent.namedChild(0), node))
        return { kind: 'other' };
    } else if (isDressed(parent, node)) {
      node = dressedWhole(parent);
      continue;
    } else if (parent.type === 'command') return commandPlace(parent, node);
    else if (parent.type === 'preproc_def')
      return { kind: 'constant', name: holderName(parent) ?? '', node: parent };
    else if (LISTS.has(parent.type)) isListed = true;
    else if (!THROUGH.has(parent.type)) return { kind: 'other' };
    node = parent;
  }
  return { kind: 'other' };
}

/** `a::b::NAME` nests to the right in C++: the name is reached through its pieces. */
function isLastOfName(parent: Node, node: Node): boolean {
  return (
    parent.type === 'qualified_identifier' &&
    node.type === 'qualified_identifier' &&
    isSame(parent.childForFieldName('name'), node)
  );
}

/** Kotlin reads an annotation at the top of a file as one of an expression. */
function noteArgument(annotated: Node, node: Node): Place {
  const annotation = annotated.namedChild(0);
  const name = annotation?.text.replace(/^@(?:\w+:)?/, '') ?? '';
  if (annotation === null || node.type !== 'parenthesized_expression') return { kind: 'other' };
  const call = { node: annotation, list: node };
  return { kind: 'argument', callee: { name, receiver: '' }, index: 0, keyword: null, call, item: node };
}

function argumentPlace(list: Node, node: Node, keyword: string | null): Place {
  const call = list.parent;
  if (call === null) return { kind: 'other' };
  // Kotlin keeps the list one level deeper.
  const whole = call.type === 'call_suffix' && call.parent !== null ? call.parent : call;
  if (whole.type === 'enum_constant' || whole.type === 'enum_entry')
    return {
      kind: 'constant',
      name: whole.childForFieldName('name')?.text ?? whole.namedChild(0)?.text ?? '',
      node: whole,
    };
  const index = partsOf(list).findIndex((part) => isSame(part, node));
  return {
    kind: 'argument',
    callee: calleeOf(whole, list),
    index,
    keyword,
    call: { node: whole, list },
    item: node,
  };
}

function isNamedArgument(node: Node): boolean {
  return namedArgument(node) !== null;
}

function namedArgument(node: Node): string | null {
  if (node.type === 'pair' && node.parent !== null && ARGUMENTS.has(node.parent.type))
    return node.childForFieldName('key')?.text.replace(/^[:"']|[:"']$/g, '') ?? null;
  if (node.type === 'argument' || node.type === 'attribute_argument' || node.type === 'value_argument') {
    const name = node.childForFieldName('name');
    if (name !== null) return name.text;
    const parts = partsOf(node);
    return node.type === 'value_argument' && parts.length === 2 ? (parts[0]?.text ?? null) : null;
  }
  return null;
}

function isEntry(node: Node): boolean {
  return /^(?:pair|keyed_element|array_element_initializer|field_initializer|property)$/.test(node.type);
}

function entryPlace(entry: Node, node: Node): Place | null {
  const parts = partsOf(entry);
  const [first] = parts;
  if (parts.length === 1 && entry.type === 'array_element_initializer') return null;
  if (first === undefined || parts.length < 2 || isSame(first, node)) return { kind: 'other' };
  const table = entry.parent;
  const holder = table?.parent ?? null;
  const list = holder !== null && ARGUMENTS.has(holder.type) ? holder : null;
  const callee = list?.parent === null || list === null ? null : calleeOf(list.parent ?? list, list);
  return { kind: 'entry', key: first.text.replaceAll(/^["'`:]+|["'`:]+$/g, ''), callee, node: entry };
}

function attributePlace(attribute: Node): Place {
  const element = attribute.parent?.childForFieldName('name')?.text ?? '';
  return { kind: 'attribute', attribute: attribute.namedChild(0)?.text ?? '', element };
}

function subscriptPlace(access: Node, index: Node): Place {
  const object = access.namedChild(0);
  if (object === null || isSame(object, index)) return { kind: 'other' };
  const parent = access.parent;
  const isWrite =
    parent !== null &&
    ((/assignment/.test(parent.type) &&
      isSame(parent.childForFieldName('left') ?? parent.namedChild(0), access)) ||
      isDeletion(parent));
  return { kind: 'subscript', object: object.text, isWrite, node: access };
}

/** `"x" in settings.FEATURES` asks a table whether it has the name. */
function membershipPlace(test: Node, node: Node): Place {
  const table = test.namedChild(test.namedChildCount - 1);
  if (table === null || test.namedChildCount !== 2 || !isSame(test.namedChild(0), node))
    return { kind: 'other' };
  const operator = test.text.slice(node.endIndex - test.startIndex, table.startIndex - test.startIndex);
  return /^\s*(?:not\s+)?in\s*$/.test(operator)
    ? { kind: 'subscript', object: table.text, isWrite: false, node: test }
    : { kind: 'other' };
}

/** `delete flags.x`, `del flags["x"]`, `unset($flags['x'])`: to remove a flag is not to ask for it. */
export function isDeletion(node: Node): boolean {
  return (
    /^(?:delete_statement|unset_statement)$/.test(node.type) ||
    (node.type === 'unary_expression' && node.text.startsWith('delete'))
  );
}

function commandPlace(command: Node, node: Node): Place {
  const name = command.childForFieldName('name');
  if (name === null || isSame(name, node)) return { kind: 'other' };
  const index = partsOf(command).findIndex((part) => isSame(part, node)) - 1;
  const callee = { name: name.text, receiver: '' };
  return { kind: 'argument', callee, index, keyword: null, call: { node: command, list: null }, item: node };
}
