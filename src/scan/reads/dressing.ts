import type { Node } from 'web-tree-sitter';
import { isSame, partsOf } from './parser.ts';

// A literal that is only dressed: 'x'.freeze, "x".to_string(), Flag("x").value.
const DRESSING =
  /^(?:freeze|to_s|to_sym|to_string|toString|ToString|intern|into|as_str|trim|to_owned|value|key|name|slug|id|getKey|getValue|getName|rawValue|Value|Name|Key)$/;

/** Is the node the object of a member or a call that only changes its form? */
export function isDressed(parent: Node, node: Node): boolean {
  if (!/member|attribute|field|navigation|^call$|method_invocation|selector/.test(parent.type)) return false;
  const [first, name] = partsOf(parent);
  return name !== undefined && isSame(first ?? null, node) && DRESSING.test(name.text.replace(/^[?.]+/, ''));
}

/** The node with what changes its form, and the brackets of that. */
export function dressedWhole(access: Node): Node {
  const { parent } = access;
  const isCalled =
    parent !== null && /call|invocation/.test(parent.type) && isSame(parent.namedChild(0), access);
  return isCalled ? parent : access;
}
