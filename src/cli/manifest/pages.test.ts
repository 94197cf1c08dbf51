import { describe, expect, it } from 'vitest';
import { flag, manifest, messageFlag, NOW, POLICY, sha } from '../../../test/world/documents.ts';
import { diffManifests } from '../../decide/manifest-diff.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { ManifestDiff } from '../../model/manifest-diff.ts';
import { painter } from '../render/terminal-text.ts';
import { alignRows, labelled } from './aligned.ts';
import { diffMarkdown } from './diff-markdown.ts';
import { diffTable } from './diff-table.ts';
import { showPage } from './show-page.ts';

const plain = painter(false);

function page(more: Partial<Manifest>, signatures: readonly string[] | null = null): string[] {
  const subject = manifest({ generation: 2, binary_sha256: sha('b'), ...more });
  return showPage({ source: 'm.json', manifest: subject, raw: subject, signatures, problem: null }).split(
    '\n',
  );
}

function lineOf(lines: readonly string[], label: string): string | undefined {
  return lines
    .find((line) => line.startsWith(label))
    ?.slice(label.length)
    .trim();
}

describe('the page of a manifest', () => {
  it.each<[string, Partial<Manifest>, string, string]>([
    ['the first', {}, 'generation', '2, the first'],
    [
      'one that follows another',
      { previous_manifest_sha256: sha('1') },
      'generation',
      `2, after manifest ${sha('1')}`,
    ],
    [
      'one that expires',
      { expires_at: '2013-01-01T00:00:00Z', created_at: '2012-08-01T00:00:00Z' },
      'made',
      '2012-08-01T00:00:00Z, expires 2013-01-01T00:00:00Z',
    ],
    ['one without a config', { config_sha256: null }, 'config', 'not compared'],
    ['one without a target', {}, 'way back', 'no target, not simulated'],
    [
      'one with a safe way back',
      { rollback_target_manifest_sha256: sha('1'), rollback_would_corrupt_cluster: false },
      'way back',
      `to manifest ${sha('1')}, no server would be wrong when it was made`,
    ],
    [
      'one that would corrupt',
      { rollback_target_manifest_sha256: sha('1'), rollback_would_corrupt_cluster: true },
      'way back',
      `to manifest ${sha('1')}, WOULD CORRUPT THE CLUSTER when it was made`,
    ],
    [
      'one with a canary',
      { declared_split: { pairs: [{ binary_sha256: sha('c'), config_sha256: null }], reason: 'canary' } },
      'split',
      '1 more (binary, config) pair declared: canary',
    ],
    [
      'one with a migration that ends',
      {
        declared_split: {
          pairs: ['c', 'd'].map((letter) => ({ binary_sha256: sha(letter), config_sha256: null })),
          reason: 'migration',
          until: '2013-01-01T00:00:00Z',
        },
      },
      'split',
      '2 more (binary, config) pairs declared until 2013-01-01T00:00:00Z: migration',
    ],
    [
      'one with many servers',
      { cluster_inventory: Array.from({ length: 20 }, (_, at) => `s${at}`) },
      'servers',
      '20: s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11 and 8 more',
    ],
  ])('says of %s what it is', (_, more, label, text) => {
    expect(lineOf(page(more), label)).toBe(text);
  });

  it.each<[string, readonly string[] | null, string]>([
    ['bare', null, 'none: this manifest is bare'],
    ['signed', [sha('e')], `made by ${sha('e')}; NOT verified here, \`haunted manifest verify\` does that`],
    [
      'signed by somebody unnamed',
      [''],
      'made by a key that is not named; NOT verified here, `haunted manifest verify` does that',
    ],
  ])('never claims that a %s one is verified', (_, signatures, text) => {
    expect(lineOf(page({}, signatures), 'signature')).toBe(text);
  });

  it('has a row for each flag and each artifact, and names what is bound and not owned', () => {
    const lines = page({
      artifacts: [{ name: 'smars', kind: 'tree', sha256: sha('b'), path: '/opt/smars' }],
      bound_flags: ['rlp', 'stray'],
      flag_ownership_table: [
        messageFlag('rlp', { purpose: 'routing', where: [{ file: 'rlp.c', line: 88, symbol: 'route_rlp' }] }),
        flag('bare', {
          owner: null,
          verification: 'not_verified',
          type: undefined,
          travels_in: ['config', 'message'],
        }),
      ],
    });
    const cells = lines.map((line) => line.split(/ {2,}/));
    expect(cells).toContainEqual(['smars', 'tree', sha('b'), '/opt/smars']);
    expect(cells).toContainEqual([
      'rlp',
      'live',
      'yes',
      'team-a',
      'yes',
      'boolean',
      'm:rlp',
      'message from order-gateway',
      'rlp.c:88 route_rlp',
      'routing',
    ]);
    expect(cells).toContainEqual([
      'bare',
      'live',
      'no',
      'unknown',
      'no',
      '-',
      'm:bare',
      'config, message',
      '-',
      '-',
    ]);
    expect(lines).toContain('Bound, and not in the table: stray');
  });

  it('says that a table is empty, and when a manifest is not sound', () => {
    const subject = manifest({ generation: 2, binary_sha256: sha('b') });
    const problem = { ok: false, reason: 'digest_mismatch', detail: 'its content is another' } as const;
    const text = showPage({ source: 'm.json', manifest: subject, raw: subject, signatures: null, problem });
    expect(text).toContain('Flag ownership table: empty');
    expect(text).toContain('NOT SOUND: its content is another');
    expect(text).not.toContain('digest is right');
  });
});

