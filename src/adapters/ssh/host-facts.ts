/** What probe.sh found on one server, as it said it. Names are latin1, so that every byte of them survives. */
export type HostFacts = {
  readonly processes: readonly ProbedProcess[];
  /** What systemd calls the main process; null when it does not say. */
  readonly mainPid: number | null;
  readonly binaryByPid: ReadonlyMap<number, ProbedBinary>;
  /** Rows of /proc/PID/net/tcp and tcp6 of the sockets the service listens on. */
  readonly listening: readonly string[];
  readonly established: number;
  /** One word for each config file, in order: its sha256, or why there is none. */
  readonly config: readonly string[];
  /** One word for each flag file, `there` or why there is none, and its bytes. */
  readonly flagFiles: readonly { readonly state: string; readonly bytes: Buffer | null }[];
  /** Variables with one of the prefixes, `NAME=value` with a NUL after each. */
  readonly environment: string;
  /** Command lines with an argument that may hold switches, each as its arguments. */
  readonly commandLines: readonly (readonly string[])[];
  readonly bootId: string | null;
  /** Which numbering the process ids are of: the inode of the pid namespace. Null when it cannot be told. */
  readonly pidSpace: string | null;
  /** Milliseconds since boot. */
  readonly uptimeMs: number;
  /** The server's own clock, epoch milliseconds. */
  readonly now: number;
  /** When the pid file was last written, epoch milliseconds; null when it was not asked for or cannot be told. */
  readonly pidFileWrittenAt: number | null;
};

export type ProbedProcess = {
  readonly pid: number;
  readonly parent: number;
  readonly startTicks: number;
  /** The process whose executable it shares: the key of `binaryByPid`. */
  readonly runsAs: number;
};

export type ProbedBinary = {
  readonly sha256: string;
  /** The kernel's name for the running file; it may end in " (deleted)". */
  readonly link: string;
  /** The file it was compared with. */
  readonly path: string;
  /** Null when there is no such file. */
  readonly onDiskSha256: string | null;
  /** Epoch milliseconds; null when it cannot be told. */
  readonly touchedAt: number | null;
};

/** Facts; or the reason the probe gave for having none; or what is wrong with what came back. */
export type ProbeAnswer =
  | { readonly kind: 'facts'; readonly facts: HostFacts }
  | { readonly kind: 'stopped'; readonly code: string; readonly word: string }
  | { readonly kind: 'garbled'; readonly reason: 'no_beginning' | 'no_end' | 'not_ours' };

type Line = { readonly key: string; readonly rest: string; readonly bytes: Buffer | null };

/**
 * What a server answered to the probe of this run. Whatever was printed before the beginning and after the end, by login shells
 * and their rc files, is left out; `mark` is a word that only this run's probe knows. Never throws.
 */
export function readProbeAnswer(stdout: Buffer, mark: string): ProbeAnswer {
  const text = stdout.toString('latin1');
  const begin = `\n${mark} begin\n`;
  const start = `\n${text}`.indexOf(begin);
  if (start === -1) return { kind: 'garbled', reason: 'no_beginning' };
  const body = `\n${text}`.slice(start + begin.length);
  const end = `\n${body}`.indexOf(`\n${mark} end\n`);
  if (end === -1) return { kind: 'garbled', reason: 'no_end' };
  const lines = linesOf(body.slice(0, end));
  const stopped = lines?.find((line) => line.key === 'stop');
  if (stopped !== undefined) {
    const [code = '', ...words] = stopped.rest.split(' ');
    return { kind: 'stopped', code, word: words.join(' ') };
  }
  const facts = lines === null ? null : factsOf(lines);
  return facts === null ? { kind: 'garbled', reason: 'not_ours' } : { kind: 'facts', facts };
}

/** Null when a block of bytes has no end or holds something else. */
function linesOf(body: string): Line[] | null {
  const lines: Line[] = [];
  const raw = body.split('\n');
  for (let at = 0; at < raw.length; at += 1) {
    const [key = '', ...words] = (raw[at] ?? '').split(' ');
    if (key === '') continue;
    if (key !== 'data') {
      lines.push({ key, rest: words.join(' '), bytes: null });
      continue;
    }
    const end = raw.indexOf('.', at);
    const bytes = end === -1 ? null : decode(raw.slice(at + 1, end).join(''), words[1]);
    if (bytes === null) return null;
    lines.push({ key: words[0] ?? '', rest: bytes.toString('latin1'), bytes });
    at = end;
  }
  return lines;
}

function decode(text: string, coding: string | undefined): Buffer | null {
  if (coding === 'base64') return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : null;
  const hex = text.replaceAll(/\s+/g, '');
  return coding === 'hex' && /^(?:[0-9a-f]{2})*$/.test(hex) ? Buffer.from(hex, 'hex') : null;
}

