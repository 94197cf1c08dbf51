import { describe, expect, it } from 'vitest';
import * as world from '../../test/world/documents.ts';
import type { Intent } from '../model/intent.ts';
import type { Standing } from '../model/standing.ts';
import type { Verdict } from '../model/verdict.ts';
import { decide } from './decide.ts';

const [A, B] = [world.sha('a'), world.sha('b')];
const NODES = ['n1', 'n2', 'n3'];
const old = world.manifest({ generation: 1, binary_sha256: A });
const next = world.manifest({
  generation: 2,
  binary_sha256: B,
  rollback_target_manifest_sha256: old.manifest_sha256,
});

const CLEAN: Standing = {
  in_force: old.manifest_sha256,
  proven: [old.manifest_sha256],
  refused: [],
  change: null,
  unasked: null,
  quarantines: [],
  bypasses: [],
};
const QUARANTINE = { quarantine: 'q-1', reason: 'n3 is haunted', since: world.at(-60), unproven: ['n3'] };
const CHANGE = { change: 'deploy-42', action: 'deploy', actor: 'alice', since: world.at(-5) } as const;
const refused = (manifest_sha256: string) => ({ manifest_sha256, reason: 'bad', since: world.at(-9) });
const bypass = (...findings: string[]) => ({
  bypass: 'b-1',
  reason: 'money burns',
  until: world.at(60),
  findings,
});

const INTENTS: Readonly<Record<Intent['gate'], { intent: Intent; runs: string }>> = {
  deploy: { intent: world.deploy(next, old), runs: A },
  activate: { intent: world.activate(next, old), runs: B },
  rollback: { intent: world.rollback(old, next), runs: B },
  proof: { intent: world.proof(next), runs: B },
};

function ask(gate: Intent['gate'], more: Partial<Standing> | null, silent: readonly string[] = []): Verdict {
  const { intent, runs } = INTENTS[gate];
  const challenge = gate === 'proof' ? world.ANSWER : null;
  const reports = NODES.filter((name) => !silent.includes(name)).map((name) =>
    world.report(name, runs, { challenge }),
  );
  const standing = more === null ? null : { ...CLEAN, ...more };
  return decide(world.evidence(reports, [old], { standing }), intent, world.POLICY, world.NOW);
}

const codes = (verdict: Verdict): string[] => verdict.findings.map(({ code, effect }) => `${code} ${effect}`);

