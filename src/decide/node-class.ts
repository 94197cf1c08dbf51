import type { BoundFlag, NodeReport, ReceivedFlag } from '../model/node-report.ts';

/**
 * Servers that are equal in everything the judge asks: they are judged once. A fleet of 100,000 has a handful of classes, so
 * the judgement is linear in servers and flags are looked at once per class.
 */
export type NodeClass = {
  readonly binary: string;
  readonly onDisk: string | null;
  readonly config: string | null;
  readonly live: boolean;
  readonly bound: readonly BoundFlag[];
  readonly received: readonly ReceivedFlag[];
  readonly hostnames: string[];
  /** The reports behind it; none when the class is supposed rather than seen. */
  readonly reports: NodeReport[];
};

/** Lists compared with before a list becomes a class of its own: a fleet in which every server differs must stay linear. */
const ALIKE_KEPT = 64;

type Row = BoundFlag | ReceivedFlag;

function isSameRow(a: Row, b: Row): boolean {
  if (a.flag !== b.flag || (a.meaning ?? null) !== (b.meaning ?? null)) return false;
  if ('source' in a) return 'source' in b && a.source === b.source;
  return 'sender' in b && a.sender === b.sender;
}

/** Gives equal lists of switches one number: by identity at once, else by comparing with the lists seen before. */
function listNumbering<T extends Row>(): (list: readonly T[]) => number {
  const byIdentity = new WeakMap<readonly T[], number>();
  const byShape = new Map<string, { list: readonly T[]; number: number }[]>();
  let count = 0;
  return (list) => {
    const known = byIdentity.get(list);
    if (known !== undefined) return known;
    const shape = `${list.length} ${list[0]?.flag ?? ''} ${list.at(-1)?.flag ?? ''}`;
    const alike = byShape.get(shape) ?? [];
    const found = alike.find((entry) => entry.list.every((row, at) => isSameRow(row, list[at] as T)));
    const number = found?.number ?? count++;
    if (found === undefined && alike.length < ALIKE_KEPT) byShape.set(shape, [...alike, { list, number }]);
    byIdentity.set(list, number);
    return number;
  };
}

/** Sorts accepted reports into classes of equals. `isFresh` says whether a received switch still counts. */
export function classesOf(
  reports: Iterable<NodeReport>,
  isFresh: (row: ReceivedFlag) => boolean,
): NodeClass[] {
  const boundNumber = listNumbering<BoundFlag>();
  const receivedNumber = listNumbering<ReceivedFlag>();
  const none: readonly ReceivedFlag[] = [];
  const byKey = new Map<string, NodeClass>();
  for (const report of reports) {
    const all = report.received_flags ?? none;
    const received = all.length === 0 ? none : all.filter(isFresh);
    const key = `${report.binary_sha256} ${report.binary_on_disk_sha256 ?? ''} ${report.config_sha256 ?? ''} ${report.taking_live_traffic} ${boundNumber(report.bound_flags)} ${receivedNumber(received)}`;
    const known = byKey.get(key);
    if (known !== undefined) {
      known.hostnames.push(report.hostname);
      known.reports.push(report);
    } else {
      byKey.set(key, {
        binary: report.binary_sha256,
        onDisk: report.binary_on_disk_sha256 ?? null,
        config: report.config_sha256 ?? null,
        live: report.taking_live_traffic,
        bound: report.bound_flags,
        received,
        hostnames: [report.hostname],
        reports: [report],
      });
    }
  }
  return [...byKey.values()];
}
