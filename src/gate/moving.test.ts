import { beforeEach, describe, expect, it } from 'vitest';
import { clusterOf, DONE, FAILED, received, sealed, wish } from '../../test/world/gated-cluster.ts';
import type { Cluster } from '../../test/world/gated-cluster.ts';
import { sha } from '../../test/world/documents.ts';
import { memoryLedger } from '../ledger/memory.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { heldLeases } from '../ledger/state.ts';
import type { EntryKind, Fact } from '../model/entry.ts';

/** What comes in between, each found by the simulation or looked for with it. */

const [A, B, C] = [sha('a'), sha('b'), sha('d')];
const old = sealed({ generation: 1, binary_sha256: A });
const next = sealed({
  generation: 2,
  binary_sha256: B,
  rollback_target_manifest_sha256: old.manifest_sha256,
});

let inner: Ledger;
let cluster: Cluster;
/** Happens once, just before an entry of this kind is written. */
let before: { readonly kind: EntryKind; readonly word?: string; readonly act: () => Promise<unknown> } | null;

function isMeant(facts: readonly Fact[]): boolean {
  return facts.some(
    ({ kind, body }) =>
      kind === before?.kind &&
      (before.word === undefined || ('verdict' in body && body.verdict === before.word)),
  );
}

beforeEach(async () => {
  before = null;
  inner = memoryLedger('tests');
  const ledger: Ledger = {
    ...inner,
    append: async (facts, options) => {
      if (isMeant(facts)) {
        const act = before?.act;
        before = null;
        await act?.();
      }
      return await inner.append(facts, options);
    },
  };
  cluster = clusterOf({ ledger });
  cluster.run(old);
  await cluster.gate.adopt(received(old), 'alice');
});

async function begun(action: 'deploy' | 'rollback', manifest = next): Promise<string> {
  return (await cluster.gate.begin(wish(action, manifest))).change?.change ?? 'nothing';
}

async function stateNow() {
  const [found] = await cluster.gate.look('smars');
  if (found === undefined) throw new Error('the ledger knows no cluster');
  return found;
}

async function write(fact: Fact): Promise<void> {
  await inner.append([fact], { expected: 'any', now: cluster.clock.now });
}

describe('a proof that is judged while the manifest in force changes', () => {
  it('is written as what it was held against, and earns nothing', async () => {
    const change = await begun('deploy');
    before = {
      kind: 'proof',
      act: () => write({ kind: 'change_ended', body: { cluster: 'smars', change, ...DONE } }),
    };
    const answer = await cluster.gate.receive('smars', cluster.shows('n3'));
    expect(answer).toMatchObject({ accepted: true, lease: null });
    expect((await cluster.entries()).at(-1)).toMatchObject({
      kind: 'proof',
      body: { manifest_sha256: old.manifest_sha256, binary_sha256: A },
    });
    const state = await stateNow();
    expect(state.in_force).toBe(next.manifest_sha256);
    expect(heldLeases(state, cluster.clock.now)).toEqual([]);
  });

  it('and was refused opens no quarantine for what it was not held against', async () => {
    const change = await begun('deploy');
    cluster.run(next);
    before = {
      kind: 'proof',
      act: () => write({ kind: 'change_ended', body: { cluster: 'smars', change, ...DONE } }),
    };
    expect(await cluster.gate.receive('smars', cluster.shows('n1'))).toMatchObject({ accepted: false });
    expect((await stateNow()).quarantines.size).toBe(0);
  });
});

describe('servers that are asked while a change', () => {
  it('begins say nothing of after it', async () => {
    const change = await begun('deploy');
    cluster.run(next);
    cluster.onAsk = async () => {
      cluster.onAsk = null;
      await begun('rollback', old);
    };
    await expect(cluster.gate.end('smars', change, DONE)).rejects.toMatchObject({ code: 'CHANGE_UNDER_WAY' });
    expect((await cluster.entries()).at(-1)?.kind).toBe('change_begun');
  });

  it('comes and goes put nothing into force', async () => {
    const change = await begun('deploy');
    cluster.run(next);
    cluster.onAsk = async () => {
      cluster.onAsk = null;
      const back = await begun('rollback', old);
      cluster.run(old);
      await cluster.gate.end('smars', back, DONE);
      cluster.run(next);
    };
    await expect(cluster.gate.end('smars', change, DONE)).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
    expect((await stateNow()).in_force).toBe(old.manifest_sha256);
  });

  it('begins, by nobody but who proves, are not proven by it', async () => {
    cluster.onAsk = async () => {
      cluster.onAsk = null;
      await begun('deploy');
    };
    await expect(cluster.gate.prove('smars')).rejects.toMatchObject({ code: 'CHANGE_UNDER_WAY' });
  });

  it('was begun and ended are asked again before the next is let through', async () => {
    cluster.onAsk = async () => {
      cluster.onAsk = null;
      const change = await begun('deploy');
      cluster.run(next);
      await cluster.gate.end('smars', change, DONE);
    };
    const third = sealed({
      generation: 3,
      binary_sha256: C,
      rollback_target_manifest_sha256: old.manifest_sha256,
    });
    const before = cluster.questions.length;
    expect((await cluster.gate.begin(wish('deploy', third))).verdict.verdict).toBe('ALLOW_DEPLOY');
    expect(cluster.questions.length - before).toBe(4);
  });
});

/** Somebody asks while others ask, and n2 is silent just then. */
async function askedBetween(): Promise<void> {
  cluster.onAsk = null;
  cluster.servers.delete('n2');
  await cluster.gate.prove('smars');
  cluster.run(old);
}

