import type { Evaluation, FlagSource } from '../../src/agent/ofrep/flag-source.ts';
import type { HeldManifest } from '../../src/agent/ofrep/guarded-flags.ts';
import { listeners } from '../../src/agent/ofrep/listeners.ts';
import { ownershipView } from '../../src/agent/ofrep/ownership.ts';
import type { OwnershipView } from '../../src/agent/ofrep/ownership.ts';
import type { RunningBinary, RunningLook } from '../../src/agent/ofrep/running-binary.ts';
import { serveOfrep } from '../../src/agent/ofrep/server.ts';
import type { RunningServer, ServerOptions } from '../../src/agent/ofrep/server.ts';
import { tally } from '../../src/agent/ofrep/tally.ts';
import type { FlagOwnership } from '../../src/model/flag.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { NOW, manifest, sha, verified } from './documents.ts';

/** The parts of the OFREP endpoint in memory, each of which a test can change under the running server. */

export const RUNS_A = {
  ok: true,
  sha256: sha('a'),
  method: 'proc_exe',
  process: { pid: 4711, startTicks: 99, bootId: 'boot-1' },
  onDiskSha256: sha('a'),
} as const satisfies RunningLook;

export function viewOf(rows: readonly FlagOwnership[], more: Partial<Manifest> = {}): OwnershipView {
  return ownershipView(
    verified(manifest({ generation: 41, binary_sha256: sha('a'), flag_ownership_table: [...rows], ...more })),
  );
}

export function value(given: unknown, more: object = {}): Evaluation {
  return { kind: 'value', value: given, reason: 'STATIC', variant: 'on', metadata: {}, ...more };
}

/** A source that says what it is told to, and can be told something else. */
export function memorySource(
  first: Readonly<Record<string, Evaluation>>,
): FlagSource & { readonly set: (flags: Readonly<Record<string, Evaluation>>) => void } {
  const changed = listeners();
  let flags = first;
  let version = 1;
  return {
    evaluate: async (flag) => flags[flag] ?? { kind: 'not_found' },
    evaluateAll: async (names) => ({
      kind: 'flags',
      byFlag: new Map(
        names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]] as const])),
      ),
    }),
    version: () => `v${version}`,
    onChange: changed.add,
    set: (next) => {
      flags = next;
      version += 1;
      changed.tell();
    },
  };
}

/** A source that says `true` about everything, but only when it is let go. */
export function slowSource(): {
  readonly source: FlagSource;
  readonly asked: Promise<void>;
  readonly letGo: () => void;
} {
  const gate = Promise.withResolvers<void>();
  const first = Promise.withResolvers<void>();
  const evaluate = async (): Promise<Evaluation> => {
    first.resolve();
    await gate.promise;
    return value(true);
  };
  return { source: { ...memorySource({}), evaluate }, asked: first.promise, letGo: gate.resolve };
}

export type OfrepWorld = {
  readonly server: RunningServer;
  readonly runs: (look: RunningLook) => void;
  readonly hold: (view: OwnershipView) => void;
  /** Stops the server, and throws the first bug that a request met. */
  readonly close: () => Promise<void>;
  /** Posts JSON and reads the answer. */
  readonly post: (
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }>;
};

export type WorldOptions = Partial<ServerOptions> & {
  readonly view: OwnershipView;
  readonly source: FlagSource;
};

/** A real server on a free port of loopback, in front of parts in memory. */
export async function ofrepWorld({ view: first, ...options }: WorldOptions): Promise<OfrepWorld> {
  const changed = { manifest: listeners(), running: listeners() };
  let view = first;
  let look: RunningLook = RUNS_A;
  const bugs: unknown[] = [];
  const held: HeldManifest = { view: () => view, onChange: changed.manifest.add };
  const running: RunningBinary = { look: async () => look, onChange: changed.running.add };
  const server = await serveOfrep({
    manifest: held,
    running,
    tally: tally((flag) => view.rowByFlag.has(flag)),
    now: () => NOW,
    host: '127.0.0.1',
    port: 0,
    token: null,
    tls: null,
    reportEverySec: 10,
    onStanding: () => {},
    onBug: (error) => void bugs.push(error),
    ...options,
  });
  return {
    server,
    runs: (next) => {
      look = next;
      changed.running.tell();
    },
    hold: (next) => {
      view = next;
      changed.manifest.tell();
    },
    close: async () => {
      await server.close();
      if (bugs.length > 0) throw new Error('a request met a bug', { cause: bugs[0] });
    },
    post: async (path, body = {}, headers = {}) => {
      const response = await fetch(`${server.url}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await response.text();
      const parsed: unknown = text === '' ? null : JSON.parse(text);
      return { status: response.status, headers: response.headers, body: parsed };
    },
  };
}
