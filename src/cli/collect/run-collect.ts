import { Fault } from '../../fault.ts';
import type { CollectFailure } from '../../model/collected.ts';
import type { Values } from '../command.ts';
import type { Io } from '../io.ts';
import { printable } from '../render/terminal-text.ts';
import { linesInFiles, type Unreadable } from './from-files.ts';
import { collectOverSsh } from './over-ssh.ts';
import { progressOn } from './progress.ts';
import { readSshWords, readWords, type CollectWords } from './request.ts';
import { targetsOf } from './targets.ts';
import { writeLines, type OutLine } from './write-lines.ts';

/** Who gave no report, and why. */
type Missing = { readonly hostname: string; readonly detail: string };
type Outcome = {
  readonly lines: readonly OutLine[];
  readonly missing: readonly Missing[];
  /** How many servers were to answer; null when nobody says which there are. */
  readonly expected: number | null;
  readonly answered: number;
};

/** Gathers reports and prints one line for each server. Ends with 0 when all of them gave one, else with 1. */
export async function collect(values: Values, positionals: readonly string[], io: Io): Promise<number> {
  const words = await readWords(values, positionals, io);
  const outcome = words.via === 'ssh' ? await overSsh(values, words, io) : await fromFiles(words, io);
  await writeLines(outcome.lines, words.out, io);
  tell(outcome, io);
  return outcome.missing.length === 0 ? 0 : 1;
}

async function overSsh(values: Values, words: CollectWords, io: Io): Promise<Outcome> {
  const asked = readSshWords(values, words.loaded, io);
  const targets = await targetsOf(words.targets, words.loaded);
  if (targets === null || targets.length === 0)
    throw new Fault(
      'BAD_USAGE',
      'Nobody says which servers there are: give --host or --inventory, or `inventory:` in haunted.yaml.',
    );
  const progress = progressOn(
    io,
    targets.map(({ name }) => name),
  );
  const documents = await collectOverSsh(targets, asked, { io, progress });
  return {
    lines: documents.map((document) => ({
      hostname: 'report' in document ? document.inventory_name : document.hostname,
      text: JSON.stringify(document),
    })),
    missing: documents.filter((document) => 'detail' in document),
    expected: targets.length,
    answered: documents.filter((document) => 'report' in document).length,
  };
}

async function fromFiles(words: CollectWords, io: Io): Promise<Outcome> {
  const targets = await targetsOf(words.targets, words.loaded);
  const found = await linesInFiles(words.evidence, io);
  const wanted = targets === null ? null : new Set(targets.map(({ name }) => name));
  // Who is not on the list is passed on too: a server that nobody listed is something the gate must see.
  const answered = new Set(found.lines.filter(({ isAnswer }) => isAnswer).map(({ hostname }) => hostname));
  const recorded = new Set(found.lines.map(({ hostname }) => hostname));
  const silent = [...(wanted ?? recorded)].filter(
    (hostname): hostname is string => hostname !== null && !answered.has(hostname),
  );
  const at = new Date(io.now()).toISOString();
  const failures = silent
    .filter((hostname) => !recorded.has(hostname))
    .map((hostname): CollectFailure => ({
      schema: 'haunted.collect-failure/v1',
      via: 'files',
      hostname,
      attempted_at: at,
      detail: 'no report of it was found',
    }));
  return {
    lines: [
      ...found.lines,
      ...failures.map((each) => ({ hostname: each.hostname, text: JSON.stringify(each) })),
    ],
    missing: [
      ...silent.map((hostname) => ({ hostname, detail: 'no report of it was found' })),
      ...found.unreadable.map(asMissing),
    ],
    expected: wanted?.size ?? null,
    answered: [...answered].filter((hostname) => wanted === null || wanted.has(hostname ?? '')).length,
  };
}

function asMissing({ source, detail }: Unreadable): Missing {
  return { hostname: source, detail };
}

const SHOWN = 50;

function tell({ missing, expected, answered }: Outcome, io: Io): void {
  for (const { hostname, detail } of missing.slice(0, SHOWN))
    io.stderr(`haunted collect: ${printable(`${hostname}: ${detail}`)}.\n`);
  if (missing.length > SHOWN) io.stderr(`haunted collect: and ${missing.length - SHOWN} more.\n`);
  const of = expected === null ? `${answered}` : `${answered} of ${expected}`;
  io.stderr(`haunted collect: ${of} server${(expected ?? answered) === 1 ? '' : 's'} gave a report.\n`);
}
