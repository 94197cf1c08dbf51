import { Fault } from '../../fault.ts';
import type { Secrets } from '../../incidents/redact.ts';
import type { RollbackStory, StoryServer } from '../../incidents/rollback-story.ts';
import { readEntry } from '../../ledger/read-entry.ts';
import type { LedgerEntry } from '../../model/entry.ts';
import { RollbackPlan } from '../../model/plan.ts';
import { quoted } from '../../model/quoted.ts';
import { Verdict } from '../../model/verdict.ts';
import { readJson } from '../../seal/json.ts';
import type { LedgerSource } from '../ledger/open-source.ts';

type EntryOf<K extends LedgerEntry['kind']> = Extract<LedgerEntry, { kind: K }>;

/** What was read of one rollback on the way through a ledger. */
type Found = {
  begun: EntryOf<'change_begun'> | null;
  ended: EntryOf<'change_ended'> | null;
  before: EntryOf<'verdict'> | null;
  after: EntryOf<'verdict'> | null;
  proofs: EntryOf<'proof'>[];
  opened: EntryOf<'quarantine_opened'> | null;
  released: EntryOf<'quarantine_released'> | null;
  classified: EntryOf<'incident_classified'> | null;
  last: number;
};

/** Names of servers and people anywhere in the ledger, so that none of them is left in a text. */
type Names = { readonly hosts: Set<string>; readonly people: Set<string> };

type Manifests = Map<string, { readonly deployment_id: string; readonly generation: number }>;

const KNOWN_SHOWN = 3;

/**
 * One rollback as a ledger tells it, and the names that would have to go before anybody else reads it. Faults: NOT_FOUND for an event
 * the ledger does not have, BAD_INPUT for one that is no rollback, CHANGE_UNDER_WAY for one that has not ended, and those of reading.
 */
export async function rollbackOf(
  source: LedgerSource,
  event: string,
): Promise<{ readonly story: RollbackStory; readonly secrets: Secrets }> {
  const found: Found = {
    begun: null,
    ended: null,
    before: null,
    after: null,
    proofs: [],
    opened: null,
    released: null,
    classified: null,
    last: 0,
  };
  const names: Names = { hosts: new Set(), people: new Set() };
  const manifests: Manifests = new Map();
  const rollbacks: string[] = [];
  for await (const batch of source.lines())
    for (const entry of batch.map(readEntry)) {
      gather(entry, event, found);
      gatherNames(entry, names);
      if (entry.kind === 'manifest_accepted') manifests.set(entry.body.manifest_sha256, entry.body);
      if (entry.kind === 'change_begun' && entry.body.action === 'rollback')
        rollbacks.push(entry.body.change);
    }
  const story = storyOf(requireEnded(found, event, rollbacks), manifests);
  const own = hostsIn(story);
  const others = [...names.hosts].filter((host) => !own.includes(host)).toSorted();
  return {
    story,
    secrets: { hosts: [...own, ...others], people: [...new Set([story.pressed_by, ...names.people])] },
  };
}

function gather(entry: LedgerEntry, event: string, found: Found): void {
  const { seq } = entry;
  const take = <K extends keyof Found>(part: K, value: Found[K]): void => {
    found[part] = value;
    found.last = seq;
  };
  switch (entry.kind) {
    case 'verdict':
      if (entry.body.event_id !== event) return;
      // After the proof the way back from here is judged too, under the same event.
      if (found.begun === null) take('before', entry);
      else if (entry.body.gate === 'proof' && found.after === null) take('after', entry);
      return;
    case 'change_begun':
      if (entry.body.change === event) take('begun', entry);
      return;
    case 'change_ended':
      if (entry.body.change === event) take('ended', entry);
      return;
    case 'proof':
      if (entry.body.event_id === event) take('proofs', [...found.proofs, entry]);
      return;
    case 'quarantine_opened':
      if (entry.body.event_id === event) take('opened', entry);
      return;
    case 'quarantine_released':
      if (entry.body.quarantine === found.opened?.body.quarantine) take('released', entry);
      return;
    case 'incident_classified':
      if (entry.body.change === event) take('classified', entry);
      return;
    case 'manifest_accepted':
    case 'manifest_refused':
    case 'lease':
    case 'bypass':
    case 'kill':
  }
}

function gatherNames({ kind, body }: LedgerEntry, { hosts, people }: Names): void {
  if (kind === 'proof') hosts.add(body.hostname);
  if (kind === 'lease') for (const { hostname } of body.nodes) hosts.add(hostname);
  if (kind === 'quarantine_opened') for (const hostname of body.unproven) hosts.add(hostname);
  if (kind === 'change_begun' || kind === 'kill') people.add(body.actor);
}

type Whole = Found & {
  readonly begun: NonNullable<Found['begun']>;
  readonly ended: NonNullable<Found['ended']>;
};

