import type { Node } from 'web-tree-sitter';
import { ancestorsOf } from './ancestors.ts';

const FUNCTIONS = new Set([
  'function_declaration',
  'function_definition',
  'function_expression',
  'generator_function_declaration',
  'arrow_function',
  'method_definition',
  'method_declaration',
  'constructor_declaration',
  'local_function_statement',
  'property_declaration',
  'func_literal',
  'function_item',
  'closure_expression',
  'lambda',
  'lambda_expression',
  'lambda_literal',
  'anonymous_method_expression',
  'anonymous_function',
  'anonymous_function_creation_expression',
  'method',
  'singleton_method',
]);
const TYPES = new Set([
  'class_declaration',
  'class_definition',
  'class',
  'abstract_class_declaration',
  'interface_declaration',
  'struct_declaration',
  'record_declaration',
  'struct_specifier',
  'class_specifier',
  'object_declaration',
  'impl_item',
  'trait_item',
  'trait_declaration',
  'module',
  'enum_declaration',
  'enum_item',
  'internal_module',
  'companion_object',
]);
const HOLDERS = new Set([
  'variable_declarator',
  'public_field_definition',
  'field_definition',
  'var_spec',
  'const_spec',
  'const_item',
  'static_item',
  'assignment',
  'assignment_expression',
  'pair',
  'init_declarator',
  'let_declaration',
]);

/** Is this node a function, a method or a closure? */
export function isFunction(node: Node): boolean {
  return (
    FUNCTIONS.has(node.type) &&
    !(node.type === 'property_declaration' && node.childForFieldName('accessors') === null)
  );
}

/** What a function is called: its own name, or that of what it is kept in; null for one that nothing names. */
export function functionName(node: Node): string | null {
  const own = node.childForFieldName('name') ?? declaredName(node);
  if (own !== null) return own.text;
  // `const useFlag = useCallback((name) => …)` and `flag: (name) => …` name the function from outside.
  let current: Node | null = node.parent;
  for (let steps = 0; current !== null && steps < 4; steps += 1, current = current.parent) {
    if (HOLDERS.has(current.type)) return holderName(current);
    if (isFunction(current) || current.type.endsWith('block')) return null;
  }
  return null;
}

/** The type a node stands in, by name; null at the top of a file. */
export function typeName(node: Node): string | null {
  for (const current of ancestorsOf(node)) {
    if (!TYPES.has(current.type)) continue;
    const name = current.childForFieldName('name') ?? current.childForFieldName('type');
    if (name !== null) return name.text;
  }
  return null;
}

/** The function, method, constant or type around a node, as a person would name it; `<module>` at the top of a file. */
export function symbolAround(node: Node): string {
  let holder: string | null = null;
  for (const current of ancestorsOf(node)) {
    if (isFunction(current)) {
      const name = functionName(current);
      if (name !== null) return short(qualified(current, name));
    } else if (HOLDERS.has(current.type)) {
      if (current.type !== 'pair') holder = holderName(current) ?? holder;
    } else if (TYPES.has(current.type)) {
      const name = current.childForFieldName('name') ?? current.childForFieldName('type');
      if (name !== null) return short(holder === null ? name.text : `${name.text}.${holder}`);
    }
  }
  return short(holder ?? '<module>');
}

function qualified(node: Node, name: string): string {
  // Go names the type a method belongs to in front of the method.
  const receiver = node.type === 'method_declaration' ? node.childForFieldName('receiver') : null;
  const type = /(\w+)(?:\[[^\]]*\])?\s*\)$/.exec(receiver?.text ?? '')?.[1] ?? typeName(node);
  return type === null ? name : `${type}.${name}`;
}

function short(name: string): string {
  return name.replaceAll(/\s+/g, ' ').slice(0, 200);
}

function declaredName(node: Node): Node | null {
  // C and C++: the name lies inside the declarator.
  let current = node.childForFieldName('declarator');
  while (current !== null) {
    const inner = current.childForFieldName('declarator');
    if (inner === null) return /identifier/.test(current.type) ? current : null;
    current = inner;
  }
  return null;
}

/** The name that a declaration, an assignment or a pair gives to its value. */
export function holderName(node: Node): string | null {
  const name =
    node.childForFieldName('name') ??
    node.childForFieldName('left') ??
    node.childForFieldName('key') ??
    node.childForFieldName('pattern') ??
    declaredName(node) ??
    innerName(node);
  if (name === null) return null;
  const text = /^[\s"'`]*([A-Za-z_$][\w$.]*)/.exec(name.text)?.[1];
  return text === undefined ? null : (text.split('.').at(-1) ?? null);
}

function innerName(node: Node): Node | null {
  if (node.type === 'const_element') return node.namedChild(0);
  if (node.type !== 'property_declaration') return null;
  return node.namedChildren.find((child) => child.type === 'variable_declaration') ?? null;
}
