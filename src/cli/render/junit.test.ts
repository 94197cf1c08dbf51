import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALLOWED,
  BLOCKED,
  CORRUPTING,
  findingOf,
  HOSTILE,
  MANIFEST,
  renderingOf,
} from '../../../test/fixtures/verdicts.ts';
import { parseXml } from '../../../test/fixtures/parse-xml.ts';
import type { XmlNode } from '../../../test/fixtures/parse-xml.ts';
import type { Verdict } from '../../model/verdict.ts';
import { renderJunit } from './junit.ts';

function suiteOf(verdict: Verdict, shadow = false): XmlNode {
  const [suite] = parseXml(renderJunit(renderingOf(verdict, { shadow }))).children;
  if (suite === undefined) throw new Error('no suite');
  return suite;
}

/** Every test case as `name: passed`, or `name: failure TYPE`. */
function outcomes(suite: XmlNode): string[] {
  return suite.children
    .filter((node) => node.name === 'testcase')
    .map((node) => {
      const bad = node.children.find((child) => child.name === 'failure' || child.name === 'error');
      return `${node.attributes['name']}: ${bad === undefined ? 'passed' : `${bad.name} ${bad.attributes['type']}`}`;
    });
}

describe('JUnit', () => {
  it('is written whole like this', () => {
    expect(renderJunit(renderingOf({ ...BLOCKED, findings: BLOCKED.findings.slice(1) }))).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
<testsuite name="haunted check activate" tests="4" failures="2" errors="0" skipped="0" time="0" timestamp="2012-08-01T10:00:00.000Z">
<properties>
<property name="verdict" value="BLOCK_DEPLOY"/>
<property name="shadow_mode" value="false"/>
</properties>
<testcase classname="smars" name="gate activate" time="0"><failure type="BLOCK_DEPLOY" message="${BLOCKED.block_reason}">${BLOCKED.block_reason}</failure></testcase>
<testcase classname="smars" name="server smars-01" time="0"/>
<testcase classname="smars" name="server smars-02" time="0"/>
<testcase classname="smars" name="server smars-03" time="0"><failure type="dormant_flag_bound" message="power_peg is bound on smars-03, where its code should be asleep.">block dormant_flag_bound: power_peg is bound on smars-03, where its code should be asleep. | flag power_peg | expected live | actual dormant_but_bound | where router/power_peg.c:40; order-gateway | do: Unset it at its source, then delete the code or shackle the switch.</failure></testcase>
<system-out>2/3 on manifest; 1 on def456000000… (smars-03, live traffic)</system-out>
</testsuite>
</testsuites>
`,
    );
  });

  it('has a passing case for the gate and for each server when all is well', () => {
    expect(outcomes(suiteOf(ALLOWED))).toEqual([
      'gate activate: passed',
      'server smars-01: passed',
      'server smars-02: passed',
      'server smars-03: passed',
    ]);
  });

  it('has a case for a server that is not in the inventory and for each fact about the whole cluster', () => {
    const findings = [
      findingOf('manifest_expired', { actual: MANIFEST }),
      findingOf('node_unlisted', { hostname: 'smars-99' }),
      findingOf('node_silent', { hostname: 'smars-02' }),
      findingOf('proof_stale', { effect: 'none', hostname: 'smars-01' }),
    ];
    expect(outcomes(suiteOf({ ...BLOCKED, findings }))).toEqual([
      'gate activate: failure BLOCK_DEPLOY',
      'cluster: manifest_expired: failure manifest_expired',
      'server smars-01: passed',
      'server smars-02: error node_silent',
      'server smars-03: passed',
      'server smars-99: failure node_unlisted',
    ]);
  });

  it.each([
    ['HOLD', 'error'],
    ['QUARANTINE', 'failure'],
    ['BLOCK_ROLLBACK', 'failure'],
  ] as const)('tells %s as <%s>', (word, element) => {
    expect(outcomes(suiteOf({ ...ALLOWED, verdict: word }))[0]).toBe(`gate activate: ${element} ${word}`);
  });

  it('counts its cases', () => {
    const suite = suiteOf({
      ...CORRUPTING,
      findings: [...CORRUPTING.findings, findingOf('node_silent', { hostname: 'smars-03' })],
    });
    expect(suite.attributes).toMatchObject({ tests: '4', failures: '3', errors: '1' });
  });

  it('says so in shadow mode', () => {
    const suite = suiteOf(BLOCKED, true);
    expect(suite.children.at(-1)?.text).toContain('SHADOW MODE (--exit-zero): the verdict is BLOCK_DEPLOY');
    expect(suite.children[0]?.children.map((node) => node.attributes)).toContainEqual({
      name: 'shadow_mode',
      value: 'true',
    });
  });

  it('stays well-formed whatever a flag is called', () => {
    const units = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.oneof(units, fc.constant(HOSTILE), fc.constant('a\ufffe\ud800]]>')), (name) => {
        const findings = [
          findingOf('orphan_flag', {
            hostname: name,
            flag: name,
            actual: name,
            where: [name],
            sentence: name,
          }),
        ];
        const suite = suiteOf({ ...BLOCKED, cluster: name, block_reason: name, findings });
        expect(outcomes(suite)).toHaveLength(5);
      }),
    );
  });

  it('keeps a name that XML can hold', () => {
    const flag = `größe "x" <b> & 'y' 日本 👻`;
    const suite = suiteOf({ ...BLOCKED, findings: [findingOf('orphan_flag', { flag })] });
    expect(
      suite.children.find((node) => node.attributes['name'] === 'cluster: orphan_flag')?.children[0]?.text,
    ).toContain(`flag ${flag} |`);
  });
});
