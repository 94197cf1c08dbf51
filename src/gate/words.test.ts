import { beforeEach, describe, expect, it } from 'vitest';
import { clusterOf, DONE, FAILED, received, sealed, wish } from '../../test/world/gated-cluster.ts';
import type { Cluster } from '../../test/world/gated-cluster.ts';
import { NOW, sha } from '../../test/world/documents.ts';
import { keyringOf, newKey } from '../../test/world/trust.ts';
import type { FindingCode } from '../model/finding.ts';
import type { OperatorWord } from '../model/operator-word.ts';
import { signWord } from '../seal/operator-word.ts';

const operator = newKey('operator', 'dana');
const keyring = keyringOf(operator, newKey('gate', 'gate-1'));
const [A, B, C] = [sha('a'), sha('b'), sha('d')];
const old = sealed({ generation: 1, binary_sha256: A });
const next = sealed({
  generation: 2,
  binary_sha256: B,
  rollback_target_manifest_sha256: old.manifest_sha256,
});

let cluster: Cluster;

type Said = {
  readonly [K in OperatorWord['kind']]: Omit<Extract<OperatorWord, { kind: K }>, keyof typeof SAID>;
}[OperatorWord['kind']];

const SAID = {
  schema: 'haunted.operator-word/v1',
  word: 'w-1',
  cluster: 'smars',
  reason: 'the eighth server is powered off',
  said_at: new Date(NOW).toISOString(),
  until: new Date(NOW + 3_600_000).toISOString(),
} as const;

function signed(said: Said, more: Partial<typeof SAID> | { word: string } = {}) {
  return received(signWord({ ...SAID, ...said, ...more }, operator));
}

async function state() {
  const [found] = await cluster.gate.look('smars');
  if (found === undefined) throw new Error('the ledger knows no cluster');
  return found;
}

async function quarantined(): Promise<string> {
  const { change } = await cluster.gate.begin(wish('deploy', next));
  cluster.run(next, ['n1']);
  const settled = await cluster.gate.end('smars', change?.change ?? '', FAILED);
  return settled.quarantine ?? 'none';
}

beforeEach(async () => {
  cluster = clusterOf({ keyring });
  cluster.run(old);
  await cluster.gate.adopt(received(old), 'alice');
});

