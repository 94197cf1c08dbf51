import type { Node } from 'web-tree-sitter';
import { ancestorsOf } from './ancestors.ts';
import { askedMethod } from './asked.ts';
import { typeAsked } from './asked-type.ts';
import { type Callee, holdsFlagName, isNoun, isOtherWork, speaksOfFlags, tokensOf } from './call-words.ts';
import { itemsOf, keysOfCall } from './key-of-call.ts';
import { isFlagMember, putsQuestion } from './call-text.ts';
import { isFlagTable, tableName } from './flag-tables.ts';
import { isOtherTable } from './other-trades.ts';
import { originalName } from './renamed.ts';
import { partsOf } from './parser.ts';
import type { Place } from './place.ts';
import { type CallSite, keyPlaces, type Registry, seemsToAsk } from './registry.ts';
import { isAskedKeyword, isAskedTable, isUnreachable } from './table-use.ts';
import { literalText, stringNode } from './string-value.ts';
import { functionName, holderName, isFunction, typeName } from './symbol.ts';

type FlagValueType = ReturnType<typeof typeAsked>;

/** What a flag's name is there for at one place. */
export type Use =
  | { readonly kind: 'read'; readonly via: string | null; readonly type: FlagValueType }
  /** A constant, an enum member or a key that stands for the name from here on. */
  | {
      readonly kind: 'alias';
      readonly name: string;
      readonly container: string | null;
      readonly scope: { readonly start: number; readonly end: number } | null;
    }
  | { readonly kind: 'mention' };

const MENTION: Use = { kind: 'mention' };

/**
 * Does handing a defined flag's name to this place ask for its value? A call counts when an SDK, a wrapper or haunted.yaml says
 * so, or when its own name does; a table's key, an attribute and a subscript when they say that they hold a flag.
 */
export function useAt(place: Place, registry: Registry, site: CallSite): Use {
  const use = useThere(place, registry, site);
  const node = place.kind === 'argument' ? place.call.node : 'node' in place ? place.node : null;
  return use.kind === 'read' && node !== null && isUnreachable(node) ? MENTION : use;
}

function useThere(place: Place, registry: Registry, site: CallSite): Use {
  switch (place.kind) {
    case 'argument':
      return argumentUse(place, registry, site);
    case 'entry': {
      if (
        holdsFlagName(place.key) &&
        !isNamesake(place) &&
        (isAskedBy(place.callee, registry, site) || isAskedTable(place.node, place.callee))
      )
        return { kind: 'read', via: `${place.key}:`, type: null };
      const { callee } = place;
      if (callee !== null && /^(?:key|name|id|featureKey|feature)$/.test(place.key)) {
        if (isAskedBy(callee, registry, site) && !followsText(place.node))
          return { kind: 'read', via: callee.name, type: typeAsked(callee.name) };
      }
      return tableAlias(place.key, place.node);
    }
    case 'attribute': {
      const words = tokensOf(place.element);
      // A toggle switch, and a card or a list of features, are pieces of a page.
      const isGate =
        words.some((token) => /^(?:feature|flag|toggle|gate|experiment)$/.test(token)) &&
        !words.some((token) => PIECES_OF_A_PAGE.test(token)) &&
        words[0] !== 'toggle';
      const names = /^(?:name|features?|is|id|key|flags?)$/i.test(place.attribute);
      return (holdsFlagName(place.attribute) && !isOtherWork({ name: place.element, receiver: '' })) ||
        (isGate && names && seemsToAsk(registry, { name: `if_${place.element}`, receiver: '' }, site))
        ? { kind: 'read', via: `<${place.element} ${place.attribute}>`, type: null }
        : MENTION;
    }
    case 'asked':
      return { kind: 'read', via: place.method, type: typeAsked(place.method) };
    case 'subscript': {
      const holder = tableName(place.object);
      const isAsked = speaksOfFlags(`${place.object}.`) && askedMethod(place.node) !== null;
      return (isFlagTable(place.object, site) && !place.isWrite && !isOtherTable(place.object, site)) ||
        isAsked
        ? { kind: 'read', via: `${holder}[]`, type: null }
        : MENTION;
    }
    case 'constant':
      if (isClassSetting(place)) return { kind: 'read', via: `${place.name} =`, type: null };
      return place.name === '' ? MENTION : aliasOf(place.name, place.node);
    case 'other':
      return MENTION;
  }
}

