import type { Node } from 'web-tree-sitter';
import { isSame } from './parser.ts';
import type { Place } from './place.ts';
import { holderName } from './symbol.ts';

/** Where a declaration gives this value to a name; any other place when it is no value of it. */
export function constantPlace(declaration: Node, node: Node): Place {
  const value =
    declaration.childForFieldName('value') ??
    declaration.childForFieldName('right') ??
    declaration.childForFieldName('default_value');
  if (value === null ? isSame(declaration.namedChild(0), node) : !isSame(value, node))
    return { kind: 'other' };
  const name = holderName(declaration);
  return name === null ? { kind: 'other' } : { kind: 'constant', name, node: declaration };
}

/** Python's `NEW_CART = ("new-cart", "what it does")` in a class of constants. */
export function isEnumMember(tuple: Node): boolean {
  const assignment = tuple.parent;
  return (
    assignment?.type === 'assignment' &&
    /^[A-Z][A-Z0-9_]*$/.test(holderName(assignment) ?? '') &&
    assignment.parent?.parent?.parent?.type === 'class_definition'
  );
}

/** C#'s `static string NewCart => "x";` is a constant; a method that is written so gives its value away. */
export function arrowPlace(owner: Node | null): Place {
  const name = owner?.type === 'property_declaration' ? holderName(owner) : null;
  return owner === null || name === null ? { kind: 'other' } : { kind: 'constant', name, node: owner };
}
