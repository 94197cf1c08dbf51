import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  ALLOWED,
  BLOCKED,
  CORRUPTING,
  findingOf,
  HOSTILE,
  largeVerdict,
  renderingOf,
} from '../../../test/fixtures/verdicts.ts';
import { renderTable } from './table.ts';

describe('the table', () => {
  it('says go in three lines', () => {
    expect(renderTable(renderingOf(ALLOWED))).toBe(
      [
        'ALLOW_DEPLOY',
        '3/3 on manifest',
        '',
        'gate activate · cluster smars · manifest aaaa11110000… · judged at 2012-08-01T10:00:00.000Z · exit code 0 (go)',
        '',
      ].join('\n'),
    );
  });

  it('begins with the word and the reason, then the cluster in one line, then every fact with where and what to do', () => {
    expect(renderTable(renderingOf(BLOCKED))).toBe(
      [
        'BLOCK_DEPLOY: smars-03 runs def456000000…, which is not in the manifest. Drain',
        'it first.',
        '2/3 on manifest; 1 on def456000000… (smars-03, live traffic)',
        '',
        'BLOCK binary_mismatch',
        '  - smars-03',
        '    smars-03 runs binary def456000000, which is not in manifest',
        '    smars_2012_08_01.',
        '    expected  abc123000000…',
        '    actual    def456000000…',
        '    where     binary:def456000000…',
        '  do        Drain it, install the manifest’s binary, restart, and let it prove',
        '            itself.',
        '',
        'BLOCK dormant_flag_bound',
        '  - smars-03, flag power_peg',
        '    power_peg is bound on smars-03, where its code should be asleep.',
        '    expected  live',
        '    actual    dormant_but_bound',
        '    where     router/power_peg.c:40',
        '    where     order-gateway',
        '  do        Unset it at its source, then delete the code or shackle the switch.',
        '',
        'gate activate · cluster smars · manifest aaaa11110000… · judged at 2012-08-01T10:00:00.000Z · exit code 2 (block)',
        '',
      ].join('\n'),
    );
  });

  it('shows a rollback server by server, before and after, and folds equal facts', () => {
    expect(renderTable(renderingOf(CORRUPTING))).toBe(
      [
        'BLOCK_ROLLBACK: After this rollback 2 servers would be wrong.',
        '2/3 on manifest; 1 on def456000000… (smars-03, live traffic)',
        '',
        'BLOCK sender_still_emits, after the rollback (2)',
        '  A sender still emits a flag that the servers would no longer understand.',
        '  - 2 servers: smars-01, smars-02, flag rlp',
        '  do        Stop the sender first and list the flag in withdraw_flags.',
        '',
        'note  binary_mismatch',
        '  - smars-03',
        '    smars-03 is off.',
        '  do        Drain it, install the manifest’s binary, restart, and let it prove',
        '            itself.',
        '',
        'Rollback by uninstall_latest to manifest bbbb22220000…, withdrawing nothing:',
        'servers_wrong_now 1, servers_wrong_after 2. It would corrupt the cluster.',
        '  server    before         wrong  after          wrong  found after',
        '  smars-01  abc123000000…  ok     def456000000…  WRONG  sender_still_emits',
        '  smars-02  abc123000000…  ok     def456000000…  WRONG  sender_still_emits',
        '  smars-03  def456000000…  WRONG  def456000000…  ok',
        '',
        'gate rollback · cluster smars · manifest aaaa11110000… · judged at 2012-08-01T10:00:00.000Z · exit code 2 (block)',
        '',
      ].join('\n'),
    );
  });

  it('says in shadow mode that the exit code does not follow the verdict', () => {
    const lines = renderTable(renderingOf(BLOCKED, { shadow: true })).split('\n');
    expect(lines.slice(3, 5)).toEqual([
      'SHADOW MODE (--exit-zero): the verdict is BLOCK_DEPLOY, and the exit code is 0',
      'all the same. Nothing is held back.',
    ]);
    expect(lines.at(-2)).toMatch(/ · exit code 0 \(shadow mode; 2 without it\)$/);
  });

  it('shows the worst first, whatever order the findings came in', () => {
    const findings = [
      findingOf('bypass_active', { effect: 'none' }),
      findingOf('node_silent', { hostname: 'smars-02' }),
      findingOf('orphan_flag', { hostname: 'smars-01', flag: 'x' }),
    ];
    const heads = renderTable(renderingOf({ ...BLOCKED, findings }))
      .split('\n')
      .filter((line) => /^(?:BLOCK|HOLD|note) /.test(line));
    expect(heads).toEqual(['BLOCK orphan_flag', 'HOLD  node_silent', 'note  bypass_active']);
  });

  it('says once what is so for many flags on the same servers', () => {
    const findings = ['a', 'b', 'c'].flatMap((flag) =>
      ['n1', 'n2'].map((hostname) =>
        findingOf('orphan_flag', {
          hostname,
          flag,
          actual: 'not owned',
          where: ['file:/etc/f', `${flag}.c:1`],
        }),
      ),
    );
    const lines = renderTable(renderingOf({ ...BLOCKED, findings })).split('\n');
    expect(lines.slice(lines.indexOf('BLOCK orphan_flag (6)'), -3)).toEqual([
      'BLOCK orphan_flag (6)',
      '  A switch is bound and the running binary cannot prove that it owns it.',
      '  - 2 servers: n1, n2, 3 flags: a, b, c',
      '    actual    not owned',
      '    where     file:/etc/f',
      '    where     a.c:1',
      '    where     b.c:1',
      '    where     c.c:1',
      '  do        Unset the switch at its source, or deploy a binary whose table owns',
      '            it.',
    ]);
  });

  it('gives each fact its own remedy where remedies differ', () => {
    const findings = [
      findingOf('node_silent', { hostname: 'a', remedy: 'Knock.' }),
      findingOf('node_silent', { hostname: 'b', remedy: 'Ring.' }),
    ];
    const lines = renderTable(renderingOf({ ...BLOCKED, findings })).split('\n');
    expect(lines.filter((line) => / do /.test(line))).toEqual([
      '    do        Knock.',
      '    do        Ring.',
    ]);
  });

  it('colours only when asked, and colour changes no character of the text', () => {
    const plain = renderTable(renderingOf(CORRUPTING));
    const coloured = renderTable(renderingOf(CORRUPTING, { terminal: { width: 80, colour: true } }));
    expect(plain).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[1;31mBLOCK_ROLLBACK\u001b[0m');
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });

  it('lets no name disturb a terminal', () => {
    const findings = [
      findingOf('orphan_flag', { flag: HOSTILE, where: [HOSTILE], actual: HOSTILE, sentence: HOSTILE }),
    ];
    const text = renderTable(renderingOf({ ...BLOCKED, block_reason: HOSTILE, cluster: HOSTILE, findings }));
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).toContain('\\u{202e}\\u{7}');
  });

  it('counts what a screen cannot hold', () => {
    const lines = renderTable(renderingOf(largeVerdict(10_000, 100_000))).split('\n');
    expect(lines.length).toBeLessThan(50);
    expect(lines).toContain('BLOCK orphan_flag (10000)');
    expect(lines).toContain('  … and 42 more like them on 8400 servers; --format json lists them all');
    expect(lines).toContain('7 more orphan_flag findings were counted and not written out.');
    expect(lines).toContain(
      '  50000 servers: node-000000, node-000002 and 49998 more  abc123000000…  ok     def456000000…  WRONG  sender_still_emits',
    );
  });

  it.each([20, 21])('has a line for each of 20 servers, and groups 21 (%i)', (nodes) => {
    const lines = renderTable(renderingOf(largeVerdict(0, nodes))).split('\n');
    expect(lines.filter((line) => /^ {2}(?:node-|\d+ servers)/.test(line))).toHaveLength(
      nodes === 20 ? 20 : 2,
    );
  });
});
