import { listProcesses } from './process-stat.ts';
import type { ProcessStat } from './process-stat.ts';
import { isProcHidden } from './rights.ts';
import type { SocketsOf } from './shared-sockets.ts';
import { readSockets } from './socket-table.ts';
import { unitStatus } from './systemd-unit.ts';
import type { UnitStatus } from './systemd-unit.ts';

/** What a look at a service asks of the whole machine. Each of it costs milliseconds. */
export type ProcTables = {
  /** Every process. Fault: NO_PERMISSION. */
  readonly processes: () => readonly ProcessStat[];
  /** Every TCP socket of a network namespace. Fault: NO_PERMISSION. */
  readonly sockets: SocketsOf;
  /** Whether other users' processes may be missing. */
  readonly isHidden: () => boolean;
  /** What systemd says. Faults: see unitStatus. */
  readonly unit: (unit: string, systemctl: string) => Promise<UnitStatus>;
};

/** Asked of the kernel each time. */
export const FRESH_TABLES: ProcTables = {
  processes: listProcesses,
  sockets: readSockets,
  isHidden: isProcHidden,
  unit: unitStatus,
};
