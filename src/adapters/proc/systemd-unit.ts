import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Fault } from '../../fault.ts';
import { errnoOf } from './errno.ts';

/** What systemd says about one unit. */
export type UnitStatus = {
  readonly loadState: string;
  readonly activeState: string;
  /** 0 when there is none. A guess of systemd for Type=forking. */
  readonly mainPid: number;
  /** Below the cgroup root, such as /system.slice/smars.service; empty when the unit does not run. */
  readonly controlGroup: string;
};

const run = promisify(execFile);
const TIMEOUT_MS = 10_000;

/**
 * Asks systemd about a unit, without a shell. `systemctl` is the program to run. Faults: NO_PROCESS for a unit systemd does not
 * know or that does not run, BAD_USAGE for a pattern, UNSUPPORTED when there is no systemd to ask.
 */
export async function unitStatus(unit: string, systemctl: string): Promise<UnitStatus> {
  if (/[*?[\]]/.test(unit))
    throw new Fault('BAD_USAGE', `The unit ${JSON.stringify(unit)} is a pattern; name one unit.`, { unit });
  const properties = ['LoadState', 'ActiveState', 'MainPID', 'ControlGroup'];
  try {
    const { stdout } = await run(
      systemctl,
      ['show', ...properties.map((name) => `--property=${name}`), '--', unit],
      {
        timeout: TIMEOUT_MS,
        maxBuffer: 1024 * 1024,
        env: { LC_ALL: 'C', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
      },
    );
    return checked(unit, parseUnit(stdout));
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw cannotAsk(unit, error);
  }
}

/** What `systemctl show` printed. */
function parseUnit(text: string): UnitStatus {
  const values = new Map(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()] as const];
    }),
  );
  return {
    loadState: values.get('LoadState') ?? '',
    activeState: values.get('ActiveState') ?? '',
    mainPid: Number(values.get('MainPID') ?? 0),
    controlGroup: values.get('ControlGroup') ?? '',
  };
}

function checked(unit: string, status: UnitStatus): UnitStatus {
  if (status.loadState === 'not-found')
    throw new Fault(
      'NO_PROCESS',
      `systemd knows no unit ${JSON.stringify(unit)}; check its name with \`systemctl list-units\`.`,
      { unit },
    );
  if (status.controlGroup === '')
    throw new Fault(
      'NO_PROCESS',
      `The systemd unit ${JSON.stringify(unit)} is ${status.activeState === '' ? 'not running' : status.activeState} and has no processes; start it and ask again.`,
      { unit, active_state: status.activeState },
    );
  return status;
}

function cannotAsk(unit: string, error: unknown): Fault {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  const [said = ''] = stderr.split('\n');
  const reason =
    errnoOf(error) === 'ENOENT'
      ? 'there is no systemctl on this machine'
      : said || 'systemctl did not answer';
  return new Fault(
    'UNSUPPORTED',
    `systemd could not be asked about ${JSON.stringify(unit)}: ${reason.replace(/\.$/, '')}; find the service another way, with --cgroup, --pid-file, --port, --command or --pid.`,
    { unit },
    error,
  );
}
