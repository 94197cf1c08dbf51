import { describe, expect, it } from 'vitest';
import { decide } from '../src/decide/decide.ts';
import type { FlagOwnership } from '../src/model/flag.ts';
import type { Manifest } from '../src/model/manifest.ts';
import type { NodeReport } from '../src/model/node-report.ts';
import type { Intent } from '../src/model/intent.ts';
import { type Verdict, VERDICT_WORDS } from '../src/model/verdict.ts';
import {
  activate,
  ANSWER,
  at,
  deploy,
  evidence,
  flag,
  manifest,
  NOW,
  plan,
  POLICY,
  proof,
  report,
  rollback,
  sha,
} from './world/documents.ts';
import {
  type Mechanism,
  type OracleAnswer,
  type OracleGate,
  type OracleManifest,
  type OracleServer,
  naiveVerdict,
} from './world/naive-oracle.ts';

/** Every world of three servers, two binaries, two configs and three states of proof, judged twice. */

const NAMES = ['n1', 'n2', 'n3'];
const BINARIES = [sha('a'), sha('b')];
const CONFIGS = [sha('c'), sha('d')];
const MECHANISMS: Mechanism[] = ['to_manifest', 'uninstall_latest', 'copy_from_node', 'mutable_reference'];

type Story = {
  readonly name: string;
  readonly old: FlagOwnership[];
  readonly next: FlagOwnership[];
  readonly proofs: readonly OracleServer['proof'][];
};

const sent = (name: string, more: Partial<FlagOwnership> = {}) =>
  flag(name, { travels_in: ['message'], senders: ['order-gateway'], ...more });

const STORIES: Story[] = [
  {
    name: 'one flag, two functions, as at Knight',
    old: [flag('peg', { meaning: 'm:peg', state: 'dormant' })],
    next: [sent('peg', { meaning: 'm:rlp' })],
    proofs: ['fresh', 'stale', 'absent'],
  },
  {
    name: 'one flag, one function',
    old: [flag('rlp')],
    next: [sent('rlp')],
    proofs: ['fresh', 'stale', 'absent'],
  },
  {
    name: 'a flag that the old binary does not know',
    old: [],
    next: [sent('rlp')],
    proofs: ['fresh', 'absent'],
  },
  {
    name: 'one flag that old binaries ignore, and one removed early',
    old: [flag('legacy')],
    next: [sent('rlp', { unaware: 'ignore' })],
    proofs: ['fresh', 'absent'],
  },
];

/** What one server may say: each binary and config, freshly or too late, or nothing. */
function sayings(proofs: Story['proofs']): Omit<OracleServer, 'name'>[] {
  return proofs.flatMap((each): Omit<OracleServer, 'name'>[] => {
    if (each === 'absent') return [{ binary: sha('a'), config: sha('c'), proof: each }];
    return BINARIES.flatMap((binary) => CONFIGS.map((config) => ({ binary, config, proof: each })));
  });
}

/** Every cluster of three such servers. */
function clusters({ proofs }: Story): OracleServer[][] {
  const each = sayings(proofs);
  return each.flatMap((one) =>
    each.flatMap((two) =>
      each.map((three) =>
        [one, two, three].map((saying, place) => ({ ...saying, name: NAMES[place] ?? '' })),
      ),
    ),
  );
}

function manifestsOf({ old, next }: Story, emits: boolean): [Manifest, Manifest] {
  const first = manifest({
    generation: 1,
    binary_sha256: sha('a'),
    config_sha256: sha('c'),
    flag_ownership_table: old,
  });
  const second = manifest({
    generation: 2,
    binary_sha256: sha('b'),
    config_sha256: sha('d'),
    flag_ownership_table: next,
    bound_flags: emits ? next.map((row) => row.flag) : [],
    previous_manifest_sha256: first.manifest_sha256,
    rollback_target_manifest_sha256: first.manifest_sha256,
  });
  return [first, second];
}

function oracleManifest(given: Manifest): OracleManifest {
  return {
    binary: given.binary_sha256,
    config: given.config_sha256 ?? '',
    flags: Object.fromEntries(
      given.flag_ownership_table.map((row) => [
        row.flag,
        { meaning: row.meaning, isLive: row.state === 'live', ignoredByOthers: row.unaware === 'ignore' },
      ]),
    ),
    sends: given.bound_flags,
  };
}

