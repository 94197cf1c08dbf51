import type { Gate } from '../gate/gate.ts';
import { openGate } from '../gate/open-gate.ts';
import type { Answer, Received } from '../gate/ports.ts';
import { memoryLedger } from '../ledger/memory.ts';
import type { Keyring } from '../model/keyring.ts';
import type { Manifest } from '../model/manifest.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { OperatorWord } from '../model/operator-word.ts';
import { Policy } from '../model/policy.ts';
import type { Replay } from '../model/replay.ts';
import { keyringIndex } from '../seal/keyring.ts';
import type { SigningKey } from '../seal/keys.ts';
import { newPrivateKey, signingKey, trustedKey } from '../seal/keys.ts';
import { openProof } from '../seal/open.ts';
import { signManifest, signReport } from '../seal/sign.ts';
import { signWord } from '../seal/operator-word.ts';
import type { World } from './world.ts';

/** Keys of one replay. They are made for it, sign everything in it, and are forgotten with it. */
export type Keys = {
  readonly builder: SigningKey;
  readonly operator: SigningKey;
  readonly nodes: ReadonlyMap<string, SigningKey>;
};

export function keysFor(hostnames: readonly string[]): Keys {
  return {
    builder: newKey('builder', 'builder', null),
    operator: newKey('operator', 'operator', null),
    nodes: new Map(hostnames.map((hostname) => [hostname, newKey('node', hostname, hostname)])),
  };
}

function newKey(role: SigningKey['role'], name: string, hostname: string | null): SigningKey {
  return signingKey(newPrivateKey({ role, name, hostname }, 0), 'a key of a replay');
}

/** The gate as it is, over a ledger in memory, in front of a cluster that answers as the record has it. */
export type Stage = {
  readonly gate: Gate;
  readonly manifest: (manifest: Manifest) => Received;
  /** An operator’s signed word that every finding may pass for a second. */
  readonly bypass: (cluster: string, why: string) => Received;
  readonly clock: { now: number };
};

type Given = { readonly replay: Replay; readonly world: World; readonly keys: Keys };

export function stageFor({ replay, world, keys }: Given): Stage {
  const clock = { now: 0 };
  let names = 0;
  const keyring = keyringIndex(keyringOf(keys), 'the keyring of a replay');
  const door = () => ({ keyring, acceptUnsigned: false, acceptTransport: [], now: clock.now });
  const rules = {
    policy: Policy.parse(replay.policy),
    traffic: { lease_s: 60, takes_out: 'unproven' as const, floor: 0 },
  };
  const answerOf = (hostname: string, challenge: NodeReport['challenge']): Answer => {
    const report = world.reportOf(hostname, challenge, clock.now);
    const key = keys.nodes.get(hostname);
    if (report === null || key === undefined) {
      const unreachable = { hostname, detail: 'no answer until the deadline' };
      return { hostname, opened: { kind: 'unreachable', unreachable }, document: null };
    }
    const document = signReport(report, key);
    return { hostname, opened: openProof(JSON.parse(document), hostname, door()), document };
  };
  const gate = openGate({
    ledger: memoryLedger(`replay of ${replay.id}`),
    door,
    rules: () => rules,
    chance: {
      now: () => clock.now,
      name: (kind) => `${kind}-${(names += 1)}`,
      nonce: () => (names += 1).toString(16).padStart(32, '0'),
    },
    nodes: {
      ask: async ({ hostnames, event_id, nonce }, _door, onAnswer) => {
        const answers = hostnames.map((hostname) => answerOf(hostname, { event_id, nonce }));
        for (const answer of answers) onAnswer?.(answer);
        return answers;
      },
    },
    acts: { order: async () => null, page: async () => null },
  });
  return {
    gate,
    clock,
    manifest: (manifest) =>
      received(signManifest(manifest, manifest.deployment_id, keys.builder), manifest.deployment_id),
    bypass: (cluster, why) => {
      const word: OperatorWord = {
        schema: 'haunted.operator-word/v1',
        kind: 'bypass',
        word: `bypass-${(names += 1)}`,
        cluster,
        reason: why,
        said_at: new Date(clock.now).toISOString(),
        until: new Date(clock.now + 1000).toISOString(),
        findings: [],
      };
      return received(signWord(word, keys.operator), 'bypass');
    },
  };
}

export function received(text: string, source: string): Received {
  return { source, bytes: new TextEncoder().encode(text) };
}

function keyringOf({ builder, operator, nodes }: Keys): Keyring {
  const always = { from: null, until: null };
  const keys = [builder, operator, ...nodes.values()].map((key) => trustedKey(key, always));
  return { schema: 'haunted.keyring/v1', keys };
}
