import { stat } from 'node:fs/promises';

/** Watches what one path leads to. */
export type FileWatch = {
  /** Looks at once; calls back first when it changed. */
  readonly look: () => Promise<void>;
  readonly close: () => void;
};

/**
 * Calls `onChange` when the file behind a path is another one or was written to. It asks the file system again and again instead of
 * waiting for its events: those do not come for a link that is turned (Kubernetes does that), nor over a network. Changes that
 * come while `onChange` works are one more call afterwards. `onChange` must not throw.
 */
export async function watchFile(
  file: string,
  everyMs: number,
  onChange: () => Promise<void>,
): Promise<FileWatch> {
  let seen = await identityOf(file);
  let looks = Promise.resolve();
  const lookOnce = async (): Promise<void> => {
    const now = await identityOf(file);
    if (now === seen) return;
    seen = now;
    await onChange();
  };
  // One after the other: whoever asks wants to know of what was written just before, which a look under way may have missed.
  const look = (): Promise<void> => {
    looks = looks.then(lookOnce);
    return looks;
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return { look, close: () => clearInterval(timer) };
}

/** Another text when the file is another one or has other content, as far as the file system can tell. */
async function identityOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (error) {
    return error instanceof Error ? String((error as NodeJS.ErrnoException).code) : 'unreadable';
  }
}
