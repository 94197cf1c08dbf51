import { askGit } from './run-git.ts';
import type { WorkTree } from './work-tree.ts';

/** Who touched a line last, and when: the time of the commit, RFC 3339 in UTC. */
export type Touch = { readonly at: string; readonly by: string };

/** A question about some lines of one file, by its path below the folder. Lines count from 1. */
export type LineQuestion = { readonly file: string; readonly lines: readonly number[] };

const CHILDREN = 4;
// Of more lines than this the whole file is asked about: a command has no room for all of them.
const MOST_SINGLE_LINES = 500;

/** Asks git about lines as they become known, while something else goes on. */
export type TouchAsker = {
  /** Wants to know of these lines; one that was asked about before is not asked about again. */
  ask(question: LineQuestion): void;
  /** All that was asked about, by `FILE:LINE`, once git has answered. */
  answers(): Promise<ReadonlyMap<string, Touch>>;
};

/**
 * Who touched lines last. What is not known is not there: lines that are not committed, lines whose history is cut off in a
 * shallow clone, files git does not know. One child for a file, at most four at once.
 */
export function touchAsker(tree: WorkTree): TouchAsker {
  const touches = new Map<string, Touch>();
  const known = new Set<string>();
  const open = new Map<string, number[]>();
  const running = new Set<Promise<void>>();
  const start = (): void => {
    for (const [file, lines] of open) {
      if (running.size >= CHILDREN) return;
      open.delete(file);
      const work = blame(tree, { file, lines }).then((found) => {
        for (const [line, touch] of found) touches.set(`${file}:${line}`, touch);
        running.delete(work);
        start();
      });
      running.add(work);
    }
  };
  return {
    ask: ({ file, lines }) => {
      const fresh = lines.filter((line) => !known.has(`${file}:${line}`));
      if (tree.commit === null || fresh.length === 0) return;
      for (const line of fresh) known.add(`${file}:${line}`);
      // Later, so that all lines of a file that are found together are one question.
      if (open.size === 0) setImmediate(start);
      open.set(file, [...(open.get(file) ?? []), ...fresh]);
    },
    answers: async () => {
      start();
      while (running.size > 0) await Promise.all(running);
      return touches;
    },
  };
}

async function blame(
  { place, isShallow }: WorkTree,
  { file, lines }: LineQuestion,
): Promise<ReadonlyMap<number, Touch>> {
  const isMany = lines.length > MOST_SINGLE_LINES;
  const asked = isMany ? [] : lines.flatMap((line) => ['-L', `${line},${line}`]);
  // Without --root git marks the oldest commits as boundaries; only a shallow clone has boundaries that are not beginnings.
  const root = isShallow ? [] : ['--root'];
  const { code, stdout } = await askGit(place, [
    'blame',
    '--porcelain',
    '--no-textconv',
    ...root,
    ...asked,
    '--',
    file,
  ]);
  if (code !== 0) return new Map();
  const found = readPorcelain(stdout.toString());
  const wanted = new Set(lines);
  return new Map([...found].filter(([line]) => wanted.has(line)));
}

type Commit = { by?: string; seconds?: number; isBoundary?: boolean };

/** `git blame --porcelain`: a commit's facts stand at its first line only. The source text itself starts with a tab. */
function readPorcelain(text: string): ReadonlyMap<number, Touch> {
  const commits = new Map<string, Commit>();
  const lines: [line: number, commit: Commit][] = [];
  let commit: Commit = {};
  for (const row of text.split('\n')) {
    const head = /^([0-9a-f]{40,64}) \d+ (\d+)(?: \d+)?$/.exec(row);
    if (head !== null) {
      const [, digest = '', line = ''] = head;
      commit = commits.get(digest) ?? (/^0+$/.test(digest) ? { isBoundary: true } : {});
      commits.set(digest, commit);
      lines.push([Number(line), commit]);
    } else if (row.startsWith('author ')) commit.by = row.slice('author '.length);
    else if (row.startsWith('committer-time ')) commit.seconds = Number(row.slice('committer-time '.length));
    else if (row === 'boundary') commit.isBoundary = true;
  }
  return new Map(
    lines.flatMap(([line, { by, seconds, isBoundary }]) => {
      if (isBoundary === true || by === undefined || seconds === undefined) return [];
      return [[line, { at: instantOf(seconds), by }] as const];
    }),
  );
}

function instantOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