function reportsOf(servers: readonly OracleServer[]): NodeReport[] {
  return servers
    .filter((server) => server.proof !== 'absent')
    .map((server) =>
      report(server.name, server.binary, {
        config_sha256: server.config,
        challenge: ANSWER,
        observed_at: server.proof === 'fresh' ? at(-10) : at(-301),
      }),
    );
}

function intentOf(gate: OracleGate, [old, next]: [Manifest, Manifest], mechanism: Mechanism): Intent {
  const way = plan({
    mechanism,
    target_manifest_sha256: old.manifest_sha256,
    target_ref: mechanism === 'mutable_reference' ? 'latest' : null,
    source_node: mechanism === 'copy_from_node' ? 'n1' : null,
  });
  const intents: Record<OracleGate, () => Intent> = {
    deploy: () => deploy(next, old, way),
    activate: () => activate(next, old),
    rollback: () => rollback(old, next, way),
    proof: () => proof(old, next, way),
  };
  return intents[gate]();
}

function answerOf(verdict: Verdict): OracleAnswer {
  return {
    verdict: verdict.verdict,
    wrongNow: verdict.rollback?.servers_wrong_now ?? 0,
    wrongAfter: verdict.rollback?.servers_wrong_after ?? 0,
    corrupts: verdict.rollback?.rollback_would_corrupt_cluster ?? false,
    said: new Set(
      verdict.findings.map(
        ({ hostname, phase, code, effect }) => `${hostname ?? '*'} ${phase} ${code} ${effect}`,
      ),
    ),
  };
}

function sameAnswer(one: OracleAnswer, other: OracleAnswer): boolean {
  return (
    one.verdict === other.verdict &&
    one.wrongNow === other.wrongNow &&
    one.wrongAfter === other.wrongAfter &&
    one.corrupts === other.corrupts &&
    one.said.symmetricDifference(other.said).size === 0
  );
}

type Case = { readonly gate: OracleGate; readonly emits: boolean; readonly sender: string };

const CASES: Case[] = (['deploy', 'activate', 'rollback', 'proof'] as const).flatMap((gate) =>
  [true, false].map((emits) => ({ gate, emits, sender: emits ? 'on' : 'off' })),
);

/** Both answers in every world of one story at one gate. */
function* answers(story: Story, { gate, emits }: Case): Generator<[OracleAnswer, OracleAnswer, object]> {
  const pair = manifestsOf(story, emits);
  const [old, next] = pair;
  const known = { gate, old: oracleManifest(old), next: oracleManifest(next), source: 'n1' };
  const history = gate === 'rollback' || gate === 'proof' ? [old, next] : [old];
  // Only deploy and rollback simulate a button.
  for (const mechanism of gate === 'deploy' || gate === 'rollback' ? MECHANISMS : MECHANISMS.slice(0, 1)) {
    const intent = intentOf(gate, pair, mechanism);
    for (const servers of clusters(story)) {
      const verdict = decide(evidence(reportsOf(servers), history), intent, POLICY, NOW);
      yield [answerOf(verdict), naiveVerdict({ ...known, servers, mechanism }), { servers, mechanism }];
    }
  }
}

describe.each(STORIES)('$name', (story) => {
  it.each(CASES)(
    '$gate with the sender $sender: the judge and the naive oracle agree on every world',
    (each) => {
      let judged = 0;
      const disagreements: object[] = [];
      for (const [given, wanted, world] of answers(story, each)) {
        judged += 1;
        if (!sameAnswer(given, wanted)) disagreements.push({ world, given, wanted });
      }
      expect(disagreements.slice(0, 1)).toEqual([]);
      expect(judged % sayings(story.proofs).length ** 3).toBe(0);
      expect(judged).toBeGreaterThan(0);
    },
  );
});

describe('the worlds', () => {
  it('have every answer there is', () => {
    const [, sound] = STORIES.map((story) => ({ ...story, proofs: ['fresh', 'absent'] as const }));
    if (sound === undefined) throw new Error('no story');
    const words = new Set(
      CASES.flatMap((each) => [...answers(sound, each)].map(([, wanted]) => wanted.verdict)),
    );
    expect([...words].sort()).toEqual([...VERDICT_WORDS].sort());
  });
});
