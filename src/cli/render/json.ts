import type { Rendering } from './rendering.ts';

/** The verdict itself, `haunted.verdict/v1`, indented. Nothing is shortened, and nothing is added to the document. */
export function renderJson({ verdict }: Rendering): string {
  return `${JSON.stringify(verdict, null, 2)}\n`;
}
