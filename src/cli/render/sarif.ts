import { createHash } from 'node:crypto';
import type { Finding } from '../../model/finding.ts';
import { FINDINGS } from '../../model/finding.ts';
import type { FindingCode } from '../../model/finding.ts';
import type { Verdict } from '../../model/verdict.ts';
import { EXIT_BY_VERDICT } from '../../model/verdict.ts';
import { indexManifestLines } from './manifest-lines.ts';
import type { ManifestLines } from './manifest-lines.ts';
import { shadowNotice } from './rendering.ts';
import type { Rendering } from './rendering.ts';
import { summaryLine } from './summary-line.ts';
import { printable } from './terminal-text.ts';

const SCHEMA_URI = 'https://json.schemastore.org/sarif-2.1.0.json';
const LEVELS = { block: 'error', hold: 'warning', none: 'note' } as const;

/** The findings as SARIF 2.1.0 (OASIS, errata 01) for code scanning: a rule for each code, a result for each finding. */
export function renderSarif({ verdict, shadow, document, version }: Rendering): string {
  const codes = [...new Set(verdict.findings.map((finding) => finding.code))];
  const lines = indexManifestLines(document.text);
  const fingerprint = fingerprinter(verdict);
  const run = {
    tool: {
      driver: { name: 'haunted', version, semanticVersion: version, rules: codes.map(ruleOf) },
    },
    automationDetails: { id: `haunted/check-${verdict.gate}/` },
    columnKind: 'utf16CodeUnits',
    invocations: [invocationOf(verdict, shadow)],
    artifacts: [{ location: { uri: document.uri } }],
    results: verdict.findings.map((finding) => ({
      ruleId: finding.code,
      ruleIndex: codes.indexOf(finding.code),
      level: LEVELS[finding.effect],
      message: { text: messageOf(finding) },
      locations: [locationOf(finding, document.uri, lines)],
      partialFingerprints: { 'hauntedFinding/v1': fingerprint(finding) },
      properties: { phase: finding.phase, expected: finding.expected, actual: finding.actual },
    })),
    properties: {
      verdict: verdict.verdict,
      block_reason: verdict.block_reason,
      findings_omitted: verdict.findings_omitted,
    },
  };
  return `${JSON.stringify({ $schema: SCHEMA_URI, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function ruleOf(code: FindingCode): object {
  const { group, effect, sentence, remedy } = FINDINGS[code];
  return {
    id: code,
    shortDescription: { text: sentence },
    help: { text: remedy },
    defaultConfiguration: { level: LEVELS[effect] },
    properties: { tags: [group] },
  };
}

function invocationOf(verdict: Verdict, shadow: boolean): object {
  const notes = [
    { level: 'none', message: { text: `${verdict.verdict}: ${summaryLine(verdict)}` } },
    ...(shadow ? [{ level: 'warning', message: { text: shadowNotice(verdict) } }] : []),
  ];
  return {
    executionSuccessful: true,
    exitCode: shadow ? 0 : EXIT_BY_VERDICT[verdict.verdict],
    endTimeUtc: new Date(verdict.judged_at).toISOString(),
    toolExecutionNotifications: notes,
  };
}

function messageOf(finding: Finding): string {
  const facts = [
    ...(finding.expected === null ? [] : [`Expected: ${finding.expected}.`]),
    ...(finding.actual === null ? [] : [`Actual: ${finding.actual}.`]),
    ...(finding.where.length === 0 ? [] : [`Where: ${finding.where.join('; ')}.`]),
  ];
  // SARIF reads [text](target) in a message as a link; a backslash before the bracket keeps a name a name.
  return printable([finding.sentence, ...facts, finding.remedy].join(' ')).replaceAll(/[[\]\\]/g, '\\$&');
}

/** A server is not a file: the place is the line of the manifest that names it, and the server is the logical location. */
function locationOf(finding: Finding, uri: string, lines: ManifestLines): object {
  const byFlag = finding.flag === null ? undefined : lines.ofFlag(finding.flag);
  const byHost = finding.hostname === null ? undefined : lines.ofHost(finding.hostname);
  const logical = [
    ...(finding.hostname === null ? [] : [{ name: finding.hostname, kind: 'server' }]),
    ...(finding.flag === null ? [] : [{ name: finding.flag, kind: 'flag' }]),
  ];
  return {
    physicalLocation: {
      artifactLocation: { uri, index: 0 },
      region: { startLine: byFlag ?? byHost ?? 1 },
    },
    ...(logical.length === 0 ? {} : { logicalLocations: logical }),
  };
}

/** The same finding keeps its fingerprint from run to run, so that code scanning can tell new from old. */
function fingerprinter(verdict: Verdict): (finding: Finding) => string {
  const seen = new Map<string, number>();
  return (finding) => {
    const identity = [
      verdict.gate,
      verdict.cluster,
      finding.code,
      finding.phase,
      finding.hostname,
      finding.flag,
    ];
    const digest = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32);
    const count = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, count);
    return `${digest}:${count}`;
  };
}
