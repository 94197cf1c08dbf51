import type { Node } from 'web-tree-sitter';
import type { KeyPlace } from './call-words.ts';
import { holdsFlagName } from './call-words.ts';
import { partsOf } from './parser.ts';

const LISTS = new Set([
  'arguments',
  'argument_list',
  'value_arguments',
  'attribute_argument_list',
  'annotation_argument_list',
  'token_tree',
]);
const CALLS =
  /^(?:call_expression|call|new_expression|invocation_expression|method_invocation|object_creation_expression|function_call_expression|member_call_expression|nullsafe_member_call_expression|scoped_call_expression|command|attribute|annotation)$/;

/** A call around the name of what is called, with its arguments. */
export type Call = { readonly node: Node; readonly list: Node | null };

/** The call of which this node is (the last part of) the name; null when it is not called here. */
export function callOfName(name: Node): Call | null {
  let node = name;
  for (let steps = 0; steps < 6; steps += 1) {
    const parent: Node | null = node.parent;
    if (parent === null) return null;
    if (LISTS.has(parent.type) || parent.type === 'value_argument') return null;
    if (
      CALLS.test(parent.type) &&
      !(parent.type === 'attribute' && parent.childForFieldName('object') !== null)
    ) {
      if (parent.type === 'command')
        return parent.childForFieldName('name')?.startIndex === node.startIndex
          ? { node: parent, list: null }
          : null;
      const list = listOf(parent);
      if (list === null) return parent.type === 'call' || parent.type === 'attribute' ? null : null;
      return name.endIndex <= list.startIndex ? { node: parent, list } : null;
    }
    if (parent.endIndex > node.endIndex && !/generic|instantiation|non_null|turbofish/.test(parent.type)) {
      // The name has to be the last part of what is called: `client` in client.get() is not.
      return null;
    }
    node = parent;
  }
  return null;
}

// Who is asked about, and what is asked, may stand before the key.
const BEFORE_KEY =
  /^(?:&(?:mut )?|\$|@)?(?:\w+(?:\.|->))*(?=[a-z_])\w*(?:[cC]tx|[cC]ontext|[rR]equest|[rR]eq|[uU]ser|[aA]ctor|[oO]rgani[sz]ation|[tT]enant|[aA]ccount|[cC]ustomer|[sS]dk|[cC]lient|[aA]ttributes|[aA]ttrs|[oO]ptions|[oO]pts)s?\w*(?:\(\))?$|\.class$/;

/**
 * The values at the place where the key of a call stands: all of a list, both branches of a choice. Of several places that it may
 * stand at the first that is no context counts. Empty when no key is given.
 */
export function keysOfCall(call: Call, places: readonly KeyPlace[]): readonly Node[] {
  const items = itemsOf(call);
  const keywords = items.flatMap((item) => {
    const named = keywordOf(item);
    return named !== null &&
      (isKeyword(named.keyword) || places.some(({ keyword }) => keyword === named.keyword))
      ? [named.value]
      : [];
  });
  if (keywords.length > 0) return keywords.flatMap(choices);
  const given = places.flatMap(({ index }) => {
    const item = index === null ? undefined : items[index];
    return item === undefined || keywordOf(item) !== null ? [] : [choices(item)];
  });
  // An attribute lists all it needs: [FeatureGate(RequirementType.Any, "a", "b")].
  if (call.node.type === 'attribute')
    return given.flat().filter(({ text }) => !/^RequirementType\.|^(?:true|false)$/.test(text));
  return given.find((values) => values.some((value) => !BEFORE_KEY.test(value.text))) ?? [];
}

/** What a call is given, in order. */
export function itemsOf(call: Call): readonly Node[] {
  return call.list === null ? partsOf(call.node).slice(1) : partsOf(call.list);
}

/** Is this what an SDK, or a function that asks for a flag, calls the argument that is its key? */
function isKeyword(keyword: string): boolean {
  return holdsFlagName(keyword) || /^(?:key|feature|feature_?[nN]ame|gate|gate_?[nN]ame)$/.test(keyword);
}

function keywordOf(item: Node): { readonly keyword: string; readonly value: Node } | null {
  const name =
    item.type === 'keyword_argument' || item.type === 'argument'
      ? item.childForFieldName('name')
      : item.type === 'pair'
        ? item.childForFieldName('key')
        : item.type === 'value_argument' && partsOf(item).length === 2
          ? item.namedChild(0)
          : null;
  const value = item.childForFieldName('value') ?? item.namedChild(item.namedChildCount - 1);
  if (name === null || value === null) return null;
  return { keyword: name.text.replaceAll(/^[:"']|[:"']$/g, ''), value };
}

function choices(node: Node): readonly Node[] {
  const [only] = partsOf(node);
  if (
    /^(?:parenthesized_expression|as_expression|satisfies_expression|non_null_expression|argument|value_argument|literal_element|cast_expression|reference_expression)$/.test(
      node.type,
    )
  )
    return only === undefined
      ? []
      : choices(node.type === 'cast_expression' ? (node.childForFieldName('value') ?? only) : only);
  if (/^(?:ternary_expression|conditional_expression|conditional)$/.test(node.type)) {
    const parts = partsOf(node);
    // Python writes the condition in the middle.
    const branches =
      node.type === 'conditional_expression' && node.childForFieldName('condition') === null
        ? [parts[0], parts[2]]
        : parts.slice(1);
    return branches.flatMap((part) => (part === undefined ? [] : choices(part)));
  }
  if (
    /^(?:array|list|tuple|array_expression|collection_expression|array_creation_expression|array_element_initializer)$/.test(
      node.type,
    )
  )
    return partsOf(node).flatMap(choices);
  if (node.type === 'object') {
    return partsOf(node).flatMap((pair) => {
      const key = pair.childForFieldName('key')?.text.replaceAll(/["'`]/g, '') ?? '';
      const value = pair.childForFieldName('value');
      return value !== null && (holdsFlagName(key) || /^(?:key|featureKey|feature)$/.test(key))
        ? choices(value)
        : [];
    });
  }
  return [node];
}

function listOf(call: Node): Node | null {
  const direct = call.childForFieldName('arguments');
  if (direct !== null) return direct;
  for (const child of call.namedChildren) {
    if (LISTS.has(child.type)) return child;
    if (child.type === 'call_suffix') return child.namedChildren.find((part) => LISTS.has(part.type)) ?? null;
  }
  return null;
}
