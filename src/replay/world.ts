import { Fault } from '../fault.ts';
import type { Manifest } from '../model/manifest.ts';
import type { NodeReport } from '../model/node-report.ts';
import { quoted } from '../model/quoted.ts';
import type { ReplayServer } from '../model/replay-run.ts';
import { LETTER_BY_STATE } from '../model/replay-run.ts';
import type { ReplayServerChange, ReplayWorld } from '../model/replay-world.ts';
import type { Documents } from './documents.ts';

/** The cluster as the record has it, from moment to moment. */
export type World = {
  /** What changed. Fault BAD_INPUT for a server or a manifest that the replay does not have. */
  readonly change: (world: ReplayWorld) => void;
  /** What a server would report at `now`, in milliseconds since the epoch; null when it is silent. */
  readonly reportOf: (hostname: string, challenge: NodeReport['challenge'], now: number) => NodeReport | null;
  /** Every server for the picture. */
  readonly servers: () => readonly ReplayServer[];
};

type Server = Omit<ReplayServerChange, 'runs'> & {
  /** The manifest it was last given, by name. */
  readonly runs: string;
};

type Given = {
  readonly cluster: string;
  readonly hostnames: readonly string[];
  readonly documents: Documents;
  /** The manifest that every server runs at first. */
  readonly first: string;
};

export function worldOf({ cluster, hostnames, documents, first }: Given): World {
  const servers = new Map<string, Server>(hostnames.map((hostname) => [hostname, { runs: first }]));
  let senders: NonNullable<ReplayWorld['senders']> = {};
  let sequence = 0;
  const manifestOf = (name: string): Manifest => {
    const manifest = documents.manifests.get(name);
    if (manifest === undefined)
      throw new Fault(
        'BAD_INPUT',
        `The replay says that a server runs ${quoted(name)}, and no manifest has that name.`,
      );
    return manifest;
  };
  const changeOne = (hostname: string, change: ReplayServerChange): void => {
    const before = servers.get(hostname);
    if (before === undefined)
      throw new Fault(
        'BAD_INPUT',
        `The replay speaks of the server ${quoted(hostname)}, which it does not list.`,
      );
    // Whoever is given a manifest runs that, and nothing of what was laid over the one before.
    const kept: Server =
      change.runs === undefined
        ? before
        : {
            runs: change.runs,
            ...pick(before, ['is_silent', 'is_out', 'is_haunted', 'report_age_s', 'holds']),
          };
    servers.set(hostname, { ...kept, ...change, runs: manifestNameOf(change.runs ?? kept.runs) });
  };
  const manifestNameOf = (name: string): string => {
    manifestOf(name);
    return name;
  };
  return {
    change: (world) => {
      if (world.all !== undefined) for (const hostname of hostnames) changeOne(hostname, world.all);
      for (const [hostname, change] of Object.entries(world.servers ?? {})) changeOne(hostname, change);
      senders = { ...senders, ...world.senders };
    },
    reportOf: (hostname, challenge, now) => {
      const server = servers.get(hostname);
      if (server === undefined || server.is_silent === true) return null;
      sequence += 1;
      const observed = now - (server.report_age_s ?? 10) * 1000;
      const isLive = server.is_out !== true;
      return {
        schema: 'haunted.node-report/v1',
        cluster,
        hostname,
        observed_at: new Date(observed).toISOString(),
        sequence,
        boot_id: `boot of ${hostname}`,
        challenge: challenge ?? null,
        ...whatRuns(server, manifestOf(server.runs), documents),
        method: 'proc_exe',
        ...(server.holds === undefined ? {} : { holds: server.holds }),
        bound_flags: boundOn(manifestOf(server.runs)),
        received_flags: isLive ? received(senders, observed) : [],
        taking_live_traffic: isLive,
      };
    },
    servers: () => [...servers].map(([hostname, server]) => pictureOf(hostname, server)),
  };
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Partial<Pick<T, K>> {
  const kept: Partial<Pick<T, K>> = {};
  for (const key of keys) if (from[key] !== undefined) kept[key] = from[key];
  return kept;
}

type Runs = Pick<
  NodeReport,
  'binary_sha256' | 'binary_on_disk_sha256' | 'config_sha256' | 'config_on_disk_sha256'
>;

function whatRuns(server: Server, manifest: Manifest, { digest }: Documents): Runs {
  const { binary, on_disk: disk, config, config_on_disk: file, is_disk_unseen: isUnseen } = server;
  const running = binary === undefined ? manifest.binary_sha256 : digest('binary', binary);
  return {
    binary_sha256: running,
    binary_on_disk_sha256: isUnseen === true ? null : disk === undefined ? running : digest('binary', disk),
    config_sha256: config === undefined ? (manifest.config_sha256 ?? null) : digest('config', config),
    config_on_disk_sha256: isUnseen === true || file === undefined ? null : digest('config', file),
  };
}

/** The switches that a manifest sets on its hosts; hosts know their names, and not what they mean. */
function boundOn(manifest: Manifest): NodeReport['bound_flags'] {
  const bound = new Set(manifest.bound_flags);
  return manifest.flag_ownership_table
    .filter(({ flag, travels_in: ways = [] }) => bound.has(flag) && !ways.includes('message'))
    .map(({ flag }) => ({ flag, value: true, source: 'file:flags.json' }));
}

function received(
  senders: NonNullable<ReplayWorld['senders']>,
  observed: number,
): NonNullable<NodeReport['received_flags']> {
  const last_seen_at = new Date(observed - 2000).toISOString();
  return Object.entries(senders).flatMap(([sender, flags]) =>
    flags.map((flag) => ({ flag, sender, last_seen_at })),
  );
}

function pictureOf(hostname: string, server: Server): ReplayServer {
  const state =
    server.is_silent === true
      ? 'silent'
      : server.is_out === true
        ? 'out'
        : server.is_haunted === true
          ? 'haunted'
          : 'right';
  return { hostname, state, letter: LETTER_BY_STATE[state], says: server.says ?? `runs ${server.runs}` };
}
