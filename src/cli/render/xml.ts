import { printable } from './terminal-text.ts';

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/**
 * Text for an XML 1.0 element or attribute. Characters that XML cannot hold at all (control characters, lone surrogates,
 * U+FFFE and U+FFFF) are written as `\u{7}`, like everything else that could disturb a reader.
 */
export function xmlText(text: string): string {
  return printable(text)
    .replaceAll(/[\ufffe\uffff]/g, (found) => `\\u{${found.charCodeAt(0).toString(16)}}`)
    .replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? found);
}

/** Attributes of an element, each with a blank before it. */
export function xmlAttributes(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join('');
}
