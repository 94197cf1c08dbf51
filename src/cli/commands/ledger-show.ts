import { Fault } from '../../fault.ts';
import { readEntry } from '../../ledger/read-entry.ts';
import { replay } from '../../ledger/replay.ts';
import type { LedgerState } from '../../ledger/state.ts';
import type { LedgerEntry } from '../../model/entry.ts';
import type { Command, Values } from '../command.ts';
import { LEDGER_OPTION, openSource } from '../ledger/open-source.ts';
import type { LedgerSource } from '../ledger/open-source.ts';
import { stateJson, statePage } from '../ledger/state-page.ts';
import { summaryOf } from '../ledger/summary.ts';
import { alignRows } from '../manifest/aligned.ts';
import { hasSwitch, oneOf, optionalText, timeOption } from '../options.ts';

/** `haunted ledger show`: the last entries of a ledger, or what holds now. */
export const ledgerShow: Command = {
  usage: '[--ledger FILE] [--last N] [--cluster C] [--state] [--now TIME] [--format table|json]',
  about: [
    'Shows the last entries of a ledger, or with --state what holds now in each cluster: the manifest in force, the change under way,',
    'quarantines, leases, bypasses. Does not verify the chain; `haunted ledger verify` does. Ends with 0, or 1 when it cannot be read.',
  ].join('\n'),
  options: {
    ledger: LEDGER_OPTION,
    last: { type: 'string', value: 'N', help: 'how many entries; 20 by default' },
    cluster: { type: 'string', value: 'C', help: 'only entries about this cluster' },
    state: { type: 'boolean', help: 'what the entries add up to, instead of the entries' },
    now: { type: 'string', value: 'TIME', help: 'with --state: which leases and bypasses count as of then' },
    format: { type: 'string', value: 'FORMAT', help: 'table (default) or json' },
  },
  run: async (values, positionals, io) => {
    if (positionals.length > 0) throw new Fault('BAD_USAGE', 'Name the ledger with --ledger FILE.');
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const now = timeOption(values, 'now', io.now());
    const last = lastOf(values);
    const source = await openSource(values, io);
    try {
      const isWanted = wanted(values);
      if (hasSwitch(values, 'state')) {
        const state = await stateOf(source, isWanted);
        io.stdout(format === 'json' ? jsonOfState(state, now) : pageOfState(state, now));
      } else {
        const entries = await lastEntries(source, isWanted, last);
        io.stdout(format === 'json' ? `${JSON.stringify(entries, null, 2)}\n` : table(entries));
      }
    } finally {
      await source.close();
    }
    return 0;
  },
};

type IsWanted = (entry: LedgerEntry) => boolean;

function wanted(values: Values): IsWanted {
  const cluster = optionalText(values, 'cluster');
  return ({ body }) => cluster === undefined || body.cluster === cluster;
}

function lastOf(values: Values): number {
  const text = optionalText(values, 'last') ?? '20';
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Fault('BAD_USAGE', `--last ${JSON.stringify(text)} is not a number of entries: give 1 or more.`);
}

async function lastEntries(source: LedgerSource, isWanted: IsWanted, count: number): Promise<LedgerEntry[]> {
  let kept: LedgerEntry[] = [];
  for await (const batch of source.lines())
    kept = [...kept, ...batch.map(readEntry).filter(isWanted)].slice(-count);
  return kept;
}

async function stateOf(source: LedgerSource, isWanted: IsWanted): Promise<LedgerState> {
  let state: LedgerState = new Map();
  for await (const batch of source.lines()) state = replay(batch.map(readEntry).filter(isWanted), state);
  return state;
}

function table(entries: readonly LedgerEntry[]): string {
  if (entries.length === 0) return 'no entries\n';
  const rows = entries.map((entry) => [
    String(entry.seq),
    entry.time,
    entry.body.cluster,
    entry.kind,
    summaryOf(entry),
  ]);
  return `${alignRows(['ENTRY', 'TIME', 'CLUSTER', 'KIND', 'WHAT'], rows).join('\n')}\n`;
}

function pageOfState(state: LedgerState, now: number): string {
  const pages = [...state.values()].map((cluster) => `${statePage(cluster, now).join('\n')}\n`);
  return pages.length === 0 ? 'no entries\n' : pages.join('\n');
}

function jsonOfState(state: LedgerState, now: number): string {
  return `${JSON.stringify(
    [...state.values()].map((cluster) => stateJson(cluster, now)),
    null,
    2,
  )}\n`;
}
