import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import ajvFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { SARIF_RULES } from '../../../test/fixtures/sarif-rules.ts';
import {
  ALLOWED,
  BLOCKED,
  CORRUPTING,
  findingOf,
  HOSTILE,
  NEW_BINARY,
  OLD_BINARY,
  renderingOf,
} from '../../../test/fixtures/verdicts.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { Rendering } from './rendering.ts';
import { renderSarif } from './sarif.ts';

type Result = {
  ruleId: string;
  ruleIndex: number;
  level: string;
  message: { text: string };
  locations: { physicalLocation: { region: { startLine: number } }; logicalLocations?: object[] }[];
  partialFingerprints: { 'hauntedFinding/v1': string };
};
type Log = {
  runs: [
    {
      tool: { driver: { rules: { id: string }[] } };
      invocations: [
        { exitCode: number; toolExecutionNotifications: { level: string; message: { text: string } }[] },
      ];
      results: Result[];
    },
  ];
};

const ajv = new Ajv({ allErrors: true });
ajvFormats.default(ajv);
const isSarif = ajv.compile(SARIF_RULES);

function runOf(verdict: Verdict, given: Partial<Rendering> = {}): Log['runs'][0] {
  const log: unknown = JSON.parse(renderSarif(renderingOf(verdict, given)));
  expect(isSarif(log) ? null : isSarif.errors).toBeNull();
  return (log as Log).runs[0];
}

function fingerprintsOf(findings: Verdict['findings'], text = '{}'): string[] {
  return runOf({ ...BLOCKED, findings }, { document: { uri: 'm.json', text } }).results.map(
    (result) => result.partialFingerprints['hauntedFinding/v1'],
  );
}

describe('SARIF', () => {
  it('tells a finding whole', () => {
    const run = runOf(BLOCKED);
    expect(run.results[0]).toEqual({
      ruleId: 'binary_mismatch',
      ruleIndex: 0,
      level: 'error',
      message: {
        text: `smars-03 runs binary def456000000, which is not in manifest smars_2012_08_01. Expected: ${NEW_BINARY}. Actual: ${OLD_BINARY}. Where: binary:${OLD_BINARY}. Drain it, install the manifest’s binary, restart, and let it prove itself.`,
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'manifests/42.json', index: 0 },
            region: { startLine: 5 },
          },
          logicalLocations: [{ name: 'smars-03', kind: 'server' }],
        },
      ],
      partialFingerprints: { 'hauntedFinding/v1': expect.stringMatching(/^[0-9a-f]{32}:1$/) },
      properties: { phase: 'now', expected: NEW_BINARY, actual: OLD_BINARY },
    });
    expect(run.invocations[0]).toEqual({
      executionSuccessful: true,
      exitCode: 2,
      endTimeUtc: '2012-08-01T10:00:00.000Z',
      toolExecutionNotifications: [
        {
          level: 'none',
          message: { text: 'BLOCK_DEPLOY: 2/3 on manifest; 1 on def456000000… (smars-03, live traffic)' },
        },
      ],
    });
  });

  it('points at the flag where one is concerned, else at the server, else at the first line', () => {
    const findings = [
      findingOf('orphan_flag', { hostname: 'smars-02', flag: 'power_peg' }),
      findingOf('orphan_flag', { hostname: 'smars-02', flag: 'nowhere' }),
      findingOf('manifest_expired'),
    ];
    const { results } = runOf({ ...BLOCKED, findings });
    expect(results.map((result) => result.locations[0]?.physicalLocation.region.startLine)).toEqual([
      9, 4, 1,
    ]);
    expect(results[2]?.locations[0]).not.toHaveProperty('logicalLocations');
  });

  it('has one rule for each code, and a level for each effect', () => {
    const run = runOf(CORRUPTING);
    expect(run.tool.driver.rules.map((rule) => rule.id)).toEqual(['sender_still_emits', 'binary_mismatch']);
    expect(run.results.map((result) => [result.ruleId, result.ruleIndex, result.level])).toEqual([
      ['sender_still_emits', 0, 'error'],
      ['sender_still_emits', 0, 'error'],
      ['binary_mismatch', 1, 'note'],
    ]);
    expect(runOf({ ...BLOCKED, findings: [findingOf('node_silent')] }).results[0]?.level).toBe('warning');
  });

  it('has no results when all is well', () => {
    expect(runOf(ALLOWED).results).toEqual([]);
  });

  it('keeps fingerprints when lines move and findings come and go, and gives no two findings the same', () => {
    const twice = [
      findingOf('orphan_flag', { flag: 'a', actual: 1 }),
      findingOf('orphan_flag', { flag: 'a', actual: 2 }),
    ];
    const prints = fingerprintsOf([findingOf('node_silent', { hostname: 'x' }), ...twice]);
    expect(new Set(prints).size).toBe(3);
    expect(fingerprintsOf(twice, '{\n"flag":\n"a"}')).toEqual(prints.slice(1));
  });

  it('says so in shadow mode', () => {
    const [invocation] = runOf(BLOCKED, { shadow: true }).invocations;
    expect(invocation.exitCode).toBe(0);
    expect(invocation.toolExecutionNotifications[1]).toMatchObject({
      level: 'warning',
      message: { text: expect.stringMatching(/^SHADOW MODE \(--exit-zero\): the verdict is BLOCK_DEPLOY/) },
    });
  });

  it('is valid, and makes no link of a name, whatever a flag is called', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constant(HOSTILE)), (flag) => {
        const { results } = runOf({
          ...BLOCKED,
          findings: [findingOf('orphan_flag', { flag, actual: flag })],
        });
        expect(results[0]?.message.text).not.toMatch(/(?<!\\)(?:\\\\)*[[\]]/);
      }),
    );
  });
});
