import type { Node } from 'web-tree-sitter';
import { isSame, partsOf } from './parser.ts';
import { stringNode } from './string-value.ts';

// What is asked of a constant that stands for a flag and knows its own state.
const ASKED = /^(?:is_?(?:active|enabled|on|disabled|inactive|off)|enabled|active)\??$/i;

/** The question that is put to this very node: `x.isActive()`; null for none. */
export function askedMethod(node: Node): string | null {
  const { parent } = node;
  if (parent === null || !isSame(parent.namedChild(0), node) || stringNode(node) !== null) return null;
  if (
    !/member|attribute|field|navigation|^call$|method_invocation|selector|call_expression/.test(parent.type)
  )
    return null;
  const name = partsOf(parent)[1]?.text.replace(/^[?.]+/, '') ?? '';
  if (!ASKED.test(name)) return null;
  const isCall = /method_invocation|^call$|member_call/.test(parent.type);
  return isCall || /call|invocation/.test(parent.parent?.type ?? '') ? name : null;
}

/** Does the code branch on it? Then it is a value and no name. */
export function isTested(node: Node): boolean {
  const { parent } = node;
  if (parent === null) return false;
  if (parent.type === 'parenthesized_expression') return isTested(parent);
  if (/^(?:unary|prefix|not|prefix_unary)_(?:expression|operator)$/.test(parent.type)) return true;
  if (/^(?:binary_expression|boolean_operator|infix_expression)$/.test(parent.type))
    return /&&|\|\||\band\b|\bor\b/.test(parent.text);
  return isSame(parent.childForFieldName('condition'), node);
}