describe('an operator’s word', () => {
  it('ends a quarantine, and gives nobody a lease', async () => {
    const quarantine = await quarantined();
    const sentence = await cluster.gate.hear(signed({ kind: 'release_quarantine', quarantine }));
    expect(sentence).toContain(quarantine);
    const after = await state();
    expect([after.quarantines.size, after.oddities]).toEqual([0, []]);
    expect((await cluster.entries()).at(-1)).toMatchObject({
      kind: 'quarantine_released',
      body: { release: { by: 'operator', keyid: operator.keyid, reason: SAID.reason } },
    });
  });

  it('about a quarantine that is not open is not found', async () => {
    const word = signed({ kind: 'release_quarantine', quarantine: 'q-9' });
    await expect(cluster.gate.hear(word)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that nobody may say changes nothing', async () => {
    const quarantine = await quarantined();
    const before = (await cluster.entries()).length;
    const word: OperatorWord = { ...SAID, kind: 'release_quarantine', quarantine };
    const stranger = received(signWord(word, newKey('operator', 'mallory')));
    await expect(cluster.gate.hear(stranger)).rejects.toThrow(/document.json does not count: .*unknown_key/);
    await expect(cluster.gate.hear(received(word))).rejects.toThrow(/unsigned/);
    cluster.clock.now = Date.parse(SAID.until);
    await expect(cluster.gate.hear(signed(word))).rejects.toThrow(/it ended at/);
    expect((await cluster.entries()).length).toBe(before);
  });

  it('counts for nobody who knows no keyring', async () => {
    const blind = clusterOf();
    const word = signed({ kind: 'release_quarantine', quarantine: 'q-1' });
    await expect(blind.gate.hear(word)).rejects.toThrow(/no keyring is known/);
  });

  it('buries a rollback whose servers never said what they run', async () => {
    const { change } = await cluster.gate.begin(wish('deploy', next));
    cluster.run(next);
    await cluster.gate.end('smars', change?.change ?? '', DONE);
    const back = await cluster.gate.begin(wish('rollback', old));
    cluster.servers.clear();
    const settled = await cluster.gate.end('smars', back.change?.change ?? '', DONE);
    expect(settled.rollback_type).toBe('unknown');
    await cluster.gate.hear(signed({ kind: 'release_quarantine', quarantine: settled.quarantine ?? '' }));
    expect((await state()).incidents.get(back.change?.change ?? '')?.rollback_type).toBe('buried');
  });

  it('corrects what a rollback was, and the entry before stays', async () => {
    const { change } = await cluster.gate.begin(wish('deploy', next));
    cluster.run(next);
    await cluster.gate.end('smars', change?.change ?? '', DONE);
    const back = (await cluster.gate.begin(wish('rollback', old))).change?.change ?? '';
    cluster.run(old);
    expect((await cluster.gate.end('smars', back, DONE)).rollback_type).toBe('clean');
    const first = (await state()).incidents.get(back)?.seq;
    await cluster.gate.hear(signed({ kind: 'classify', change: back, rollback_type: 'scoped' }));
    expect((await state()).incidents.get(back)?.rollback_type).toBe('scoped');
    expect((await cluster.entries()).at(-1)).toMatchObject({
      kind: 'incident_classified',
      body: { corrects: first, keyid: operator.keyid, facts: [SAID.reason] },
    });
    const unknown = signed({ kind: 'classify', change: 'rollback-99', rollback_type: 'clean' });
    await expect(cluster.gate.hear(unknown)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('classifies no deployment', async () => {
    const { change } = await cluster.gate.begin(wish('deploy', next));
    const deployed = change?.change ?? '';
    cluster.run(next);
    await cluster.gate.end('smars', deployed, DONE);
    const said = signed({ kind: 'classify', change: deployed, rollback_type: 'clean' });
    await expect(cluster.gate.hear(said)).rejects.toThrow(`knows no rollback ${deployed}`);
  });

  it('lets a refused manifest come back once, and not by an old word', async () => {
    const release = (more = {}) =>
      signed({ kind: 'release_manifest', manifest_sha256: next.manifest_sha256 }, more);
    await expect(cluster.gate.hear(release())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const rollBack = async (): Promise<void> => {
      const { change } = await cluster.gate.begin(wish('deploy', next));
      cluster.run(next);
      await cluster.gate.end('smars', change?.change ?? '', DONE);
      const back = await cluster.gate.begin(wish('rollback', old));
      cluster.run(old);
      await cluster.gate.end('smars', back.change?.change ?? '', DONE);
    };
    await rollBack();
    expect((await cluster.gate.begin(wish('deploy', next))).verdict.verdict).toBe('BLOCK_DEPLOY');
    await cluster.gate.hear(release());
    cluster.clock.now += 1_000;
    await rollBack();
    await expect(cluster.gate.hear(release())).rejects.toThrow(/was signed before/);
    await cluster.gate.hear(release({ word: 'w-2', said_at: new Date(cluster.clock.now).toISOString() }));
    expect((await cluster.gate.begin(wish('deploy', next))).verdict.verdict).toBe('ALLOW_DEPLOY');
  });
});

describe('a bypass', () => {
  const bypass = (findings: FindingCode[], more = {}) => signed({ kind: 'bypass', findings }, more);

  it('lets what it names pass, is in the ledger once, and is repeated until it ends', async () => {
    cluster.run({ ...old, binary_sha256: C }, ['n3']);
    const blocked = await cluster.gate.begin(wish('deploy', next));
    expect(blocked.verdict.verdict).toBe('BLOCK_DEPLOY');
    const with_ = wish('deploy', next, { bypass: bypass([]) });
    const begun = await cluster.gate.begin(with_);
    expect(begun.verdict).toMatchObject({ verdict: 'ALLOW_DEPLOY' });
    cluster.run(next);
    await cluster.gate.end('smars', begun.change?.change ?? '', DONE);
    const back = await cluster.gate.begin(wish('rollback', old, { bypass: bypass([]), dry_run: true }));
    const shown = back.verdict.findings.filter(({ code }) => code === 'bypass_active');
    expect(shown).toHaveLength(1);
    expect((await cluster.entries()).filter(({ kind }) => kind === 'bypass')).toHaveLength(1);
    cluster.clock.now = Date.parse(SAID.until);
    const later = await cluster.gate.begin(wish('rollback', old, { dry_run: true }));
    expect(later.verdict.findings.map(({ code }) => code)).not.toContain('bypass_active');
  });

  it('may be said beforehand', async () => {
    expect(await cluster.gate.hear(bypass(['binary_mismatch']))).toContain('counts in cluster smars until');
    await cluster.gate.hear(bypass(['binary_mismatch']));
    expect((await cluster.entries()).filter(({ kind }) => kind === 'bypass')).toHaveLength(1);
  });

  it.each([
    ['is another word', signed({ kind: 'release_quarantine', quarantine: 'q' }), /and no bypass/],
    [
      'is for another cluster',
      signed({ kind: 'bypass', findings: [] }, { cluster: 'other' as 'smars' }),
      /is for cluster other/,
    ],
  ])('does not count when it %s', async (_, word, reason) => {
    await expect(cluster.gate.begin(wish('deploy', next, { bypass: word }))).rejects.toThrow(reason);
  });
});
