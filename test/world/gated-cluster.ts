import { openGate } from '../../src/gate/open-gate.ts';
import type { OpenGate } from '../../src/gate/open-gate.ts';
import type { Answer, Page, Question, TrafficOrder, TrafficPolicy } from '../../src/gate/ports.ts';
import type { Wish } from '../../src/gate/gate.ts';
import { memoryLedger } from '../../src/ledger/memory.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readEntries } from '../../src/ledger/read-entry.ts';
import type { LedgerEntry } from '../../src/model/entry.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import { DEFAULT_POLICY } from '../../src/model/policy.ts';
import { manifestDigest } from '../../src/seal/digest.ts';
import type { KeyringIndex } from '../../src/seal/keyring.ts';
import { openProof } from '../../src/seal/open.ts';
import { manifest, NOW, report } from './documents.ts';

/** A small cluster behind the real gate and a ledger in memory: servers run what the test says, and answer when asked. */

type Server = Partial<NodeReport> & { readonly binary_sha256: string };

export type Cluster = {
  readonly gate: OpenGate;
  readonly ledger: Ledger;
  /** What each server runs; one that is not there is silent. */
  readonly servers: Map<string, Server>;
  readonly pages: Page[];
  readonly orders: TrafficOrder[];
  readonly questions: Question[];
  readonly clock: { now: number };
  readonly entries: () => Promise<readonly LedgerEntry[]>;
  /** A proof that a server gives unasked. */
  readonly shows: (hostname: string) => Answer;
  /** Every server runs this manifest from now on. */
  readonly run: (manifest: Manifest, hosts?: readonly string[]) => void;
  /** What is told of a server that is silent. */
  silence: string;
  /** What happens when servers are asked, before they answer. */
  onAsk: (() => Promise<void> | void) | null;
  /** What traffic answers to an order, and people to a page; null for at once, and well. */
  onOrder: (() => Promise<string | null>) | null;
  onPage: (() => Promise<string | null>) | null;
};

type Options = {
  readonly traffic?: Partial<TrafficPolicy>;
  readonly keyring?: KeyringIndex | null;
  readonly ledger?: Ledger;
  /** Where servers go on to number their reports; later than another cluster over the same ledger. */
  readonly firstSequence?: number;
};

export function clusterOf({
  traffic = {},
  keyring = null,
  ledger = memoryLedger('tests'),
  firstSequence = 1,
}: Options = {}): Cluster {
  const clock = { now: NOW };
  const servers = new Map<string, Server>();
  const pages: Page[] = [];
  const orders: TrafficOrder[] = [];
  const questions: Question[] = [];
  let sequence = firstSequence - 1;
  let names = sequence;
  const door = () => ({ keyring, acceptUnsigned: true, acceptTransport: [], now: clock.now });
  const reportOf = (hostname: string, challenge: NodeReport['challenge']): NodeReport | null => {
    const server = servers.get(hostname);
    if (server === undefined) return null;
    const observed_at = new Date(clock.now).toISOString();
    return report(hostname, server.binary_sha256, {
      observed_at,
      sequence: (sequence += 1),
      challenge: challenge ?? null,
      binary_on_disk_sha256: server.binary_sha256,
      ...server,
    });
  };
  const answerOf = (hostname: string, challenge: NodeReport['challenge']): Answer => {
    const given = reportOf(hostname, challenge);
    if (given === null) {
      const unreachable = { hostname, detail: cluster.silence };
      return { hostname, opened: { kind: 'unreachable', unreachable }, document: null };
    }
    return { hostname, opened: openProof(given, hostname, door()), document: JSON.stringify(given) };
  };
  const cluster: Cluster = {
    ledger,
    servers,
    pages,
    orders,
    questions,
    clock,
    silence: 'no answer until the deadline',
    onAsk: null,
    onOrder: null,
    onPage: null,
    entries: async () => await Array.fromAsync(readEntries(ledger)),
    shows: (hostname) => answerOf(hostname, null),
    run: ({ binary_sha256, config_sha256, cluster_inventory }, hosts = cluster_inventory) => {
      for (const host of hosts) servers.set(host, { binary_sha256, config_sha256: config_sha256 ?? null });
    },
    gate: openGate({
      ledger,
      door,
      rules: () => ({
        policy: DEFAULT_POLICY,
        traffic: { lease_s: 30, takes_out: 'unproven', floor: 0, ...traffic },
      }),
      chance: {
        now: () => clock.now,
        name: (kind) => `${kind}-${(names += 1)}`,
        nonce: () => `nonce-${(names += 1)}`,
      },
      nodes: {
        ask: async (question, _door, onAnswer) => {
          const { hostnames, event_id, nonce } = question;
          questions.push(question);
          await cluster.onAsk?.();
          const answers = hostnames.map((host) => answerOf(host, { event_id, nonce }));
          for (const answer of answers) onAnswer?.(answer);
          return answers;
        },
      },
      acts: {
        order: async (order) => {
          orders.push(order);
          return (await cluster.onOrder?.()) ?? null;
        },
        page: async (page) => {
          pages.push(page);
          return (await cluster.onPage?.()) ?? null;
        },
      },
    }),
  };
  return cluster;
}

export function sealed(more: Parameters<typeof manifest>[0]): Manifest {
  const draft = manifest(more);
  return { ...draft, manifest_sha256: manifestDigest(draft) };
}

export function received(document: unknown): { readonly source: string; readonly bytes: Uint8Array } {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return { source: 'document.json', bytes: new TextEncoder().encode(text) };
}

export function wish(action: Wish['action'], given: Manifest, more: Partial<Wish> = {}): Wish {
  return {
    action,
    manifest: received(given),
    cluster: null,
    plan: null,
    bypass: null,
    history: [],
    actor: 'alice',
    reason: null,
    dry_run: false,
    ...more,
  };
}

export const DONE = { outcome: 'done', exit_status: 0, signal: null, reason: null } as const;
export const FAILED = { outcome: 'failed', exit_status: 7, signal: null, reason: null } as const;
