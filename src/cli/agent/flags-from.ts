import { flagdSource } from '../../adapters/flagd/flagd-source.ts';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { upstreamSource } from '../../adapters/ofrep/upstream-source.ts';
import { parseYaml } from '../../adapters/yaml/parse.ts';
import type { FlagSource } from '../../agent/ofrep/flag-source.ts';
import { Fault } from '../../fault.ts';
import { readJson } from '../../seal/json.ts';
import type { Journal } from './journal.ts';
import { readAuthHeader } from './secret-file.ts';
import type { AgentWords } from './words.ts';

const MAX_BYTES = 16 * 1024 * 1024;
/** Largest answer of an upstream service: as many flags as a manifest may list, and some words about each. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export type OpenedSource = {
  readonly source: FlagSource;
  /** Looks at the file now. */
  readonly look: () => Promise<void>;
  readonly close: () => void;
};

/** Opens the place where the flags are. Faults: what reading and understanding the file throws. */
export async function openSource(
  words: AgentWords['source'],
  everyMs: number,
  note: Journal,
): Promise<OpenedSource> {
  if (words.kind === 'upstream') return await upstream(words);
  const { file } = words;
  const shown = shownPath(file);
  const source = await flagdSource({
    file: shown,
    path: file,
    read: () => readDefinitions(file),
    everyMs,
    onReload: (problem) =>
      note(
        problem === null
          ? {
              level: 'info',
              event: 'flags_changed',
              sentence: `The flags in ${shown} are in use.`,
              fields: { file },
            }
          : {
              level: 'error',
              event: 'flags_refused',
              sentence: `${problem} The flags read before it stay in use.`,
              fields: { file },
            },
      ),
  });
  return { source, look: source.look, close: source.close };
}

async function upstream(words: Extract<AgentWords['source'], { kind: 'upstream' }>): Promise<OpenedSource> {
  const { url, authFile, timeoutMs } = words;
  const headers = async (): Promise<Readonly<Record<string, string>>> =>
    authFile === null ? {} : await readAuthHeader(authFile);
  // A secret that cannot be read is said now, not at the first evaluation.
  await headers();
  const source = upstreamSource({ url, headers, timeoutMs, maxBytes: MAX_ANSWER_BYTES });
  return { source, look: async () => {}, close: () => {} };
}

/** What a flagd file holds. JSON is read as JSON: strictly, and much faster than as YAML. */
async function readDefinitions(file: string): Promise<unknown> {
  const bytes = await readDocument(file, { what: 'flagd definition', maxBytes: MAX_BYTES });
  const shown = shownPath(file);
  if (!/\.ya?ml$/i.test(file)) {
    const read = readJson(bytes);
    if (read.ok) return read.value;
    throw new Fault('BAD_INPUT', `The flagd definition ${shown} ${read.detail}.`, { file });
  }
  try {
    return parseYaml(new TextDecoder('utf-8', { fatal: true }).decode(bytes), shown).value;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      'BAD_INPUT',
      `The flagd definition ${shown} is not UTF-8 text; save it as UTF-8.`,
      { file },
      error,
    );
  }
}
