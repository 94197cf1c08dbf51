/** What a process may have open that it does not wait for: its own three streams. */
const STREAMS: ReadonlySet<string> = new Set(['PipeWrap', 'TTYWrap']);
const EVERY_MS = 500;
/** So often in a row, before nothing else is taken to come. */
const LOOKS = 4;

type Process = {
  /** The kinds of what keeps it alive, as Node names them: a request of the file system is an FSReq… */
  readonly getActiveResourcesInfo: () => readonly string[];
};

/**
 * Once somebody has asked the process to stop: is all that it still waits for a file that does not come, such as a pipe that nobody writes to, or
 * a disk behind a network that hangs? Then `end` is called. A request to the file system cannot be called back, and would keep the process until a
 * second signal, which a `timeout` never sends. A command that runs, servers that are asked and locks that are waited for are something else.
 */
export function endWhenStuck(process: Process, end: () => void): void {
  let stuck = 0;
  const timer = setInterval(() => {
    const kinds = process.getActiveResourcesInfo().filter((kind) => !STREAMS.has(kind));
    const isFilesOnly = kinds.length > 0 && kinds.every((kind) => kind.startsWith('FSReq'));
    stuck = isFilesOnly ? stuck + 1 : 0;
    if (stuck < LOOKS) return;
    clearInterval(timer);
    end();
  }, EVERY_MS);
  // It keeps nothing alive, so it is not among what it looks at.
  timer.unref();
}
