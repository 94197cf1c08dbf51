import { printable } from '../render/terminal-text.ts';

/** A table for people: columns as wide as their longest cell, two spaces between, nothing after the last. Cells are one line each. */
export function alignRows(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const clean = [head, ...rows].map((row) => row.map(printable));
  const widths = head.map((_, at) =>
    clean.reduce((widest, row) => Math.max(widest, row[at]?.length ?? 0), 0),
  );
  return clean.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Facts one under another: the label, then the value. */
export function labelled(facts: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...facts.map(([label]) => label.length));
  return facts.map(([label, value]) => `${label.padEnd(width)}  ${printable(value)}`.trimEnd());
}