/** `{ featureName: 'featureName' }` lists names of fields, and one text under `flags` is a set of letters, as a pattern has. */
function isNamesake({ key, node }: Extract<Place, { kind: 'entry' }>): boolean {
  const value = node.childForFieldName('value') ?? node.namedChild(node.namedChildCount - 1);
  const text = value === null || stringNode(value) === null ? null : literalText(value);
  return text !== null && (text === key || key === 'flags');
}

const PIECES_OF_A_PAGE =
  /^(?:button|buttons|card|cards|item|items|group|list|grid|box|input|control|field|checkbox|radio|row|column|cell|header|footer|banner|image|icon|slider|menu|panel|modal|dialog|tooltip|popover|highlight|section|tile|showcase|carousel|switcher)$/;

/** Python's frameworks read what a class says of itself: `waffle_flag = "x"`. */
function isClassSetting({ name, node }: Extract<Place, { kind: 'constant' }>): boolean {
  const owner = node.type === 'assignment' ? (node.parent?.parent?.parent ?? null) : null;
  if (owner?.type !== 'class_definition' || !/^[a-z]/.test(name) || !holdsFlagName(name)) return false;
  return /View|Mixin|Page|Handler|Resource|Endpoint|Command/.test(
    owner.childForFieldName('superclasses')?.text ?? '',
  );
}

function argumentUse(place: Extract<Place, { kind: 'argument' }>, registry: Registry, site: CallSite): Use {
  const use = argumentUseAs(place, registry, site);
  const { name, receiver } = place.callee;
  const original = use.kind === 'mention' && receiver === '' ? originalName(name, site) : null;
  return original === null
    ? use
    : argumentUseAs({ ...place, callee: { name: original, receiver } }, registry, site);
}

function argumentUseAs(place: Extract<Place, { kind: 'argument' }>, registry: Registry, site: CallSite): Use {
  const { callee, index, keyword, call, item } = place;
  const read: Use = { kind: 'read', via: callee.name, type: typeAsked(callee.name) };
  const places = keyPlaces(registry, callee, site);
  if (places !== null) return keysOfCall(call, places).some((key) => isWithin(key, item)) ? read : MENTION;
  if (
    keyword !== null &&
    holdsFlagName(keyword) &&
    ((!isNoun(callee.name) && seemsToAsk(registry, callee, site)) || isAskedKeyword(keyword, callee))
  )
    return read;
  const made = madeConstant(place);
  if (made !== null) return made;
  if (isFlagMember(argumentText(item)) && (putsQuestion(callee.name) || isGateOn(callee.name, call.node)))
    return read;
  if (isNoun(callee.name) && !isDecoration(call.node)) return MENTION;
  // What is made may be given a flag's name to keep; what stands on a page, or in front of it, asks.
  if (
    /object_creation|new_expression/.test(call.node.type) &&
    !/Attribute|Filter|Guard|Requirement/.test(callee.name)
  )
    return MENTION;
  if (seemsToAsk(registry, callee, site) && index <= 2 && isFirstText(place)) return read;
  return MENTION;
}

function isAskedBy(callee: Callee | null, registry: Registry, site: CallSite): boolean {
  return (
    callee !== null && (keyPlaces(registry, callee, site) !== null || seemsToAsk(registry, callee, site))
  );
}

function argumentText(item: Node): string {
  const [only] = item.type.endsWith('argument') ? partsOf(item) : [];
  return (only ?? item).text;
}

/** `[Feature(FeatureType.X)]` on a page. */
function isGateOn(name: string, node: Node): boolean {
  return isDecoration(node) && isNoun(name);
}

/** Attributes, annotations and decorators stand on what they decide about. */
function isDecoration(node: Node): boolean {
  return /attribute|annotation|decorator|user_type|constructor_invocation/.test(
    `${node.type} ${node.parent?.type ?? ''}`,
  );
}

