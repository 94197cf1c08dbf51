import { quoted } from '../model/quoted.ts';
import { EMPTY_HEAD } from './ledger.ts';
import type { Head } from './ledger.ts';
import { readLink } from './read-link.ts';
import type { Link, LinkRead } from './read-link.ts';

/** What was done to a ledger. */
type ChainReason =
  | 'unreadable'
  | 'changed'
  | 'exchanged'
  | 'cut'
  | 'reordered'
  | 'duplicated'
  | 'replayed'
  | 'foreign'
  | 'rewritten';

/** The first thing that is wrong: in which entry, counted from 1, and one clause for a person. */
type ChainProblem = { readonly reason: ChainReason; readonly seq: number; readonly detail: string };

export type ChainAnswer =
  | { readonly ok: true; readonly ledger: string | null; readonly head: Head }
  | { readonly ok: false; readonly problem: ChainProblem };

type ChainOptions = {
  /** The ledger these entries must belong to; by default the one that the first entry names. */
  readonly ledger?: string;
  /** A further question about each sound entry; its problem counts like the chain's own. */
  readonly each?: (line: string, head: Head) => ChainProblem | null;
};

/**
 * Is this the history that was written? Takes all lines of a ledger from the first on, and names the first entry that was
 * changed, cut out, moved, put in twice, put in again, or that comes from another ledger. What it cannot see is a
 * ledger that lost its last entries, or one that somebody wrote anew from some entry on: those a signed checkpoint shows.
 */
export async function verifyChain(
  lines: AsyncIterable<readonly string[]>,
  { ledger, each }: ChainOptions = {},
): Promise<ChainAnswer> {
  let head = EMPTY_HEAD;
  let id = ledger ?? null;
  let gap: ChainProblem | null = null;
  for await (const batch of lines)
    for (const line of batch) {
      const link = readLink(line);
      if (gap !== null) {
        // An entry that is missing here and stands further down was moved, not taken away.
        if (link.ok && link.seq === gap.seq) return failed(moved(gap.seq));
        continue;
      }
      const problem = problemOf(link, head, id) ?? (link.ok ? (each?.(line, headOf(link)) ?? null) : null);
      if (problem?.reason === 'cut') gap = problem;
      else if (problem !== null) return failed(problem);
      else if (link.ok) [head, id] = [headOf(link), link.ledger];
    }
  return gap === null ? { ok: true, ledger: id, head } : failed(gap);
}

function headOf({ seq, hash }: Link): Head {
  return { count: seq, hash };
}

function problemOf(link: LinkRead, head: Head, ledger: string | null): ChainProblem | null {
  const seq = head.count + 1;
  const because = (reason: ChainReason, detail: string, at = seq): ChainProblem => ({
    reason,
    seq: at,
    detail,
  });
  if (!link.ok) return because('unreadable', `entry ${seq} cannot be read: ${link.detail}`);
  if (!link.isWhole) return because('changed', `entry ${seq} was changed: its hash is not that of its text`);
  if (ledger !== null && link.ledger !== ledger)
    return because('foreign', `entry ${seq} comes from another ledger, ${quoted(link.ledger)}`);
  if (link.hash === head.hash)
    return because('duplicated', `entry ${head.count} stands there twice in a row`, head.count);
  if (link.seq < seq)
    return because('replayed', `entry ${link.seq} stands there again in the place of entry ${seq}`);
  if (link.seq > seq) return because('cut', `entry ${seq} is missing; entry ${link.seq} stands in its place`);
  if (link.previous === head.hash) return null;
  return seq === 1
    ? because('exchanged', 'entry 1 names an entry before it')
    : because('exchanged', `entry ${seq - 1} is not the one that entry ${seq} was appended to`, seq - 1);
}

function moved(seq: number): ChainProblem {
  return { reason: 'reordered', seq, detail: `entry ${seq} does not stand in its place, but further down` };
}

function failed(problem: ChainProblem): ChainAnswer {
  return { ok: false, problem };
}