function requireEnded(found: Found, event: string, rollbacks: readonly string[]): Whole {
  const { begun, ended } = found;
  if (begun === null) {
    const some = rollbacks.slice(-KNOWN_SHOWN);
    const known = some.length === 0 ? 'it holds no rollback' : `the last in it: ${some.join(', ')}`;
    throw new Fault(
      'NOT_FOUND',
      found.before === null
        ? `The ledger knows no rollback ${quoted(event)}; ${known}.`
        : `The gate did not let ${quoted(event)} begin, so there is no rollback to tell of; ${known}.`,
    );
  }
  if (begun.body.action !== 'rollback')
    throw new Fault('BAD_INPUT', `${quoted(event)} is no rollback; it is of the kind ${begun.body.action}.`);
  if (ended === null)
    throw new Fault(
      'CHANGE_UNDER_WAY',
      `The rollback ${quoted(event)} has not ended. When nobody runs it any more, say \`haunted resume --abandon ${event}\`, then ask again.`,
    );
  return { ...found, begun, ended };
}

function storyOf(found: Whole, manifests: Manifests): RollbackStory {
  const { begun, ended, before, after, proofs, opened, released, classified } = found;
  const { cluster, change, actor, reason, manifest_sha256: to, from_manifest_sha256: from } = begun.body;
  const shown = proofs.map(({ body: { hostname, accepted, findings } }) => ({
    hostname,
    wrong: !accepted,
    codes: findings,
  }));
  const forecast = before === null ? null : documentOf(before.body);
  const asked = after === null ? null : documentOf(after.body);
  const everybody = hostsOfVerdict(forecast);
  return {
    ledger: begun.ledger,
    entries: { first: Math.min(before?.seq ?? begun.seq, begun.seq), last: found.last },
    cluster,
    change,
    pressed_by: actor,
    actor: actorOf(begun.body.document),
    reason: reason === '' ? null : reason,
    begun: begun.time,
    ended: { time: ended.time, ...ended.body },
    from: from === null ? null : (manifests.get(from) ?? null),
    to: manifests.get(to) ?? null,
    before:
      before === null
        ? null
        : {
            ...said(before, forecastServers(forecast)),
            wrong_now: before.body.wrong_now,
            wrong_after: before.body.wrong_after,
          },
    after: after === null ? null : said(after, shown.toSorted(byHost(everybody))),
    silent: [
      ...new Set([
        ...(asked?.pre_deploy_check.servers_without_evidence ?? []),
        ...(opened?.body.unproven ?? []),
      ]),
    ].filter((host) => shown.every(({ hostname }) => hostname !== host)),
    quarantine:
      opened === null
        ? null
        : {
            opened: opened.time,
            released: released === null ? null : { time: released.time, by: released.body.release.by },
          },
    rollback_type: classified?.body.rollback_type ?? 'unknown',
    facts: classified?.body.facts ?? ['nobody has asked the servers after it'],
    is_corrected: (classified?.body.keyid ?? null) !== null,
  };
}

function said(
  { time, body }: EntryOf<'verdict'>,
  servers: readonly StoryServer[] | null,
): NonNullable<RollbackStory['after']> {
  return { time, verdict: body.verdict, codes: body.findings, servers };
}

function byHost(order: readonly string[]): (a: StoryServer, b: StoryServer) => number {
  const place = (host: string): number => (order.includes(host) ? order.indexOf(host) : order.length);
  return (a, b) => place(a.hostname) - place(b.hostname);
}

/** The verdict as it was given; null when it was too long to keep, or is of a version this program does not know. */
function documentOf({ document }: EntryOf<'verdict'>['body']): Verdict | null {
  const parsed = Verdict.safeParse(jsonIn(document));
  return parsed.success ? parsed.data : null;
}

function actorOf(plan: string | null): RollbackStory['actor'] {
  const parsed = RollbackPlan.safeParse(jsonIn(plan));
  return parsed.success ? (parsed.data.actor ?? 'operator') : 'operator';
}

function jsonIn(text: string | null): unknown {
  const read = text === null ? null : readJson(Buffer.from(text));
  return read?.ok === true ? read.value : null;
}

function forecastServers(verdict: Verdict | null): readonly StoryServer[] | null {
  return (
    verdict?.rollback?.nodes.map(({ hostname, wrong_now: wrong, findings_before: codes }) => ({
      hostname,
      wrong,
      codes,
    })) ?? null
  );
}

function hostsOfVerdict(verdict: Verdict | null): readonly string[] {
  if (verdict === null) return [];
  const { servers_without_evidence: silent, servers_on_other_binary: other } = verdict.pre_deploy_check;
  const forecast = verdict.rollback?.nodes ?? [];
  return [...new Set([...[...forecast, ...other].map(({ hostname }) => hostname), ...silent])];
}

function hostsIn({ before, after, silent }: RollbackStory): readonly string[] {
  const servers = [...(before?.servers ?? []), ...(after?.servers ?? [])];
  return [...new Set([...servers.map(({ hostname }) => hostname), ...silent])];
}