/** Does the table stand behind the flag's own name? Then it says who asks: `variation('x', { key: 'user-1' })`. */
function followsText(entry: Node): boolean {
  const table = entry.parent;
  const list = table?.parent ?? null;
  if (table === null || list === null) return false;
  return partsOf(list).some((part) => part.endIndex <= table.startIndex && stringIn(part));
}

function isWithin(inner: Node, outer: Node): boolean {
  return inner.startIndex >= outer.startIndex && inner.endIndex <= outer.endIndex;
}

/** A call that is only guessed to ask for a flag names it in its first text; others are defaults and labels. An attribute may list several. */
function isFirstText({ call, item, index }: Extract<Place, { kind: 'argument' }>): boolean {
  if (/attribute|annotation/.test(call.node.type)) return true;
  return !itemsOf(call)
    .slice(0, index)
    .some((before) => before.id !== item.id && stringIn(before));
}

function stringIn(node: Node): boolean {
  const [only] = partsOf(node);
  return (
    stringNode(node) !== null || (node.type.endsWith('argument') && only !== undefined && stringIn(only))
  );
}

/** `Flag("x")` kept in a constant, and `BASE_FEATURE(kX, "x", …)`: the constant stands for the flag. Null when it is no such thing. */
function madeConstant({ callee, index, call }: Extract<Place, { kind: 'argument' }>): Use | null {
  if (/^[A-Z][A-Z0-9_]+$/.test(callee.name) && index > 0) {
    const [first] = itemsOf(call);
    if (first?.type === 'identifier')
      return { kind: 'alias', name: first.text, container: null, scope: null };
  }
  if (!/^[A-Z]/.test(callee.name) || index !== 0) return null;
  // In C# every method has a capital, and what a method gives is kept in a variable.
  if (call.node.type === 'invocation_expression' && functionAround(call.node) !== null) return null;
  let { node } = call;
  for (let steps = 0; steps < 3; steps += 1) {
    const parent: Node | null = node.parent;
    if (parent === null) return null;
    const name =
      /declarator|assignment|const_item|static_item|const_spec|var_spec|property_declaration|field_definition/.test(
        parent.type,
      )
        ? holderName(parent)
        : null;
    if (name !== null) return aliasOf(name, parent);
    node = parent;
  }
  return null;
}

function aliasOf(name: string, node: Node): Use {
  const clean = name.replaceAll(/[^\w$]/g, '');
  if (clean === '' || /^\d/.test(clean)) return MENTION;
  const closure = functionAround(node);
  return {
    kind: 'alias',
    name: clean,
    container: containerOf(node),
    scope: closure === null ? null : { start: closure.startIndex, end: closure.endIndex },
  };
}

/** A key stands for the flag when its table is a constant of the module that says so: `FLAGS`, `FeatureKeys`, `as const`. */
function tableAlias(key: string, node: Node): Use {
  const use = aliasOf(key, node);
  if (use.kind !== 'alias' || use.scope !== null || use.container === null) return MENTION;
  if (/^(?:id|name|key|value|type|label|title|slug|path|default|description)$/.test(use.name)) return MENTION;
  const isTable = /^[A-Z]/.test(use.container) || /flags|features|toggles|keys/i.test(use.container);
  return isTable ? use : MENTION;
}

function functionAround(node: Node): Node | null {
  for (const current of ancestorsOf(node)) if (isFunction(current)) return current;
  return null;
}

/** The table, enum or class that a constant is a member of; null for one that stands alone. */
export function containerOf(node: Node): string | null {
  if (/^(?:pair|keyed_element|array_element_initializer|field_initializer|property)$/.test(node.type)) {
    let current: Node | null = node.parent;
    for (let steps = 0; current !== null && steps < 6; steps += 1, current = current.parent) {
      if (
        /declarator|assignment|pair|_spec|const_item|property_declaration|field_definition/.test(current.type)
      )
        return holderName(current) ?? '';
      if (isFunction(current)) return functionName(current) ?? '';
    }
    return '';
  }
  return isFunction(node.parent ?? node) || functionAround(node) !== null ? null : typeName(node);
}
