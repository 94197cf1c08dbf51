import { readdirSync, statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import path from 'node:path';

/** Tells when files change. */
export type FileEvents = {
  /** From now on these are watched; they replace those before. */
  readonly follow: (files: readonly string[], trees: readonly string[]) => void;
  /** Looks at the files: for changes that no event tells of, such as a link that was turned, or a disk behind a network. */
  readonly poll: () => void;
  readonly close: () => void;
};

/**
 * Calls `onChange` when one of the files is written to, replaced, made or removed, or anything in a tree is: at once where the system
 * tells of it, and with the next `poll` where it does not. Of a very large tree only the upper folders are watched.
 */
export function fileEvents(onChange: () => void): FileEvents {
  let followed = '';
  let watchers: FSWatcher[] = [];
  let marks = new Map<string, string>();
  const stop = (): void => {
    for (const watcher of watchers) watcher.close();
    watchers = [];
  };
  const watchFolder = (folder: string, names: ReadonlySet<string> | null): void => {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (names === null || name === null || names.has(name)) onChange();
      });
      // What cannot be watched any more is still polled.
      watcher.on('error', () => watcher.close());
      watchers.push(watcher);
    } catch {
      // The folder is not there, or the system has no more watches to give: polled, too.
    }
  };
  return {
    follow: (files, trees) => {
      const all = [...new Set(files)];
      const folders = trees.flatMap(foldersOf);
      const now = JSON.stringify([all, folders]);
      if (now === followed) return;
      followed = now;
      stop();
      for (const [folder, some] of Map.groupBy(all, (file) => path.dirname(file)))
        watchFolder(folder, new Set(some.map((file) => path.basename(file))));
      for (const folder of folders) watchFolder(folder, null);
      marks = new Map([...all, ...folders].map((file) => [file, marks.get(file) ?? markOf(file)]));
    },
    poll: () => {
      let isOther = false;
      for (const [file, mark] of marks) {
        const now = markOf(file);
        if (now === mark) continue;
        marks.set(file, now);
        isOther = true;
      }
      if (isOther) onChange();
    },
    close: stop,
  };
}

const MOST_FOLDERS = 256;

/** The folders of a tree, the upper ones first. */
function foldersOf(tree: string): string[] {
  const folders = [tree];
  for (let at = 0; at < folders.length && folders.length < MOST_FOLDERS; at += 1) {
    const folder = folders[at] ?? tree;
    folders.push(...subfoldersOf(folder).slice(0, MOST_FOLDERS - folders.length));
  }
  return folders;
}

function subfoldersOf(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return entries.map((entry) => path.join(folder, entry.name));
  } catch {
    return [];
  }
}

/** Another text when the file behind a path is another one or was written to. */
function markOf(file: string): string {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat === undefined ? '' : `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
  } catch {
    return 'unreadable';
  }
}
