import { serveHaproxyAgent } from '../../agent/traffic/haproxy-agent.ts';
import { serveReadiness } from '../../agent/traffic/readiness-http.ts';
import type { ReadinessSource } from '../../agent/traffic/readiness.ts';
import { runOnChange } from '../../agent/traffic/run-on-change.ts';
import type { Doors } from '../../model/agent-config.ts';

export type OpenDoors = {
  /** What was opened, as addresses, to be told. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Closes them, and tells the hook that nobody vouches any more. */
  readonly close: () => Promise<void>;
};

type Behind = {
  readonly source: ReadinessSource;
  readonly status: () => Readonly<Record<string, unknown>>;
  readonly onHookProblem: (sentence: string) => void;
};

/** Opens the doors of one service. Faults: BAD_USAGE or NO_PERMISSION when an address cannot be had; then none stays open. */
export async function openDoors(doors: Doors, { source, status, onHookProblem }: Behind): Promise<OpenDoors> {
  const closers: (() => Promise<void>)[] = [];
  const addresses: Record<string, string> = {};
  const close = async (): Promise<void> => {
    await Promise.all(closers.splice(0).map(async (each) => await each()));
  };
  try {
    if (doors.agent_check !== undefined) {
      const door = await serveHaproxyAgent({ source, ...doors.agent_check });
      closers.push(door.close);
      addresses['agent_check'] = `${doors.agent_check.host}:${door.port}`;
    }
    if (doors.health !== undefined) {
      const door = await serveReadiness({ source, ...doors.health, status });
      closers.push(door.close);
      addresses['health'] = `${doors.health.host}:${door.port}`;
    }
  } catch (error) {
    await close();
    throw error;
  }
  if (doors.exec !== undefined)
    closers.push(runOnChange({ source, command: doors.exec, onProblem: onHookProblem }).close);
  return { addresses, close };
}
