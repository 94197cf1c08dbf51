import { parse } from 'smol-toml';

/** A TOML text as plain values; or why it is none, as a clause for a sentence. */
export type TomlDocument =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly line: number | null; readonly clause: string; readonly cause: unknown };

/** Is this text sound TOML 1.0? Whole numbers beyond 2^53 come as bigint. Never throws. */
export function openToml(text: string): TomlDocument {
  try {
    return { ok: true, value: parse(text, { maxDepth: 64, integersAsBigInt: 'asNeeded' }) };
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : '').split('\n');
    const clause = first.replace(/^Invalid TOML document: /, '').replace(/\.$/, '');
    return { ok: false, line: lineIn(error), clause, cause: error };
  }
}

/** Asking for the parser's own class would load the parser in programs that read no TOML. */
function lineIn(error: unknown): number | null {
  return error instanceof Error && 'line' in error && typeof error.line === 'number' ? error.line : null;
}
