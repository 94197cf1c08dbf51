import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import type { NodeClass } from './node-class.ts';
import type { FlagTable } from './registry.ts';

/** A switch that reaches a server, and what whoever set it means by it. */
export type Binding = {
  readonly flag: string;
  /** What the sender means; null when nobody who may say so has said it. */
  readonly meaning: string | null;
  readonly via: 'host' | 'received' | 'message';
  /** Who set it: `file:/etc/smars/flags.json`, or the sender of the message. */
  readonly source: string;
  /** The row of the manifest that introduced it, when one did. */
  readonly introducedBy: FlagOwnership | null;
};

/** Whether a flag travels in messages: its row says so, or names senders and no way at all. A flag with senders is sent. */
export function isSentInMessages(row: FlagOwnership): boolean {
  const channels = row.travels_in ?? [];
  return channels.includes('message') || (channels.length === 0 && (row.senders ?? []).length > 0);
}

/** The flags a manifest sends in messages: they reach every server with live traffic, reported or not. */
export function messageBindings(table: FlagTable, withdrawn: ReadonlySet<string>): Binding[] {
  const bindings: Binding[] = [];
  for (const flag of new Set(table.manifest.bound_flags)) {
    const row = table.byFlag.get(flag);
    if (row === undefined || withdrawn.has(flag) || !isSentInMessages(row)) continue;
    const senders = row.senders ?? [];
    for (const sender of senders.length === 0 ? ['an unnamed sender'] : senders) {
      bindings.push({ flag, meaning: row.meaning, via: 'message', source: sender, introducedBy: row });
    }
  }
  return bindings;
}

/** The flags a manifest sets on its hosts: its bound flags that do not travel in messages alone. */
export function hostBindings(table: FlagTable): Binding[] {
  const bindings: Binding[] = [];
  for (const flag of new Set(table.manifest.bound_flags)) {
    const row = table.byFlag.get(flag);
    if (row === undefined) continue;
    if (isSentInMessages(row) && (row.travels_in ?? []).every((channel) => channel === 'message')) continue;
    bindings.push({
      flag,
      meaning: row.meaning,
      via: 'host',
      source: `manifest:${table.manifest.deployment_id}`,
      introducedBy: row,
    });
  }
  return bindings;
}

function rowWith(tables: readonly FlagTable[], flag: string, meaning: string | null): FlagOwnership | null {
  for (const table of tables) {
    const row = table.byFlag.get(flag);
    if (row !== undefined && (meaning === null || row.meaning === meaning)) return row;
  }
  return null;
}

/**
 * Every switch that reaches the servers of a class. Most hosts know only names: such a switch means what the manifests in
 * force say it means, a received one what its sender's manifest says (`senders` are the tables whose messages still flow).
 */
export function bindingsOf(
  nodes: Pick<NodeClass, 'bound' | 'received' | 'live'>,
  inForce: readonly FlagTable[],
  senders: readonly FlagTable[],
  messages: readonly Binding[],
): Binding[] {
  const host = nodes.bound.map((row): Binding => {
    const introducedBy = rowWith(inForce, row.flag, row.meaning ?? null);
    return {
      flag: row.flag,
      meaning: row.meaning ?? introducedBy?.meaning ?? null,
      via: 'host',
      source: row.source,
      introducedBy,
    };
  });
  const received = nodes.received.map((row): Binding => {
    const introducedBy = rowWith([...senders, ...inForce], row.flag, row.meaning ?? null);
    return {
      flag: row.flag,
      meaning: row.meaning ?? introducedBy?.meaning ?? null,
      via: 'received',
      source: row.sender,
      introducedBy,
    };
  });
  return [...host, ...received, ...(nodes.live ? messages : [])];
}

/** The tables of some manifests, each once. */
export function tablesOf(
  manifests: readonly Manifest[],
  tableOf: (manifest: Manifest) => FlagTable,
): FlagTable[] {
  return [...new Set(manifests.map(tableOf))];
}
