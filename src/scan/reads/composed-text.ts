import type { Node } from 'web-tree-sitter';
import { partsOf } from './parser.ts';
import { escaped } from './registry.ts';
import type { SourceText } from './source-text.ts';
import { literalText } from './string-value.ts';

const SUMS = /^(?:binary_expression|binary_operator|binary|additive_expression|concatenated_string)$/;
const STRINGS = /string/;
const NAMES =
  /identifier|^constant$|^name$|member|attribute$|navigation|field_access|selector|scoped|qualified/;
// `${X}`, `{X}`, `#{X}` and Kotlin's `$X`: a name alone, since what is worked out is not known here.
const HOLES = /[$#]?\{\s*([\w.$]+)\s*\}|\$([A-Za-z_]\w*)/g;
const DEEPEST = 8;
// C#'s own way to give a constant the text of its name.
const NAME_OF = /^nameof\(\s*(?:[\w.]+\.)?(\w+)\s*\)$/;

type Known = Pick<SourceText, 'text' | 'grammar'>;

/**
 * The text that an expression puts together out of literals and of constants that its own file gives a literal: `PREFIX + "cart"`,
 * `${PREFIX}cart`. Null for one that is known at run time only, and for a plain literal, which needs no putting together.
 */
export function composedText(node: Node, source: Known): string | null {
  if (source.grammar === 'bash') return null;
  if (SUMS.test(node.type)) return summed(node, source, 0);
  return STRINGS.test(node.type) && literalText(node) === null ? filledIn(node, source) : null;
}

/** The text that is given to a constant: put together, or the text of a name. */
export function givenText(node: Node, source: Known): string | null {
  const named = node.type === 'invocation_expression' ? NAME_OF.exec(node.text)?.[1] : undefined;
  return named ?? literalText(node) ?? composedText(node, source);
}

function summed(node: Node, source: Known, depth: number): string | null {
  if (depth > DEEPEST) return null;
  const literal = literalText(node);
  if (literal !== null) return literal;
  if (SUMS.test(node.type)) {
    if (/[-*/%<>=&|?]/.test(node.childForFieldName('operator')?.text ?? '+')) return null;
    const parts = partsOf(node).map((part) => summed(part, source, depth + 1));
    return parts.every((part) => part !== null) ? parts.join('') : null;
  }
  if (node.type === 'parenthesized_expression') {
    const [only] = partsOf(node);
    return only === undefined ? null : summed(only, source, depth + 1);
  }
  if (STRINGS.test(node.type)) return filledIn(node, source);
  return NAMES.test(node.type) ? constantText(node.text, source) : null;
}

/** A template, a formatted or an interpolated string with its holes filled in. */
function filledIn(node: Node, source: Known): string | null {
  const inside = /^(?:[$@]{1,2}|[fF][rR]?|[rR][fF])?(?:"""|["'`])([^"'`\\]*)["'`]{1,3}$/.exec(node.text)?.[1];
  if (inside === undefined) return null;
  let isWhole = true;
  const text = inside.replaceAll(HOLES, (_, inBraces: string | undefined, bare: string | undefined) => {
    const value = constantText(inBraces ?? bare ?? '', source);
    isWhole &&= value !== null;
    return value ?? '';
  });
  // What is left of a sign that is not understood makes it another text.
  return isWhole && !/[${}]/.test(text) ? text : null;
}

/** The literal that the file gives to a name; null when it gives none, or not always the same. */
function constantText(expression: string, { text }: Known): string | null {
  const name = /([A-Za-z_$][\w$]*)$/.exec(expression)?.[1];
  if (name === undefined) return null;
  const given = new RegExp(
    String.raw`(?<![\w$.])${escaped(name)}\s{0,9}(?::[^=;\n]{0,80})?=\s{0,40}([^\n;]{1,200})`,
    'g',
  );
  const values = [...text.matchAll(given)].map(
    ([, value = '']) =>
      /^["'\x60]([^"'\x60\n$\\]*)["'\x60]\s*(?:as const)?\s*[,)}]?\s*(?:$|\/\/|#)/.exec(value)?.[1],
  );
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}
