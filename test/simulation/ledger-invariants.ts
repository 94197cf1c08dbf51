import { activeBypasses, heldLeases } from '../../src/ledger/state.ts';
import type { ClusterState } from '../../src/ledger/state.ts';
import type { LedgerEntry } from '../../src/model/entry.ts';
import { openWord } from '../../src/seal/operator-word.ts';
import { BINARIES } from './servers.ts';
import { HOSTS, KEYRING, versionOf } from './setups.ts';
import type { SeenProof, Witness } from './witness.ts';
import type { World } from './world.ts';

type Say = (invariant: string, detail: string) => void;
type Of<K extends LedgerEntry['kind']> = Extract<LedgerEntry, { kind: K }>;
type Seen = { readonly world: World; readonly before: ClusterState; readonly after: ClusterState };

/** What must hold of every entry at the moment it is written. */
export function checkEntry(entry: LedgerEntry, seen: Seen, say: Say): void {
  const { after } = seen;
  if (entry.kind === 'change_begun') checkBegun(entry, seen, say);
  if (entry.kind === 'verdict' && entry.body.verdict === 'PROVEN') checkProven(entry, seen, say);
  if (entry.kind === 'quarantine_released') checkReleased(entry, seen, say);
  if (entry.kind === 'proof' && entry.body.accepted) checkAccepted(entry, say);
  if (entry.kind === 'lease' && entry.body.state === 'held') checkLease(entry, seen, say);
  for (const { detail } of after.oddities) say('nothing odd is written', detail);
}

function checkBegun({ body }: Of<'change_begun'>, { world, before }: Seen, say: Say): void {
  const { change, action } = body;
  const isAllowed = world.witness.entries.some(
    (entry) =>
      entry.kind === 'verdict' &&
      entry.body.event_id === change &&
      entry.body.gate === action &&
      entry.body.verdict.startsWith('ALLOW_'),
  );
  if (!isAllowed) say('no change without an ALLOW in the ledger', change);
  if (before.change !== null) say('one change at a time', `${change} beside ${before.change.change}`);
  if (action === 'rollback') return;
  const isPassed = world.gateNows().some((now) => activeBypasses(before, now).length > 0);
  if (before.quarantines.size > 0 && !isPassed) say('nothing is let through in quarantine', change);
  const last = before.last_change;
  if (last !== null && last.asked === null && !isPassed)
    say('nothing is let through while nobody asked', change);
}

function checkProven({ seq, body }: Of<'verdict'>, { world, before }: Seen, say: Say): void {
  const { event_id, manifest_sha256 } = body;
  const asked = world.witness.askedFor(event_id ?? '');
  const name = 'PROVEN is proven';
  if (asked === undefined) return say(name, `${event_id} was never asked about`);
  if (before.change !== null) say(name, `${event_id} while ${before.change.change} was under way`);
  const moved = world.witness.entries.find(
    (entry) =>
      entry.seq > asked.count &&
      entry.seq < seq &&
      (entry.kind === 'change_begun' || entry.kind === 'change_ended'),
  );
  if (moved !== undefined)
    say(name, `${event_id}: entry ${moved.seq}, ${moved.kind}, came after the question`);
  for (const host of HOSTS) {
    const proofs = world.witness.proofs.get(host) ?? [];
    const given = proofs.findLast(
      ({ entry }) => entry.body.event_id === event_id && entry.body.accepted && entry.seq > asked.count,
    );
    if (given === undefined) {
      say(name, `${event_id}: ${host} gave none after it was asked`);
      continue;
    }
    if (given.entry.body.manifest_sha256 !== manifest_sha256) say(name, `${host} proved another manifest`);
    const look = world.fleet.looks.get(placeOf(given));
    if (look !== undefined && look.at < asked.at) say(name, `${host} looked before it was asked`);
    const later = refusedAfter(world.witness, host, given);
    if (later !== undefined)
      say(name, `${event_id}: ${host} had shown something else after it, in entry ${later.entry.seq}`);
  }
}

function checkReleased({ body }: Of<'quarantine_released'>, { world, before }: Seen, say: Say): void {
  const { quarantine, release } = body;
  const name = 'a quarantine ends by proof or signature';
  const open = before.quarantines.get(quarantine);
  if (open === undefined) return say(name, `${quarantine} was not open`);
  if (release.by === 'operator') {
    const bytes = new TextEncoder().encode(release.document);
    const words = world.gateNows().map((now) => openWord(bytes, KEYRING, now));
    if (!words.some((word) => word.ok && word.keyid === release.keyid))
      say(name, `${quarantine}: nobody who may has signed it`);
    return;
  }
  const isProven = world.witness.entries.some(
    ({ kind, body }) => kind === 'verdict' && body.event_id === release.event_id && body.verdict === 'PROVEN',
  );
  if (!isProven) say(name, `${quarantine}: ${release.event_id} was not proven`);
  const asked = world.witness.askedFor(release.event_id);
  if (
    asked !== undefined &&
    open.seq > asked.count &&
    !isProvenSince(world.witness, quarantine, release.event_id)
  )
    say(name, `${quarantine} was opened after the question that ended it`);
}

