import type { Node } from 'web-tree-sitter';

const STRINGS = new Set([
  'string',
  'template_string',
  'string_literal',
  'verbatim_string_literal',
  'raw_string_literal',
  'interpreted_string_literal',
  'encapsed_string',
  'raw_string',
  'simple_symbol',
  'delimited_symbol',
  'preproc_arg',
  'hash_key_symbol',
  'word',
  'heredoc',
  'line_string_literal',
  'multi_line_string_literal',
]);
const PARTS = /^(?:string_|raw_string_|interpreted_string_|escape_sequence|template_chars|line_str_text)/;
const SUBSTITUTIONS =
  /^(?:template_substitution|interpolation|simple_expansion|expansion|variable_name|command_substitution|interpolated_expression|interpolated_identifier|interpolated_string)/;

/** The whole string literal that this node is, or is a piece of; null when it is none. */
export function stringNode(node: Node): Node | null {
  let current: Node | null = node;
  while (current !== null && !STRINGS.has(current.type) && PARTS.test(current.type)) current = current.parent;
  if (current === null || !STRINGS.has(current.type)) return null;
  // The quotes of `string_literal` in some grammars stand around a node of the same family.
  return current.parent !== null && STRINGS.has(current.parent.type) && current.type !== 'word'
    ? current.parent
    : current;
}

/** The text a string literal stands for; null when it is put together at run time, or is no literal. */
export function literalText(node: Node): string | null {
  if (!STRINGS.has(node.type)) return null;
  if (node.type === 'preproc_arg') return /^\s*"([^"]*)"\s*$/.exec(node.text)?.[1] ?? null;
  if (node.namedChildren.some((child) => SUBSTITUTIONS.test(child.type))) return null;
  return unquoted(node.text);
}

/** A literal without its quotes and prefix. Of the escapes only those of letters are undone: no flag's name was seen to need another. */
function unquoted(text: string): string {
  const bare = text.replace(/^(?:[@$]{1,2}|u8|[bBfFrRuULc]{1,2}#*)(?=["'`])/, '').replace(/^#+(?=")/, '');
  const quoted = /^("""|'''|["'`])([\s\S]*?)\1#*$/.exec(bare);
  if (quoted !== null) return /^\w*[rR@]/.test(text) ? (quoted[2] ?? '') : withLetters(quoted[2] ?? '');
  return /^:[^:\s]/.test(bare) ? unquoted(bare.slice(1)) : bare.replace(/:$/, '');
}

/** `gr\u00f6\u00dfe` is how some tools write größe. */
function withLetters(text: string): string {
  return text.replaceAll(
    /\\u(?:([0-9a-fA-F]{4})|\{(0?[0-9a-fA-F]{1,5})\})/g,
    (_, four?: string, any?: string) => String.fromCodePoint(Number.parseInt(four ?? any ?? '0', 16)),
  );
}
