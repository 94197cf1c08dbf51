import { readOutput } from '../../adapters/process/read-output.ts';
import { LIMITS } from '../../model/limits.ts';
import { isObject } from '../../seal/is-object.ts';
import { readJson } from '../../seal/json.ts';
import { openProof } from '../../seal/open.ts';
import type { Door } from '../../seal/open.ts';
import type { Answer, Nodes } from '../../gate/ports.ts';

type Options = {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeLimitMs: number;
  readonly parallel: number;
};

/**
 * Servers asked through a program of the team’s own: it gets HOST, EVENT and NONCE as its last words, and prints one report or signed
 * proof. What it prints is opened at the door like any other document.
 */
export function execNodes({ argv, cwd, env, timeLimitMs, parallel }: Options): Nodes {
  const askOne = async (host: string, event: string, nonce: string): Promise<string | Buffer> => {
    const options = { cwd, env, timeLimitMs, maxBytes: LIMITS.line_bytes };
    const output = await readOutput([...argv, host, event, nonce], options);
    return output.ok ? output.stdout : output.why;
  };
  return {
    ask: async ({ hostnames, event_id, nonce }, door, onAnswer) => {
      const answers = new Map<string, Answer>();
      const queue = hostnames.values();
      const worker = async (): Promise<void> => {
        for (const hostname of queue) {
          const said = await askOne(hostname, event_id, nonce);
          const answer = typeof said === 'string' ? silent(hostname, said) : opened(hostname, said, door);
          answers.set(hostname, answer);
          onAnswer?.(answer);
        }
      };
      await Promise.all(Array.from({ length: Math.min(parallel, hostnames.length) }, worker));
      return hostnames.flatMap((hostname) => answers.get(hostname) ?? []);
    },
  };
}

export function silent(hostname: string, detail: string): Answer {
  return { hostname, opened: { kind: 'unreachable', unreachable: { hostname, detail } }, document: null };
}

function opened(hostname: string, bytes: Buffer, door: Door): Answer {
  const read = readJson(bytes);
  if (!read.ok || !isObject(read.value))
    return silent(
      hostname,
      `what it printed is no report: it ${read.ok ? 'is no JSON object' : read.detail}`,
    );
  return { hostname, opened: openProof(read.value, hostname, door), document: bytes.toString().trim() };
}
