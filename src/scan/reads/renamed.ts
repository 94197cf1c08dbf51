type Site = { readonly text: string; readonly family: string };

const RENAMES = /(?<![\w$])([A-Za-z_$][\w$]*)\s{1,9}as\s{1,9}([A-Za-z_$][\w$]*)/g;
const NONE: ReadonlyMap<string, string> = new Map();

const known = new WeakMap<Site, ReadonlyMap<string, string>>();

/** What a function that a file calls by a name of its own is called where it comes from: `import { isEnabled as isOn }`. Null for one that keeps its name. */
export function originalName(name: string, site: Site): string | null {
  if (site.family !== 'javascript' && site.family !== 'python') return null;
  const names = known.get(site) ?? renamesIn(site.text);
  known.set(site, names);
  return names.get(name) ?? null;
}

function renamesIn(text: string): ReadonlyMap<string, string> {
  if (!text.includes(' as ')) return NONE;
  const names = new Map<string, string>();
  for (const line of text.matchAll(
    /(?:^|\n)[ \t]*(?:import|from)\b[^;]{0,600}?(?:\)|['"][^'"\n]*['"]|\n(?=\S))/g,
  ))
    for (const [, original = '', own = ''] of line[0].matchAll(RENAMES))
      if (original !== 'default') names.set(own, original);
  return names.size === 0 ? NONE : names;
}
