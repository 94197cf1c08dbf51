import { describe, expect, it } from 'vitest';
import * as world from '../../test/world/documents.ts';
import { decide } from './decide.ts';
import { classesOf } from './node-class.ts';
import { findingOf, seedOf } from './seed.ts';
import { arrange } from './write-out.ts';

const [A, B] = [world.sha('a'), world.sha('b')];
const NODES = ['n1', 'n2', 'n3'];
const old = world.manifest({ generation: 1, binary_sha256: A });
const next = world.manifest({
  generation: 2,
  binary_sha256: B,
  rollback_target_manifest_sha256: old.manifest_sha256,
});
const on = (binary: string, more: Parameters<typeof world.report>[2] = {}) =>
  NODES.map((host) => world.report(host, binary, more));

describe('a later word about another binary', () => {
  const self = { method: 'self_report', observed_at: world.at(-5) } as const;

  it.each([
    ['by a method that does not count holds', world.report('n1', A, self), 'HOLD'],
    ['about the same binary changes nothing', world.report('n1', B, self), 'ALLOW_DEPLOY'],
    [
      'of the same instant changes nothing',
      world.report('n1', A, { ...self, observed_at: world.at(-10) }),
      'ALLOW_DEPLOY',
    ],
    [
      'that came before changes nothing',
      world.report('n1', A, { ...self, observed_at: world.at(-11) }),
      'ALLOW_DEPLOY',
    ],
    [
      'about another cluster changes nothing',
      world.report('n1', A, { observed_at: world.at(-5), cluster: 'rlp' }),
      'ALLOW_DEPLOY',
    ],
  ])('%s', (_title, later, word) => {
    for (const reports of [
      [...on(B), later],
      [later, ...on(B)],
    ])
      expect(decide(world.evidence(reports), world.activate(next), world.POLICY, world.NOW).verdict).toBe(
        word,
      );
  });

  it('takes a proof back: it answered, and then said that it runs something else', () => {
    const proofs = on(B, { challenge: world.ANSWER });
    const word = (more: readonly ReturnType<typeof world.report>[]): string =>
      decide(world.evidence([...proofs, ...more]), world.proof(next), world.POLICY, world.NOW).verdict;
    expect(word([])).toBe('PROVEN');
    expect(word([world.report('n1', A, { observed_at: world.at(-1) })])).toBe('QUARANTINE');
    expect(word([world.report('n1', B, { observed_at: world.at(-1) })])).toBe('PROVEN');
  });
});

describe('a server outside the inventory', () => {
  const wider = { ...next, cluster_inventory: [...NODES, 'n4'] };
  const idle = { taking_live_traffic: false };

  it.each([
    ['that the new manifest adds may speak before it serves', wider, idle, 'none'],
    ['that the new manifest adds may not serve before it is in', wider, {}, 'block'],
    ['that nobody lists blocks, idle or not', next, idle, 'block'],
    ['that spoke as long ago as allowed blocks', next, { observed_at: world.at(-300) }, 'block'],
    ['that spoke a second longer ago is only shown', next, { observed_at: world.at(-301) }, 'none'],
  ])('%s', (_title, manifest, more, effect) => {
    const reports = [...on(A), world.report('n4', A, more)];
    const verdict = decide(
      world.evidence(reports, [old]),
      world.deploy(manifest, old),
      world.POLICY,
      world.NOW,
    );
    expect(
      verdict.findings.filter((each) => each.code === 'node_unlisted').map((each) => each.effect),
    ).toEqual([effect]);
    expect(verdict.verdict).toBe(effect === 'none' ? 'ALLOW_DEPLOY' : 'BLOCK_DEPLOY');
  });

  it('says how old its report is', () => {
    const reports = [...on(A), world.report('n4', A, { observed_at: world.at(-3600 * 24 * 3) })];
    const verdict = decide(world.evidence(reports, [old]), world.deploy(next, old), world.POLICY, world.NOW);
    expect(verdict.findings[0]?.sentence).toBe(
      'n4 says it belongs to smars but is not in its inventory; it runs aaaaaaaaaaaa under live traffic; that report is 3 days old.',
    );
  });

  it('that the rollback would bring back is only shown', () => {
    const before = { ...old, cluster_inventory: [...NODES, 'n4'] };
    const reports = [...on(B), world.report('n4', B, idle)];
    const verdict = decide(
      world.evidence(reports, [before]),
      world.rollback(before, next),
      world.POLICY,
      world.NOW,
    );
    expect(verdict.verdict).toBe('ALLOW_ROLLBACK');
  });
});