describe('what the ledger says', () => {
  it.each([
    ['deploy', 'ALLOW_DEPLOY'],
    ['activate', 'ALLOW_DEPLOY'],
    ['rollback', 'ALLOW_ROLLBACK'],
    ['proof', 'PROVEN'],
  ] as const)('is nothing against it in a clean cluster: %s', (gate, word) => {
    expect([ask(gate, {}).verdict, ask(gate, null).verdict]).toEqual([word, word]);
  });

  it.each([
    ['deploy', 'BLOCK_DEPLOY', ['quarantined block']],
    ['activate', 'BLOCK_DEPLOY', ['quarantined block']],
    ['rollback', 'ALLOW_ROLLBACK', ['quarantined none']],
    ['proof', 'PROVEN', []],
  ] as const)('a quarantine at the gate %s: %s', (gate, word, found) => {
    const verdict = ask(gate, { quarantines: [QUARANTINE] });
    expect([verdict.verdict, codes(verdict)]).toEqual([word, found]);
  });

  it.each([
    [['n3'], 'n3 is haunted; unproven: n3.'],
    [[], 'n3 is haunted; every server has proven itself since.'],
    [['1', '2', '3', '4', '5'], 'unproven: 1, 2, 3, 4, 5.'],
    [['1', '2', '3', '4', '5', '6', '7'], 'unproven: 1, 2, 3, 4, 5 and 2 more.'],
  ])('names who is unproven: %j', (unproven, end) => {
    const { findings } = ask('deploy', { quarantines: [{ ...QUARANTINE, unproven }] });
    expect(findings[0]?.sentence).toContain(end);
  });

  it.each([
    ['deploy', 'HOLD'],
    ['activate', 'HOLD'],
    ['rollback', 'HOLD'],
    ['proof', 'PROVEN'],
  ] as const)('a change under way at the gate %s: %s', (gate, word) => {
    const verdict = ask(gate, { change: CHANGE });
    expect(verdict.verdict).toBe(word);
    const named = verdict.findings.filter(({ sentence }) =>
      /^alice began the deployment deploy-42 .* --abandon deploy-42/.test(sentence),
    );
    expect(named.length).toBe(gate === 'proof' ? 0 : 1);
    expect(verdict.block_reason?.startsWith('alice began the deployment deploy-42 ') ?? false).toBe(
      gate !== 'proof',
    );
  });

  it.each([
    ['deploy', 'HOLD', ['not_proven hold']],
    ['activate', 'HOLD', ['not_proven hold']],
    ['rollback', 'ALLOW_ROLLBACK', ['not_proven none']],
    ['proof', 'PROVEN', []],
  ] as const)('a change after which nobody was asked, at the gate %s: %s', (gate, word, found) => {
    const verdict = ask(gate, { unasked: { change: 'x', outcome: 'failed', since: world.at(-5) } });
    expect([verdict.verdict, codes(verdict)]).toEqual([word, found]);
    expect(/^The change x ended .* `haunted resume`\./.test(verdict.block_reason ?? '')).toBe(
      word === 'HOLD',
    );
  });

  it.each([
    ['activate', 'the activation x'],
    ['rollback', 'the rollback x'],
  ] as const)('names what is under way: %s', (action, words) => {
    expect(ask('deploy', { change: { ...CHANGE, change: 'x', action } }).findings[0]?.sentence).toContain(
      words,
    );
  });

  it.each([
    ['deploy', next, 'BLOCK_DEPLOY'],
    ['deploy', old, 'BLOCK_DEPLOY'],
    ['activate', next, 'BLOCK_DEPLOY'],
    ['activate', old, 'ALLOW_DEPLOY'],
    ['rollback', old, 'BLOCK_ROLLBACK'],
    ['rollback', next, 'ALLOW_ROLLBACK'],
    ['proof', next, 'PROVEN'],
  ] as const)('a refused manifest at the gate %s', (gate, manifest, word) => {
    const verdict = ask(gate, { refused: [refused(manifest.manifest_sha256)] });
    expect(verdict.verdict).toBe(word);
    expect(codes(verdict)).toEqual(word.startsWith('BLOCK') ? ['rollback_target_refused block'] : []);
  });

  it.each([
    ['deploy', 'BLOCK_DEPLOY'],
    ['rollback', 'BLOCK_ROLLBACK'],
  ] as const)('only the ledger says what was proven, at the gate %s', (gate, word) => {
    const verdict = ask(gate, { proven: [] });
    expect([verdict.verdict, codes(verdict)]).toEqual([word, ['rollback_target_unproven block']]);
  });
});

describe('a bypass', () => {
  it.each([
    ['deploy', [], 'ALLOW_DEPLOY', ['node_silent none', 'bypass_active none']],
    ['deploy', ['node_silent'], 'ALLOW_DEPLOY', ['node_silent none', 'bypass_active none']],
    ['deploy', ['flag_reused'], 'HOLD', ['node_silent hold', 'bypass_active none']],
    ['rollback', ['node_silent'], 'ALLOW_ROLLBACK', ['node_silent none', 'bypass_active none']],
    ['proof', [], 'QUARANTINE', ['not_proven hold', 'node_silent hold', 'bypass_active none']],
  ] as const)('at the gate %s for %j: %s', (gate, findings, word, found) => {
    const verdict = ask(gate, { bypasses: [bypass(...findings)] }, ['n2']);
    expect(verdict.verdict).toBe(word);
    expect(codes(verdict).sort()).toEqual([...found].sort());
  });

  it('is repeated in every verdict, with its reason, what it lets pass and its end', () => {
    const said = (...findings: string[]): string | undefined =>
      ask('proof', { bypasses: [bypass(...findings)] }).findings[0]?.sentence;
    expect(said()).toBe(`The bypass b-1 lets every finding pass until ${world.at(60)}: money burns.`);
    expect(said('flag_reused', 'clock_skew')).toContain('lets flag_reused, clock_skew pass');
    expect(ask('proof', { bypasses: [bypass()] }).verdict).toBe('PROVEN');
  });
});