describe('the difference of two manifests', () => {
  const old = manifest({
    generation: 1,
    binary_sha256: sha('a'),
    config_sha256: null,
    cluster_inventory: ['a', 'b'],
  });
  const next = manifest({
    generation: 2,
    binary_sha256: sha('b'),
    cluster_inventory: ['b', 'c', 'd'],
    bound_flags: ['x|<y>'],
    flag_ownership_table: [messageFlag('x|<y>', { purpose: '`code` [link](http://x)' })],
  });
  const diff = diffManifests({ old, new: next, running: [old], policy: POLICY, now: NOW });

  it('begins with the answer, for a terminal', () => {
    const lines = diffTable(diff, 100, plain).split('\n');
    expect(lines[0]).toBe('1 DANGER: x|<y>');
    expect(lineOf(lines, 'config')).toBe('not compared -> cccccccccccc…');
    expect(lineOf(lines, 'servers')).toBe('2 servers added (c, d), 1 server removed (a)');
    expect(lines).toContain('x|<y>  appeared  -    live');
  });

  it('says so when nothing changes and nothing runs', () => {
    const none = diffManifests({ old, new: old, running: [], policy: POLICY, now: NOW });
    const text = diffTable(none, 100, plain);
    expect(text).toMatch(
      /^NO DANGER: [^]*running {2}nothing\n[^]*servers {2}unchanged\n\nNo flag changes\.\n$/,
    );
    expect(diffMarkdown(none)).toMatch(/^### NO DANGER: [^]*No flag changes\.\n$/);
  });

  it.each<[string, ManifestDiff['inventory'], string]>([
    ['come', { added: ['c'], removed: [] }, 'servers  1 server added (c)'],
    ['go', { added: [], removed: ['a', 'b'] }, 'servers  2 servers removed (a, b)'],
  ])('names the servers that only %s', (_, inventory, line) => {
    expect(diffTable({ ...diff, inventory }, 100, plain).split('\n')).toContain(line);
  });

  it('lets no name be markup in a comment', () => {
    const text = diffMarkdown(diff);
    expect(text).toContain('<code>x&#124;&#60;y&#62;</code>');
    expect(text).not.toMatch(/x\|<y>|\]\(http/);
  });

  it('counts what does not fit into a comment', () => {
    const change = diff.flags.slice(0, 1).flatMap((each) => Array.from({ length: 203 }, () => each));
    expect(diffMarkdown({ ...diff, flags: change })).toContain('… and 3 more; --format json lists them all.');
  });
});

describe('columns', () => {
  it('are as wide as their longest cell, with nothing after the last', () => {
    expect(
      alignRows(
        ['A', 'LONG'],
        [
          ['aaa', 'b'],
          ['c', ''],
        ],
      ),
    ).toEqual(['A    LONG', 'aaa  b', 'c']);
  });

  it('never move a terminal', () => {
    expect(alignRows(['A'], [['\u001b[2J']])).toEqual(['A', '\\u{1b}[2J']);
    expect(
      labelled([
        ['a', '\u202e'],
        ['long', ''],
      ]),
    ).toEqual(['a     \\u{202e}', 'long']);
  });
});