describe('a running file that was deleted', () => {
  it.each([
    ['with nothing in its place is stale', '/opt/smars (deleted)', null, 'stale_process'],
    ['is not stale when the same file lies there again', '/opt/smars (deleted)', B, undefined],
    ['is not stale when nobody says it was deleted', '/opt/smars', null, undefined],
    ['is not stale when no path is known', null, null, undefined],
  ])('%s', (_title, path, disk, code) => {
    const reports = on(B, { binary_path: path, binary_on_disk_sha256: disk });
    const verdict = decide(world.evidence(reports), world.activate(next), world.POLICY, world.NOW);
    expect(verdict.findings[0]?.code).toBe(code);
    expect(verdict.findings[0]?.sentence).toBe(
      code === undefined ? undefined : 'n1 has nothing on disk but still runs bbbbbbbbbbbb in memory.',
    );
  });
});

describe('how a flag travels when its row does not say', () => {
  it.each([
    ['with senders it is sent', { senders: ['gateway'] }, true],
    ['with an empty list of ways and senders it is sent', { travels_in: [], senders: ['gateway'] }, true],
    ['with neither it is not', {}, false],
    ['with another way it is not', { travels_in: ['config' as const], senders: ['gateway'] }, false],
  ])('%s', (_title, more, isSent) => {
    const sending = { ...next, bound_flags: ['x'], flag_ownership_table: [world.flag('x', more)] };
    const reports = [...on(B).slice(1), world.report('n1', A)];
    const verdict = decide(
      world.evidence(reports, [old]),
      world.rollback(old, sending),
      world.POLICY,
      world.NOW,
    );
    expect(verdict.findings.some((each) => each.code === 'sender_still_emits')).toBe(isSent);
  });
});

function codesWith(owner: string): string[] {
  const bound = { ...next, bound_flags: ['x'], flag_ownership_table: [world.flag('x', { owner })] };
  return decide(world.evidence(on(B)), world.activate(bound), world.POLICY, world.NOW).findings.map(
    (each) => each.code,
  );
}

describe('the owner of a bound flag', () => {
  it.each(['', ' ', 'Unknown', 'none', 'N/A', 'TBD', '-', '\u200b', 'no body'])('%j is nobody', (owner) => {
    expect(codesWith(owner)).toEqual(['flag_owner_unknown']);
  });

  it.each(['ada', 'team-none', 'unknown-pleasures'])('%j is somebody', (owner) => {
    expect(codesWith(owner)).toEqual([]);
  });
});

describe('a rollback that leaves switches nobody sends', () => {
  it.each([
    ['a host switch that the manifest being left does not know', 'ghost'],
    ['a host switch that the manifest being left owns but does not bind', 'kept'],
  ])('names no sender for %s', (_title, name) => {
    const left = { ...next, flag_ownership_table: [world.messageFlag('kept')] };
    const reports = on(B, { bound_flags: [{ flag: name, meaning: 'm:kept', source: 'file:/etc/x' }] });
    const way = world.plan({ scope: ['binary'], target_manifest_sha256: old.manifest_sha256 });
    const verdict = decide(
      world.evidence(reports, [old]),
      world.rollback(old, left, way),
      world.POLICY,
      world.NOW,
    );
    expect(verdict.rollback?.servers_wrong_after).toBe(3);
    expect(verdict.findings.filter((each) => each.code === 'sender_still_emits')).toEqual([]);
  });
});

describe('a message flag whose row names no sender', () => {
  it.each([
    ['none said', {}],
    ['an empty list', { senders: [] }],
  ])('still counts as sent: %s', (_title, more) => {
    const row = world.flag('x', { travels_in: ['message'], ...more });
    const left = { ...next, bound_flags: ['x'], flag_ownership_table: [row] };
    const verdict = decide(world.evidence(on(B), [old]), world.rollback(old, left), world.POLICY, world.NOW);
    const [finding] = verdict.findings.filter((each) => each.code === 'sender_still_emits');
    expect(finding?.actual).toBe('an unnamed sender');
    expect(finding?.sentence).toMatch(/^Some sender would go on sending flag 'x'/);
  });
});

describe('servers that are alike', () => {
  it('are so when none of them reports a config, said or unsaid', () => {
    const { config_sha256: _unsaid, ...bare } = world.report('n1', A);
    const bound = bare.bound_flags;
    const reports = [
      bare,
      { ...bare, hostname: 'n2' },
      { ...bare, hostname: 'n3', config_sha256: null, bound_flags: bound },
    ];
    expect(classesOf(reports, () => true).map((each) => each.hostnames)).toEqual([['n1', 'n2', 'n3']]);
  });
});

describe('findings beyond what a verdict holds', () => {
  it('are counted on top of those counted before', () => {
    const seed = seedOf('node_silent', { sentence: (host) => host });
    const many = Array.from({ length: 1002 }, (_, at) => findingOf(seed, `n${String(at).padStart(5, '0')}`));
    expect(arrange(many, new Map()).findings_omitted).toEqual({ node_silent: 2 });
    expect(arrange(many, new Map([['node_silent', 40]])).findings_omitted).toEqual({ node_silent: 42 });
  });
});
