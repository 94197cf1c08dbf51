import * as fc from 'fast-check';
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
import { markdownCode, markdownText } from './markdown-text.ts';
import { renderMarkdown } from './markdown.ts';

describe('Markdown', () => {
  it('says go in two lines', () => {
    expect(renderMarkdown(renderingOf(ALLOWED))).toBe(
      [
        '### haunted check activate: ALLOW_DEPLOY',
        '3/3 on manifest',
        'Cluster <code>smars</code>, judged at 2012-08-01T10:00:00.000Z, exit code 0.\n',
      ].join('\n\n'),
    );
  });

  it('shows facts and forecast as tables', () => {
    expect(renderMarkdown(renderingOf(CORRUPTING, { shadow: true }))).toBe(
      `### haunted check rollback: BLOCK_ROLLBACK

> After this rollback 2 servers would be wrong.

2/3 on manifest; 1 on def456000000… (smars-03, live traffic)

**SHADOW MODE (--exit-zero): the verdict is BLOCK_ROLLBACK, and the exit code is 0 all the same. Nothing is held back.**

| effect | finding | server | flag | expected | actual | where | do |
|---|---|---|---|---|---|---|---|
| **block** | <code>sender_still_emits</code> after the rollback | <code>smars-01</code>, <code>smars-02</code> | <code>rlp</code> |  |  |  | Stop the sender first and list the flag in withdraw_flags. |
| note | <code>binary_mismatch</code> | <code>smars-03</code> |  |  |  |  | Drain it, install the manifest’s binary, restart, and let it prove itself. |

Rollback by uninstall_latest to manifest bbbb22220000…, withdrawing nothing: servers_wrong_now 1, servers_wrong_after 2. It would corrupt the cluster.

| server | before | wrong | after | wrong | found after |
|---|---|---|---|---|---|
| <code>smars-01</code> | abc123000000… | ok | def456000000… | **WRONG** | <code>sender_still_emits</code> |
| <code>smars-02</code> | abc123000000… | ok | def456000000… | **WRONG** | <code>sender_still_emits</code> |
| <code>smars-03</code> | def456000000… | **WRONG** | def456000000… | ok |  |

Cluster <code>smars</code>, judged at 2012-08-01T10:00:00.000Z, exit code 0.
`,
    );
  });

  it('fits a comment on GitHub however large the verdict, and counts what it left out', () => {
    const text = renderMarkdown(renderingOf(largeVerdict(10_000, 100_000)));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('7 more orphan_flag findings were counted and not written out.');
    const long = 'x<'.repeat(2_000);
    const findings = Array.from({ length: 500 }, (_, at) =>
      findingOf('orphan_flag', { hostname: `n${at}`, flag: `${at}${long}`, actual: long, where: [long] }),
    );
    const cut = renderMarkdown(renderingOf({ ...BLOCKED, block_reason: long, findings }));
    expect(cut.length).toBeLessThan(65_536);
    expect(cut).toMatch(/… and \d+ more facts; `--format json` lists them all\./);
  });

  it('keeps its table whole and free of markup whatever a flag is called', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constant(HOSTILE)), (flag) => {
        const findings = [findingOf('orphan_flag', { flag, where: [flag], actual: flag })];
        const lines = renderMarkdown(renderingOf({ ...BLOCKED, findings, block_reason: flag })).split('\n');
        expect(lines).toHaveLength(12);
        expect(lines[8]?.match(/(?<!\\)\|/g)).toHaveLength(9);
      }),
    );
  });
});

describe('foreign text', () => {
  it.each([
    ['@team', '&#64;&#8203;team'],
    ['see #12', 'see &#35;&#8203;12'],
    ['<img src=x>', '&#60;img src=x&#62;'],
    ['![x](http://e.example)', '!&#91;x&#93;(http&#58;//e.example)'],
    ['www.e.example', 'www&#46;e.example'],
    ['a|b', 'a&#124;b'],
    ['**b** _i_ ~~s~~', '&#42;&#42;b&#42;&#42; &#95;i&#95; &#126;&#126;s&#126;&#126;'],
    ['power_peg: off', 'power_peg: off'],
    ['&lt;b&gt;', '&#38;lt;b&#38;gt;'],
    ['\\`x', '&#92;&#96;x'],
  ])('%j is inert', (text, safe) => {
    expect(markdownText(text)).toBe(safe);
  });

  it('is code where it is a name', () => {
    expect(markdownCode('a|`@x`')).toBe('<code>a&#124;&#96;&#64;x&#96;</code>');
  });
});
