import { resolveCommit } from '../../adapters/git/commit-files.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import type { FlagComparison } from '../../model/flag-comparison.ts';
import type { Io } from '../io.ts';
import { definitionsAtCommit, sourceAtCommit } from './base-source.ts';
import { compareScans } from './compare-scans.ts';
import { fromRootOf } from './definition-files.ts';
import { renderComparison } from './render-comparison.ts';
import { readAllDefinitions } from './read-all-definitions.ts';
import type { Scanned } from './run-scan.ts';
import type { SarifProblem } from './sarif-log.ts';
import { definitionPlace } from './scan-sarif.ts';
import { scanSource } from './scan-source.ts';
import type { ScanWords } from './scan-words.ts';

/** Prints what changed for the worse or the better since a commit; ends with 2 when something got worse. Throws NOT_FOUND. */
export async function compareWithBase(
  { scan, source, request }: Scanned,
  words: ScanWords,
  ref: string,
  io: Io,
): Promise<number> {
  const { git, root } = source;
  if (git === null)
    throw new Fault(
      'BAD_INPUT',
      `--base compares with a commit, and ${shownPath(words.folder)} is in no git work tree.`,
    );
  const commit = await resolveCommit(git, ref);
  const base = { git, root, commit };
  const [tree, texts] = await Promise.all([
    sourceAtCommit(base, words.settings.ignore),
    definitionsAtCommit(base, words.settings.definitions, request.texts, io.cwd),
  ]);
  const before = await scanSource({
    ...request,
    source: { ...source, tree, dirty: Promise.resolve(false) },
    texts,
    definitions: await readAllDefinitions(texts, () => undefined),
    withHistory: false,
    onProgress: () => undefined,
  });
  if (io.signal.aborted) throw new Fault('INTERRUPTED', 'The scan was interrupted; nothing was printed.');
  const changes = compareScans(before, scan);
  const comparison: FlagComparison = {
    schema: 'haunted.flag-comparison/v1',
    base_commit: commit,
    commit: scan.commit,
    dirty: scan.dirty,
    worse: changes.filter(({ effect }) => effect === 'worse').length,
    changes: [...changes],
    unreadable: scan.unreadable,
  };
  const fromRoot = fromRootOf(request.texts);
  const definedAt = (name: string): SarifProblem['place'] | null => {
    const flag = scan.flags.find((each) => each.flag === name);
    return flag?.defined === true ? definitionPlace(flag, fromRoot) : null;
  };
  io.stdout(renderComparison(comparison, words.format, { prefix: git.prefix, definedAt }, io));
  return comparison.worse > 0 ? 2 : 0;
}
