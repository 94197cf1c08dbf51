import { createHash } from 'node:crypto';
import path from 'node:path';
import { printable } from '../render/terminal-text.ts';

export type SarifRule = {
  readonly id: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly sentence: string;
  readonly remedy: string;
};

/** One problem at one place. The file is relative to the source root. */
export type SarifProblem = {
  readonly rule: string;
  readonly flag: string;
  readonly text: string;
  readonly place: { readonly file: string; readonly line: number; readonly column: number | null };
};

type Log = {
  /** Tells one kind of analysis from another on the same commit. */
  readonly id: string;
  readonly version: string;
  /** What leads from the top of the repository to the source root; code scanning wants paths from the top. */
  readonly prefix: string;
  readonly rules: readonly SarifRule[];
  readonly problems: readonly SarifProblem[];
  readonly notes: readonly string[];
};

// GitHub refuses a run with more than 25,000 results.
const MOST_RESULTS = 20_000;
const MOST_NOTES = 1_000;

/** SARIF 2.1.0 (OASIS, errata 01): rules, one result for each problem, and notes on what was not looked at. */
export function sarifLog({ id, version, prefix, rules, problems, notes }: Log): string {
  const fingerprint = fingerprinter();
  const run = {
    tool: { driver: { name: 'haunted', version, semanticVersion: version, rules: rules.map(ruleOf) } },
    automationDetails: { id },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: notes
          .slice(0, MOST_NOTES)
          .map((text) => ({ level: 'warning', message: { text: messageText(text) } })),
      },
    ],
    results: problems.slice(0, MOST_RESULTS).map((problem) => ({
      ruleId: problem.rule,
      ruleIndex: rules.findIndex((rule) => rule.id === problem.rule),
      level: rules.find((rule) => rule.id === problem.rule)?.level ?? 'warning',
      message: { text: messageText(problem.text) },
      locations: [locationOf(problem, prefix)],
      partialFingerprints: { 'hauntedFinding/v1': fingerprint(problem) },
    })),
    properties: { results_omitted: Math.max(0, problems.length - MOST_RESULTS) },
  };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function ruleOf({ id, level, sentence, remedy }: SarifRule): object {
  return {
    id,
    shortDescription: { text: sentence },
    help: { text: remedy },
    defaultConfiguration: { level },
    properties: { tags: ['flags'] },
  };
}

/** SARIF reads [text](target) in a message as a link; a backslash before the bracket keeps a name a name. */
function messageText(text: string): string {
  return printable(text).replaceAll(/[[\]\\]/g, '\\$&');
}

function locationOf({ flag, place: { file, line, column } }: SarifProblem, prefix: string): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file, prefix) },
      region: { startLine: line, ...(column === null ? {} : { startColumn: column }) },
    },
    logicalLocations: [{ name: printable(flag), kind: 'flag' }],
  };
}

function uriOf(file: string, prefix: string): string {
  if (file.startsWith('/')) return `file://${encodePath(file)}`;
  return encodePath(path.posix.join(prefix, file));
}

function encodePath(file: string): string {
  return file
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');
}

/** The same problem keeps its fingerprint when lines move, so that code scanning can tell new from old. */
function fingerprinter(): (problem: SarifProblem) => string {
  const seen = new Map<string, number>();
  return ({ rule, flag, place }) => {
    const identity = JSON.stringify([rule, flag, place.file]);
    const digest = createHash('sha256').update(identity).digest('hex').slice(0, 32);
    const count = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, count);
    return `${digest}:${count}`;
  };
}
