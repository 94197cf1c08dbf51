import { Fault } from '../fault.ts';
import type { Fact } from '../model/entry.ts';
import type { OperatorWord } from '../model/operator-word.ts';
import type { Standing } from '../model/standing.ts';
import type { Door } from '../seal/open.ts';
import { openWord } from '../seal/operator-word.ts';
import type { ClusterState } from '../ledger/state.ts';
import type { Parts } from './parts.ts';
import { appendOn } from './parts.ts';
import type { Received } from './ports.ts';

type Heard = { readonly word: OperatorWord; readonly keyid: string; readonly text: string };

/** The word in a signed document. Fault BAD_INPUT when nobody who may say it has signed it, with the reason. */
function hearWord({ bytes, source }: Received, { keyring, now }: Door): Heard {
  if (keyring === null)
    throw new Fault('BAD_INPUT', `${source} can't count: no keyring is known, so no operator is.`);
  const opened = openWord(bytes, keyring, now);
  if (!opened.ok)
    throw new Fault('BAD_INPUT', `${source} does not count: ${opened.detail} (${opened.reason}).`, {
      reason: opened.reason,
    });
  return { word: opened.word, keyid: opened.keyid, text: new TextDecoder().decode(bytes) };
}

type Bypass = { readonly active: Standing['bypasses']; readonly facts: readonly Fact[] };

/** A bypass that somebody presses with; it goes into the ledger once. Fault BAD_INPUT for another word, or another cluster’s. */
export function hearBypass(
  received: Received | null,
  { state, door }: { readonly state: ClusterState; readonly door: Door },
): Bypass | null {
  if (received === null) return null;
  const { word, keyid, text } = hearWord(received, door);
  if (word.kind !== 'bypass')
    throw new Fault('BAD_INPUT', `${received.source} is a ${word.kind} and no bypass.`);
  if (word.cluster !== state.cluster)
    throw new Fault('BAD_INPUT', `${received.source} is for cluster ${word.cluster}, not ${state.cluster}.`);
  const { word: bypass, reason, until, findings } = word;
  const facts = bypassFacts({ word, keyid, text }, state);
  // One that the ledger has already is active by what the ledger says.
  return { active: facts.length === 0 ? [] : [{ bypass, reason, until, findings }], facts };
}

/**
 * Writes an operator’s signed word down, and answers with what it did in one sentence. Faults: BAD_INPUT for one that does not count,
 * NOT_FOUND for what it is about, LEDGER_CONFLICT when the cluster moved at that moment.
 */
export async function hear(parts: Parts, received: Received): Promise<string> {
  const heard = hearWord(received, parts.door());
  const { cluster } = heard.word;
  for (let turn = 0; turn < 4; turn += 1) {
    const snapshot = await parts.live.refresh();
    const { facts, sentence } = effectOf(heard, snapshot.clusterOf(cluster));
    if (facts.length === 0 || (await appendOn(parts, snapshot, { cluster, facts })) !== null) return sentence;
  }
  throw new Fault('LEDGER_CONFLICT', `Cluster ${cluster} kept moving; nothing was released. Say it again.`);
}

type Effect = { readonly facts: readonly Fact[]; readonly sentence: string };

function effectOf(heard: Heard, state: ClusterState): Effect {
  const { word, keyid, text } = heard;
  const { cluster, reason } = word;
  switch (word.kind) {
    case 'bypass': {
      const sentence = `The bypass ${word.word} counts in cluster ${cluster} until ${word.until}.`;
      return { facts: bypassFacts(heard, state), sentence };
    }
    case 'release_quarantine': {
      const { quarantine } = word;
      if (!state.quarantines.has(quarantine))
        throw new Fault('NOT_FOUND', `Cluster ${cluster} has no open quarantine ${quarantine}.`);
      const release = { by: 'operator' as const, keyid, reason, document: text };
      const rest = burial(heard, state, quarantine);
      return {
        facts: [{ kind: 'quarantine_released', body: { cluster, quarantine, release } }, ...rest],
        sentence: `The quarantine ${quarantine} of cluster ${cluster} is released without a proof; servers get leases when they prove themselves, and not before.`,
      };
    }
    case 'release_manifest': {
      const { manifest_sha256 } = word;
      const refused = state.manifests.get(manifest_sha256)?.refused ?? null;
      const short = manifest_sha256.slice(0, 12);
      if (refused === null)
        throw new Fault('NOT_FOUND', `The manifest ${short} is not refused in cluster ${cluster}.`);
      // An old word must not lift a mark that was set after it.
      if (Date.parse(word.said_at) < Date.parse(refused.time))
        throw new Fault(
          'BAD_INPUT',
          `The word ${word.word} was signed before the manifest ${short} was refused (${refused.time}); sign a new one.`,
        );
      const body = { cluster, manifest_sha256, mark: 'released' as const, event_id: null, reason, keyid };
      return {
        facts: [{ kind: 'manifest_refused', body: { ...body, document: text } }],
        sentence: `The manifest ${short} may be deployed to cluster ${cluster} again.`,
      };
    }
    case 'classify': {
      const { change, rollback_type } = word;
      const before = state.incidents.get(change);
      const last = state.last_change;
      const isKnown = before !== undefined || (last?.change === change && last.action === 'rollback');
      if (!isKnown)
        throw new Fault('NOT_FOUND', `The ledger knows no rollback ${change} of cluster ${cluster}.`);
      const body = { cluster, change, rollback_type, facts: [reason], corrects: before?.seq ?? null, keyid };
      return {
        facts: [{ kind: 'incident_classified', body: { ...body, document: text } }],
        sentence: `The rollback ${change} counts as ${rollback_type}.`,
      };
    }
  }
}

function bypassFacts({ word, keyid, text }: Heard, state: ClusterState): readonly Fact[] {
  if (word.kind !== 'bypass' || state.bypasses.some(({ bypass }) => bypass === word.word)) return [];
  const { word: bypass, reason, until, findings, cluster } = word;
  return [{ kind: 'bypass', body: { cluster, bypass, keyid, reason, until, findings, document: text } }];
}

/** A rollback whose quarantine an operator ends without a proof was never shown to have worked: its body was not found. */
function burial({ word }: Heard, state: ClusterState, quarantine: string): readonly Fact[] {
  const event = state.quarantines.get(quarantine)?.event_id ?? null;
  const known = event === null ? undefined : state.incidents.get(event);
  if (event === null || known === undefined || known.rollback_type !== 'unknown') return [];
  const facts = [`${quarantine} was released by an operator and not by proof`, word.reason];
  const body = { cluster: word.cluster, change: event, rollback_type: 'buried' as const, facts };
  return [
    { kind: 'incident_classified', body: { ...body, corrects: known.seq, keyid: null, document: null } },
  ];
}
