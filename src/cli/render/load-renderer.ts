import type { Format, Renderer } from './rendering.ts';

const LOADERS: Record<Format, () => Promise<Renderer>> = {
  table: async () => (await import('./table.ts')).renderTable,
  json: async () => (await import('./json.ts')).renderJson,
  sarif: async () => (await import('./sarif.ts')).renderSarif,
  junit: async () => (await import('./junit.ts')).renderJunit,
  markdown: async () => (await import('./markdown.ts')).renderMarkdown,
};

/** The renderer of a format; only the one that is asked for is loaded, because start-up time is part of every check. */
export async function loadRenderer(format: Format): Promise<Renderer> {
  return await LOADERS[format]();
}
