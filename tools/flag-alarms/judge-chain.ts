import { draftFlagTable, type TableRow } from '../../src/cli/manifest/flag-table.ts';
import type { ListedFlag } from '../../src/cli/manifest/listed-flags.ts';
import { makeManifest } from '../../src/cli/manifest/make-manifest.ts';
import { functionsOf } from '../../src/decide/code-functions.ts';
import { lastSaid } from '../../src/decide/continuity.ts';
import { judgeHistory } from '../../src/decide/flag-history.ts';
import { registryOf } from '../../src/decide/registry.ts';
import type { FindingCode } from '../../src/model/finding.ts';
import type { FlagOwnership } from '../../src/model/flag.ts';
import type { Manifest, ReopenedFlag } from '../../src/model/manifest.ts';
import { canonicalize } from '../../src/seal/canonical.ts';
import { sha256Hex } from '../../src/seal/digest.ts';

/** The flags that the scan of one release gives. */
export type ReleaseFlags = { readonly release: string; readonly flags: readonly ListedFlag[] };

/** What a row says its flag is, for a person to compare. */
type Said = {
  readonly release: string;
  readonly state: string;
  readonly type: string | null;
  readonly purpose: string | null;
  readonly target: string | null;
  readonly functions: readonly string[];
  readonly files: readonly string[];
};

/** One flag of one release that the judge has something to say of. */
type Alarm = {
  readonly release: string;
  readonly flag: string;
  readonly codes: readonly FindingCode[];
  /** What broke continuity; null when it held, and the name had been gone. */
  readonly broken: string | null;
  readonly before: Said | null;
  readonly after: Said;
};

type Judged = {
  readonly alarms: readonly Alarm[];
  /** Where a name kept its meaning because functions were alike: what would be alarms without that rule. */
  readonly kept: readonly Alarm[];
  readonly flagReleases: number;
};

const CLUSTER = 'releases';
const digest = (value: unknown): string => sha256Hex(canonicalize(value));

/**
 * The releases as a chain of manifests, each made as `manifest create --source` makes it and judged over all before it. After an
 * alarm the team is taken to sign for it (`reopened_flags`), so that each thing is told once.
 */
export function judgeChain(releases: readonly ReleaseFlags[]): Judged {
  const known: Manifest[] = [];
  const alarms: Alarm[] = [];
  const kept: Alarm[] = [];
  let flagReleases = 0;
  for (const release of releases) {
    const draft = manifestOf(release, known, []);
    const mayRun = known.slice(-1);
    const seeds = judgeHistory(draft.manifest, registryOf(CLUSTER, [...known, draft.manifest]), mayRun);
    const byFlag = Map.groupBy(seeds, ({ flag }) => flag ?? '');
    const rows = new Map(draft.rows.map((each) => [each.row.flag, each]));
    for (const [flag, own] of byFlag) {
      const row = rows.get(flag);
      if (row === undefined) throw new Error(`${release.release} has no row for ${flag}`);
      const codes = own.map(({ code }) => code);
      alarms.push(alarmOf(release.release, row, codes, known));
    }
    for (const row of draft.rows)
      if (row.origin.kind === 'inherited' && row.origin.by === 'alike')
        kept.push(alarmOf(release.release, row, [], known));
    const reopened = [...byFlag.keys()].map((flag) => ({ flag, reason: 'signed for', by: 'the team' }));
    known.push(reopened.length === 0 ? draft.manifest : manifestOf(release, known, reopened).manifest);
    flagReleases += release.flags.length;
  }
  return { alarms, kept, flagReleases };
}

function manifestOf(
  { release, flags }: ReleaseFlags,
  known: readonly Manifest[],
  reopened: readonly ReopenedFlag[],
): { readonly manifest: Manifest; readonly rows: readonly TableRow[] } {
  const previous = known.at(-1) ?? null;
  const names = new Set(reopened.map(({ flag }) => flag));
  const table = draftFlagTable(flags, previous, digest, { history: known, reopened: names });
  const { manifest } = makeManifest({
    deploymentId: release,
    cluster: CLUSTER,
    createdAt: Date.UTC(2026, 0, 1, 0, known.length),
    expiresAt: null,
    deployed: { binarySha256: sha256Hex(`binary ${release}`), artifacts: [] },
    configSha256: null,
    inventory: ['one'],
    table,
    source: null,
    reopened,
    state: [],
    declaredSplit: null,
    previous,
    target: null,
    plan: null,
    history: known,
  });
  return { manifest, rows: table.rows };
}

function alarmOf(
  release: string,
  { row, origin }: TableRow,
  codes: readonly FindingCode[],
  known: readonly Manifest[],
): Alarm {
  const lives = known.toReversed().flatMap((manifest) => {
    const life = manifest.flag_ownership_table.find(({ flag }) => flag === row.flag);
    return life === undefined ? [] : [{ release: manifest.deployment_id, life }];
  });
  const [last] = lives;
  const before =
    last === undefined
      ? null
      : saidBy(
          lives.find(({ life }) => life.state !== 'retired')?.release ?? last.release,
          lastSaid(
            last.life,
            lives.map(({ life }) => life),
          ),
        );
  const broken = origin.kind === 'reborn' ? origin.broken : null;
  return { release, flag: row.flag, codes, broken, before, after: saidBy(release, row) };
}

function saidBy(release: string, row: FlagOwnership): Said {
  return {
    release,
    state: row.state,
    type: row.type ?? null,
    purpose: row.purpose ?? null,
    target: row.target ?? null,
    functions: functionsOf(row),
    files: [...new Set(row.where?.map(({ file }) => file))].sort(),
  };
}