/** Has every server that this quarantine ever named proven itself after that, by more than its answer to the event? */
function isProvenSince({ entries, proofs }: Witness, quarantine: string, event: string): boolean {
  return entries.every((entry) => {
    if (entry.kind !== 'quarantine_opened' || entry.body.quarantine !== quarantine) return true;
    const isProven = (host: string): boolean =>
      (proofs.get(host) ?? []).some(
        ({ entry: { seq, body } }) => seq > entry.seq && body.accepted && body.event_id !== event,
      );
    return entry.body.unproven.every(isProven);
  });
}

function checkAccepted({ body, seq }: Of<'proof'>, say: Say): void {
  const version = versionOf(body.manifest_sha256);
  if (version === 'X' || BINARIES[version] !== body.binary_sha256)
    say(
      'an accepted proof shows its manifest',
      `entry ${seq} of ${body.hostname} is held against ${version}`,
    );
}

function checkLease({ body, seq }: Of<'lease'>, { world, before, after }: Seen, say: Say): void {
  const name = 'no lease for an unproven server';
  for (const { hostname, proof_seq } of body.nodes) {
    const rests = world.witness.proofs.get(hostname)?.find(({ entry }) => entry.seq === proof_seq);
    if (rests === undefined || !rests.entry.body.accepted)
      return say(name, `entry ${seq}: that of ${hostname} rests on no accepted proof`);
    if (rests.entry.body.manifest_sha256 !== before.in_force)
      say(name, `entry ${seq}: ${hostname} proved what is not in force`);
    // A refused proof that came in between voids it by itself.
    const isVoid = after.nodes.get(hostname)?.last.accepted !== true;
    for (const { quarantine, unproven } of before.quarantines.values())
      if (unproven.includes(hostname) && !isVoid)
        say(name, `entry ${seq}: ${quarantine} names ${hostname} unproven`);
  }
  const { takes_out, floor } = world.traffic;
  if (takes_out !== 'all' || before.quarantines.size === 0) return;
  const held = heldLeases(after, world.gateNow()).map(({ hostname }) => hostname);
  const news = body.nodes.some(({ hostname }) => !before.leases.has(hostname));
  if (held.length > floor || news)
    say('a quarantine of all leaves the floor', `entry ${seq}: ${held.join(', ')} hold one`);
}

/** What must hold at every moment, of the ledger as it stands. */
export function checkHeld(world: World, say: Say): void {
  const state = world.witness.state();
  const name = 'no lease for an unproven server';
  for (const { hostname } of heldLeases(state, world.gateNow())) {
    const last = state.nodes.get(hostname)?.last;
    const rests = world.witness.proofs.get(hostname)?.find(({ entry }) => entry.seq === last?.seq);
    if (rests === undefined || !rests.entry.body.accepted) {
      say(name, `${hostname} holds one, and its last proof does not count`);
      continue;
    }
    if (rests.entry.body.manifest_sha256 !== state.in_force)
      say(name, `${hostname} holds one for a proof of what is not in force any more`);
    const later = refusedAfter(world.witness, hostname, rests);
    if (later !== undefined)
      say(
        name,
        `${hostname} holds one for entry ${last?.seq}, and entry ${later.entry.seq} is newer and refused`,
      );
  }
}

/** A proof of this server in the ledger that was refused and that it made later, by its own order within a boot. */
function refusedAfter(witness: Witness, host: string, { report, entry }: SeenProof): SeenProof | undefined {
  return witness.proofs.get(host)?.find(
    (each) =>
      !each.entry.body.accepted &&
      // What was held against another manifest and shows this one’s binary says nothing against it.
      (each.entry.body.manifest_sha256 === entry.body.manifest_sha256 ||
        each.entry.body.binary_sha256 !== entry.body.binary_sha256) &&
      each.report.boot_id === report.boot_id &&
      each.report.sequence > report.sequence,
  );
}

function placeOf({ report }: SeenProof): string {
  const [, boot = ''] = (report.boot_id ?? '').split('-');
  return `${report.hostname}/${boot}/${report.sequence}`;
}
