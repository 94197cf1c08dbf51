import type { ProbeAnswer } from './host-facts.ts';
import type { SessionProblem } from './mux-session.ts';

/** What the codes of probe.sh mean, and what to do; `…` stands for its word. A test compares the list with the text of the probe. */
export const STOPS: Readonly<Record<string, string>> = {
  no_process: 'no such process runs there; is the service up, and is that how to find it?',
  no_pid_file: 'the pid file does not exist there; is the service up?',
  unreadable_pid_file: 'the pid file may not be read by this user',
  bad_pid_file: 'the pid file does not hold a process id',
  no_cgroup: 'there is no such control group there; check the name, or whether the service runs',
  foreign_cgroup: 'the control group holds processes of another pid namespace; ask inside that container',
  no_unit: 'systemd there knows no such unit',
  dead_unit: 'the systemd unit there is … and has no processes',
  no_systemd: 'systemd there does not answer; find the service another way',
  forbidden_port: 'the port is held by a process this user may not look into; log in as its user or as root',
  hidden: 'its /proc hides the processes of other users (hidepid); log in as root',
  no_children:
    'its kernel does not tell which process started which (CONFIG_PROC_CHILDREN); find the service by unit, control group or pid',
  unreadable:
    'what process … runs may not be read by this user, and what cannot be read cannot be proven; log in as its user or as root',
  unreadable_disk: 'the binary on disk may not be read by this user; log in as its user or as root',
  moved: 'the service’s processes ended or started others each time we looked; ask again when it has settled',
  no_sha256: 'it has no tool that computes sha256: none of sha256sum, openssl, shasum, busybox',
  no_tool: 'it has no …',
  no_proc: 'it has no /proc; only Linux can be asked over ssh',
};

const GARBLED = {
  no_beginning: 'it let us in but did not run the probe',
  no_end: 'its answer broke off before the end',
  not_ours: 'its answer is not one of the probe',
} as const;

/** Why a server's answer is no report, as a clause. */
export function whyNoFacts(
  answer: Exclude<ProbeAnswer, { kind: 'facts' }>,
  said: { readonly exit_status: number | null; readonly stderr: string },
): string {
  if (answer.kind === 'stopped') {
    const sentence = STOPS[answer.code] ?? `the probe stopped there (${oneLine(answer.code)})`;
    return sentence.replace('…', oneLine(answer.word));
  }
  const lastWords = oneLine(said.stderr.trim().split('\n').at(-1) ?? '');
  const status = said.exit_status === null ? '' : ` (exit status ${said.exit_status})`;
  return `${GARBLED[answer.reason]}${status}${lastWords === '' ? '' : `: ${lastWords}`}`;
}

const SESSION: Record<SessionProblem, string> = {
  absent: 'its shared connection went away',
  lost: 'the connection was lost before the answer was complete',
  refused: 'it let us in but runs no commands for this user',
  too_much: 'it sent more than it was asked for, and was cut off',
  unsupported: 'the ssh on this machine has no proxy mode; OpenSSH 7.6 or newer is needed',
  aborted: 'it did not answer in time',
};

/** Why a command gave no output, as a clause. */
export function whyNoOutput(problem: SessionProblem, hostTimeoutS: number): string {
  return problem === 'aborted' ? `${SESSION.aborted} (${hostTimeoutS} s)` : SESSION[problem];
}

const SSH_REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    'its host key is not the one in known_hosts: it is another machine, or it was set up anew; find out which before you trust it',
  ],
  [
    /Host key verification failed|No .* host key is known/,
    'its host key is not known here; log in once by hand and check it, or put it into known_hosts',
  ],
  [/Could not resolve hostname/, 'its name cannot be resolved'],
  [/Connection refused/, 'nothing listens on its ssh port (connection refused)'],
  [/No route to host|Network is unreachable/, 'there is no route to it'],
  [/timed out|Timeout, server .* not responding/i, 'it did not answer in time (connection timed out)'],
  [/Permission denied/, 'it did not let us in (permission denied); check the user and the key'],
  [
    /Too many authentication failures/,
    'it did not let us in (too many keys were offered); name one with --identity',
  ],
  [/Connection (?:closed|reset)|kex_exchange_identification/, 'it closed the connection before it let us in'],
];

/** Why ssh could not open a connection, from its last words, as a clause. */
export function whyNotConnected(stderr: string): string {
  const known = SSH_REASONS.find(([pattern]) => pattern.test(stderr));
  if (known !== undefined) return known[1];
  const lastWords = oneLine(stderr.trim().split('\n').at(-1) ?? '');
  return lastWords === '' ? 'ssh could not connect and gave no reason' : `ssh says: ${lastWords}`;
}

/** Text from elsewhere on one line, short, and so that a terminal does not obey it. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/g, ' ')
    .trim()
    .slice(0, 300);
}