function factsOf(lines: readonly Line[]): HostFacts | null {
  const all = (key: string): Line[] => lines.filter((line) => line.key === key);
  const first = (key: string): string | undefined => all(key)[0]?.rest;
  const processes = all('process').map((line) => processOf(line.rest));
  const binaries = binariesOf(lines);
  const [now, ...times] = all('time').map((line) => timesOf(line.rest));
  const uptimeMs = Math.round(Number(first('uptime') ?? Number.NaN) * 1000);
  const established = Number(first('established') ?? Number.NaN);
  if (binaries === null || now?.changedAt === null || now === undefined) return null;
  if (!isCount(uptimeMs) || !isCount(established) || processes.length === 0) return null;
  if (!processes.every((each) => each !== null && binaries.has(each.runsAs))) return null;
  const touchedPid = Number(first('touched') ?? 0);
  // In the order probe.sh asks for them: the clock, the binary on disk, the pid file.
  const touched = touchedPid === 0 ? undefined : times.shift();
  const touchedBinary = binaries.get(touchedPid);
  if (touchedBinary !== undefined)
    binaries.set(touchedPid, { ...touchedBinary, touchedAt: touched?.changedAt ?? null });
  return {
    processes: processes.filter((each) => each !== null),
    mainPid: first('main') === undefined ? null : Number(first('main')),
    binaryByPid: binaries,
    listening: all('listen').map((line) => line.rest),
    established,
    config: all('config').map((line) => line.rest.split(' ')[1] ?? ''),
    flagFiles: all('flags').map((line) => {
      const [index = '', state = ''] = line.rest.split(' ');
      return { state, bytes: all(`flags.${index}`)[0]?.bytes ?? null };
    }),
    environment: all('environment')
      .map((line) => line.rest.replaceAll('\n', '\0').replaceAll('\u0001', '\n'))
      .join(''),
    commandLines: all('arguments').map((line) => line.rest.replace(/\0$/, '').split('\0')),
    bootId: first('boot') ?? null,
    pidSpace: first('space') ?? null,
    uptimeMs,
    now: now.changedAt,
    pidFileWrittenAt: first('written') === undefined ? null : (times.shift()?.modifiedAt ?? null),
  };
}

function processOf(rest: string): ProbedProcess | null {
  const numbers = rest.split(' ').map(Number);
  const [pid = 0, parent = 0, startTicks = 0, runsAs = 0] = numbers;
  if (numbers.length !== 4 || !numbers.every(isCount)) return null;
  return { pid, parent, startTicks, runsAs };
}

/** Ids, ticks and milliseconds since boot all stay far below what a date can hold. */
function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 1e13;
}

/** `running PID DIGEST`, `link`, `path` when it is another, `disk`: one after the other for each executable. */
function binariesOf(lines: readonly Line[]): Map<number, ProbedBinary> | null {
  const binaries = new Map<number, ProbedBinary>();
  let pid = 0;
  for (const { key, rest } of lines) {
    if (key === 'running') {
      const [word = '', sha256 = ''] = rest.split(' ');
      if (!/^[0-9a-f]{64}$/.test(sha256)) return null;
      pid = Number(word);
      binaries.set(pid, { sha256, link: '', path: '', onDiskSha256: null, touchedAt: null });
    }
    const known = binaries.get(pid);
    if (known === undefined) continue;
    if (key === 'link') binaries.set(pid, { ...known, link: rest, path: rest });
    if (key === 'path') binaries.set(pid, { ...known, path: rest });
    if (key === 'disk' && rest !== 'none') {
      const onDiskSha256 = rest === 'same' ? known.sha256 : rest;
      if (!/^[0-9a-f]{64}$/.test(onDiskSha256)) return null;
      binaries.set(pid, { ...known, onDiskSha256 });
    }
  }
  return binaries.size === 0 ? null : binaries;
}

/** `modified/changed`, each as stat prints it with TZ=UTC0, or only the first. */
function timesOf(text: string): { readonly modifiedAt: number | null; readonly changedAt: number | null } {
  const [modified = '', changed = ''] = text.split('/');
  const modifiedAt = instantOf(modified);
  return { modifiedAt, changedAt: changed === '' ? modifiedAt : instantOf(changed) };
}

function instantOf(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,3})?\d*(?: \+0000)?$/.exec(text.trim());
  if (match === null) return null;
  const at = Date.parse(`${match[1]}T${match[2]}${match[3] ?? ''}Z`);
  return Number.isNaN(at) ? null : at;
}