describe('a server that shows something else after it answered', () => {
  it('is not proven by its answer', async () => {
    before = {
      kind: 'verdict',
      word: 'PROVEN',
      act: async () => {
        cluster.run({ ...old, binary_sha256: C }, ['n2']);
        await cluster.gate.receive('smars', cluster.shows('n2'));
      },
    };
    const settled = await cluster.gate.prove('smars');
    expect(settled).toMatchObject({ verdict: { verdict: 'QUARANTINE' } });
    expect(settled.leased).toEqual(['n1', 'n3']);
    const codes = settled.verdict.findings.map(({ code, hostname }) => `${code} ${hostname}`);
    expect(codes).toContain('node_silent n2');
  });

  it('is not proven by answers to a question from before its quarantine', async () => {
    cluster.onAsk = askedBetween;
    expect(await cluster.gate.prove('smars')).toMatchObject({ verdict: { verdict: 'QUARANTINE' } });
    expect((await stateNow()).quarantines.size).toBe(1);
    expect(await cluster.gate.prove('smars')).toMatchObject({ verdict: { verdict: 'PROVEN' } });
  });

  it('is not proven by answers from before somebody else asked and heard otherwise', async () => {
    cluster.servers.delete('n2');
    await cluster.gate.prove('smars');
    cluster.onAsk = askedBetween;
    await expect(cluster.gate.prove('smars')).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
    expect((await stateNow()).quarantines.size).toBe(1);
  });

  it('is not let in again by an older proof that a new gate has not seen', async () => {
    const delayed = cluster.shows('n2');
    cluster.run({ ...old, binary_sha256: C }, ['n2']);
    await cluster.gate.receive('smars', cluster.shows('n2'));
    const reopened = clusterOf({ ledger: inner });
    expect(await reopened.gate.receive('smars', delayed)).toMatchObject({ findings: ['proof_replayed'] });
    expect(heldLeases(await stateNow(), cluster.clock.now).map(({ hostname }) => hostname)).toEqual([
      'n1',
      'n3',
    ]);
  });
});

describe('a lease that is given while a quarantine waits to be written', () => {
  it('is taken away by it', async () => {
    const until = new Date(cluster.clock.now).toISOString();
    const nodes = [{ hostname: 'n2', proof_seq: null }];
    await write({ kind: 'lease', body: { cluster: 'smars', state: 'ended', nodes, until, reason: null } });
    cluster.servers.delete('n2');
    before = {
      kind: 'quarantine_opened',
      act: async () => {
        const proof_seq = (await stateNow()).nodes.get('n2')?.last.seq ?? null;
        const given = [{ hostname: 'n2', proof_seq }];
        const later = new Date(cluster.clock.now + 30_000).toISOString();
        await write({
          kind: 'lease',
          body: { cluster: 'smars', state: 'held', nodes: given, until: later, reason: null },
        });
      },
    };
    await cluster.gate.prove('smars');
    const held = heldLeases(await stateNow(), cluster.clock.now).map(({ hostname }) => hostname);
    expect(held).toEqual(['n1', 'n3']);
  });
});

describe('what servers are asked with', () => {
  it('is another nonce before the command than after it', async () => {
    const change = await begun('deploy');
    cluster.run(next);
    await cluster.gate.end('smars', change, DONE);
    const [first, second] = cluster.questions.filter(({ event_id }) => event_id === change);
    expect([first?.nonce, second?.nonce].includes(undefined)).toBe(false);
    expect(first?.nonce).not.toBe(second?.nonce);
  });

  it('is asked at the rollback button when what is kept is from before the last change ended', async () => {
    const change = await begun('deploy');
    for (const host of ['n1', 'n2', 'n3']) await cluster.gate.receive('smars', cluster.shows(host));
    cluster.run(next);
    await cluster.gate.end('smars', change, DONE);
    const asked = cluster.questions.length;
    await begun('rollback', old);
    expect(cluster.questions.length).toBe(asked + 1);
  });
});

describe('servers that run what a command of unknown end was to bring', () => {
  const unknown = { outcome: 'abandoned', exit_status: null, signal: null, reason: 'the host died' } as const;

  it.each([['abandoned', unknown] as const, ['failed', FAILED] as const])(
    'are proven to, though one shows it unasked while they are asked after a change that was %s',
    async (_, how) => {
      const change = await begun('deploy');
      cluster.run(next);
      before = {
        kind: 'verdict',
        word: 'PROVEN',
        act: async () => {
          // Held against what was in force before, it is wrong; held against what it turns out to be, it is right.
          const answer = await cluster.gate.receive('smars', cluster.shows('n3'));
          expect(answer).toMatchObject({ accepted: false });
        },
      };
      const settled = await cluster.gate.end('smars', change, how);
      expect(settled).toMatchObject({ verdict: { verdict: 'PROVEN' }, in_force: next.manifest_sha256 });
      const state = await stateNow();
      expect([state.quarantines.size, state.oddities]).toEqual([0, []]);
    },
  );

  it('open a quarantine unasked once every server was asked and one did not prove it', async () => {
    const change = await begun('deploy');
    cluster.servers.delete('n2');
    await cluster.gate.end('smars', change, FAILED);
    cluster.run(old);
    await cluster.gate.prove('smars');
    cluster.run(next);
    await cluster.gate.receive('smars', cluster.shows('n3'));
    expect((await stateNow()).quarantines.size).toBe(1);
  });
});

describe('a cluster that is proven to run what a failed command was to bring', () => {
  it('ends its quarantine with nothing odd', async () => {
    const change = await begun('deploy');
    cluster.run(next, ['n1']);
    await cluster.gate.end('smars', change, FAILED);
    cluster.run(next);
    expect(await cluster.gate.prove('smars')).toMatchObject({
      in_force: next.manifest_sha256,
      quarantine: null,
    });
    expect((await stateNow()).oddities).toEqual([]);
  });
});
