import type { GuardReport } from '../model/guard-report.ts';
import type { Manifest } from '../model/manifest.ts';
import { flagRules } from './flag-rule.ts';
import type { FlagRule } from './flag-rule.ts';
import { guardReport } from './report.ts';
import { newTally } from './tally.ts';
import type { Tally } from './tally.ts';

/** The process the guard is in, and the digest of what it runs. */
export type GuardedProcess = {
  readonly pid: number;
  /** Clock ticks from boot to its start (proc_pid_stat(5), field 22); null where there is no /proc. */
  readonly startTicks: number | null;
  readonly bootId: string | null;
  readonly binarySha256: string;
  readonly method: GuardReport['method'];
};

/** The flag table of this process and what was asked of it. Made by `loadGuard`; changed by nobody but the guard itself. */
export type Guard = {
  /** Why this process must not serve at all; null when it may. */
  readonly problem: string | null;
  readonly manifest: Manifest;
  readonly process: GuardedProcess;
  /** Whether hook and provider throw instead of answering with an error. */
  readonly isStrict: boolean;
  readonly rules: ReadonlyMap<string, FlagRule>;
  /** Flags of other manifests in force that this binary does not have and may ignore. */
  readonly ignorable: ReadonlySet<string>;
  /** What each flag means, by binary, as far as the manifests in force say: a sender cannot claim to be one and mean another. */
  readonly meanings: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly tally: Tally;
  /** How often its report is written, in seconds. */
  readonly everySeconds: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** What it saw so far, as `haunted prove --guard-report` reads it. `now` in epoch milliseconds. */
  readonly report: (now: number) => GuardReport;
};

export type GuardParts = {
  readonly manifest: Manifest;
  readonly process: GuardedProcess;
  /** Manifests of other binaries that are in force as well: what their senders mean, and what may be ignored here. */
  readonly alsoInForce?: readonly Manifest[];
  readonly isStrict?: boolean;
  readonly everySeconds?: number;
  readonly now: () => number;
};

/** The guard of a process. It has a `problem` when the manifest is another binary's. */
export function makeGuard({
  manifest,
  process,
  alsoInForce = [],
  isStrict = false,
  everySeconds = 10,
  now,
}: GuardParts): Guard {
  const rules = flagRules(manifest);
  const guard: Guard = {
    problem: wrongBinary(manifest, process),
    manifest,
    process,
    isStrict,
    rules,
    ignorable: ignorableFlags(alsoInForce, rules),
    meanings: new Map([manifest, ...alsoInForce].map((each) => [each.binary_sha256, meaningsOf(each)])),
    tally: newTally(),
    everySeconds,
    now,
    report: (at) => guardReport(guard, at),
  };
  return guard;
}

const WHAT = {
  proc_exe: 'the executable of this process',
  tree_digest: 'the folder this process is read from',
  file_digest: 'the file this process is read from',
  self_report: 'the digest given as this process’s own',
} as const;

function wrongBinary(manifest: Manifest, { binarySha256, method }: GuardedProcess): string | null {
  if (manifest.binary_sha256 === binarySha256) return null;
  const hint =
    method === 'proc_exe'
      ? '; for a program that node reads from a folder, say which with `artifact: { tree: FOLDER }`'
      : '';
  return `The manifest ${manifest.deployment_id} is another binary's: it is about ${manifest.binary_sha256}, and ${WHAT[method]} is ${binarySha256}; give this binary's own manifest${hint}.`;
}

/** The flags of others that this binary does not have and that every manifest that has them lets it ignore. */
function ignorableFlags(manifests: readonly Manifest[], rules: ReadonlyMap<string, FlagRule>): Set<string> {
  const rows = manifests.flatMap(({ flag_ownership_table: table }) => table);
  const refused = new Set(rows.filter(({ unaware }) => unaware !== 'ignore').map(({ flag }) => flag));
  return new Set(rows.map(({ flag }) => flag).filter((flag) => !rules.has(flag) && !refused.has(flag)));
}

function meaningsOf({ flag_ownership_table: table }: Manifest): ReadonlyMap<string, string> {
  return new Map(table.map(({ flag, meaning }) => [flag, meaning]));
}

/** How sentences name this process: its deployment and the first characters of its binary. */
export function nameOf({ manifest }: Guard): string {
  return `${manifest.deployment_id} (binary ${manifest.binary_sha256.slice(0, 12)}…)`;
}
