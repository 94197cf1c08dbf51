/** On which line of a manifest's text a server or a flag is named. */
export type ManifestLines = {
  readonly ofHost: (hostname: string) => number | undefined;
  readonly ofFlag: (flag: string) => number | undefined;
};

// A string with, perhaps, the colon that makes it a key; or a line feed, to count.
const TOKEN = /\n|"([^"\\\n]*(?:\\.[^"\\\n]*)*)"(\s*:)?/g;

/** Finds the lines in one pass. A sealed manifest is one line of base64, and there nothing is found. */
export function indexManifestLines(text: string): ManifestLines {
  const hosts = new Map<string, number>();
  const flags = new Map<string, number>();
  let line = 1;
  let key = '';
  for (const [token, body, colon] of text.matchAll(TOKEN)) {
    if (body === undefined) line += 1;
    else if (colon !== undefined) key = unescapeJson(body);
    else if (key === 'cluster_inventory') remember(hosts, unescapeJson(body), line);
    else if (key === 'flag') remember(flags, unescapeJson(body), line);
    if (body !== undefined) line += token.split('\n').length - 1;
  }
  return { ofHost: (hostname) => hosts.get(hostname), ofFlag: (flag) => flags.get(flag) };
}

function remember(lines: Map<string, number>, name: string, line: number): void {
  if (!lines.has(name)) lines.set(name, line);
}

function unescapeJson(body: string): string {
  if (!body.includes('\\')) return body;
  try {
    return String(JSON.parse(`"${body}"`));
  } catch {
    // Not a JSON string after all: no name of a valid manifest, so nobody will ask for it.
    return body;
  }
}
