import type { HeldState } from '../model/kept-state.ts';
import type { BoundFlag, NodeReport, ReceivedFlag } from '../model/node-report.ts';

/**
 * Servers that are equal in everything the judge asks: they are judged once. A fleet of 100,000 has a handful of classes, so
 * the judgement is linear in servers and flags are looked at once per class.
 */
export type NodeClass = {
  readonly binary: string;
  /** Digest of the file at the binary's path; `DELETED` when it is gone; null when nobody looked. */
  readonly onDisk: string | null;
  readonly config: string | null;
  /** Digest of the config that a restart would load; null when nobody looked. */
  readonly configOnDisk: string | null;
  /** Versions of state on other clocks. */
  readonly holds: readonly HeldState[];
  readonly live: boolean;
  readonly bound: readonly BoundFlag[];
  readonly received: readonly ReceivedFlag[];
  readonly hostnames: string[];
  /** The reports behind it; none when the class is supposed rather than seen. */
  readonly reports: NodeReport[];
};

/** What lies on disk when the kernel says that the running file was deleted and nothing took its place. */
export const DELETED = 'deleted';

function onDiskOf(report: NodeReport): string | null {
  const digest = report.binary_on_disk_sha256 ?? null;
  return digest === null && (report.binary_path ?? '').endsWith(' (deleted)') ? DELETED : digest;
}

/** Lists compared with before a list becomes a class of its own: a fleet in which every server differs must stay linear. */
const ALIKE_KEPT = 64;

type Row = BoundFlag | ReceivedFlag;

function isSameRow(a: Row, b: Row | undefined): boolean {
  if (b === undefined || a.flag !== b.flag || (a.meaning ?? null) !== (b.meaning ?? null)) return false;
  if ('source' in a) return 'source' in b && a.source === b.source;
  return 'sender' in b && a.sender === b.sender;
}

/** Gives equal lists of switches one number: by identity at once, else by comparing with the lists seen before. */
function listNumbering(): (list: readonly Row[]) => number {
  const byIdentity = new WeakMap<readonly Row[], number>();
  const byShape = new Map<string, { list: readonly Row[]; number: number }[]>();
  let count = 0;
  return (list) => {
    const known = byIdentity.get(list);
    if (known !== undefined) return known;
    const shape = `${list.length} ${list[0]?.flag ?? ''} ${list.at(-1)?.flag ?? ''}`;
    const alike = byShape.get(shape) ?? [];
    const found = alike.find((entry) => entry.list.every((row, at) => isSameRow(row, list[at])));
    const number = found?.number ?? count++;
    if (found === undefined && alike.length < ALIKE_KEPT) byShape.set(shape, [...alike, { list, number }]);
    byIdentity.set(list, number);
    return number;
  };
}

/** Gives equal digests one small number, so that classes are told apart by a short key. */
function digestNumbering(): (digest: string | null | undefined) => number {
  const numbers = new Map<string, number>();
  return (digest) => {
    if (digest === null || digest === undefined) return -1;
    const known = numbers.get(digest);
    if (known !== undefined) return known;
    numbers.set(digest, numbers.size);
    return numbers.size - 1;
  };
}

function isLike(report: NodeReport, nodes: NodeClass): boolean {
  return (
    report.bound_flags === nodes.bound &&
    nodes.received.length === 0 &&
    report.taking_live_traffic === nodes.live &&
    report.binary_sha256 === nodes.binary &&
    onDiskOf(report) === nodes.onDisk &&
    (report.config_sha256 ?? null) === nodes.config &&
    (report.config_on_disk_sha256 ?? null) === nodes.configOnDisk &&
    report.holds === undefined &&
    nodes.holds.length === 0
  );
}

/** The reports of one server come one after the other, and a server counts once in its class whatever it sent. */
function addTo(nodes: NodeClass, report: NodeReport): void {
  if (nodes.hostnames.at(-1) !== report.hostname) nodes.hostnames.push(report.hostname);
  nodes.reports.push(report);
}

const NOTHING_RECEIVED: readonly ReceivedFlag[] = [];
const NOTHING_HELD: readonly HeldState[] = [];

/** Few servers report any; those that do are told apart by the text of it, in the order given. */
function heldKey(holds: readonly HeldState[]): string {
  return holds.length === 0 ? '' : JSON.stringify(holds.map(({ state, version }) => [state, version]));
}

/** Sorts accepted reports, those of one server together, into classes of equals. `isFresh` says whether a received switch still counts. */
export function classesOf(
  reports: Iterable<NodeReport>,
  isFresh: (row: ReceivedFlag) => boolean,
): NodeClass[] {
  const digest = digestNumbering();
  const boundList = listNumbering();
  const receivedList = listNumbering();
  const byKey = new Map<string, NodeClass>();
  let last: NodeClass | null = null;
  for (const report of reports) {
    const all = report.received_flags ?? NOTHING_RECEIVED;
    // Most servers are like the one before them; that much is told without a key.
    if (last !== null && all.length === 0 && isLike(report, last)) {
      addTo(last, report);
      continue;
    }
    const received = all.length === 0 ? NOTHING_RECEIVED : all.filter(isFresh);
    const holds = report.holds ?? NOTHING_HELD;
    const configs = `${digest(report.config_sha256)} ${digest(report.config_on_disk_sha256)}`;
    const what = `${digest(report.binary_sha256)} ${digest(onDiskOf(report))} ${configs}`;
    const lists = `${boundList(report.bound_flags)} ${receivedList(received)} ${heldKey(holds)}`;
    const key = `${what} ${report.taking_live_traffic} ${lists}`;
    const known = byKey.get(key);
    if (known !== undefined) {
      addTo(known, report);
      last = known;
    } else {
      last = {
        binary: report.binary_sha256,
        onDisk: onDiskOf(report),
        config: report.config_sha256 ?? null,
        configOnDisk: report.config_on_disk_sha256 ?? null,
        holds,
        live: report.taking_live_traffic,
        bound: report.bound_flags,
        received,
        hostnames: [report.hostname],
        reports: [report],
      };
      byKey.set(key, last);
    }
  }
  return [...byKey.values()];
}
