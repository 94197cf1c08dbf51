import { Fault } from '../fault.ts';
import type { ClusterState } from '../ledger/state.ts';
import type { Outcome, Settled, Watch } from './gate.ts';
import { acceptedBody } from './judged-facts.ts';
import { bring, manifestIn } from './documents.ts';
import type { Parts } from './parts.ts';
import { appendOn } from './parts.ts';
import type { Received } from './ports.ts';
import { settle } from './settle.ts';
import { underWay } from './still-current.ts';
import { unaskedChange } from './unasked.ts';

type Ending = { readonly cluster: string; readonly change: string; readonly outcome: Outcome };

/**
 * The command of a change is over: that goes into the ledger first, whatever the servers say then. Faults: NOT_FOUND when that change
 * is not under way (somebody else ended it), and those of the ledger.
 */
export async function end(
  parts: Parts,
  { cluster, change, outcome }: Ending,
  watch: Watch = {},
): Promise<Settled> {
  return await parts.asking.within(cluster, () => endAndAsk(parts, { cluster, change, outcome }, watch));
}

async function endAndAsk(parts: Parts, { cluster, change, outcome }: Ending, watch: Watch): Promise<Settled> {
  for (;;) {
    const snapshot = await parts.live.refresh();
    const { change: open } = snapshot.clusterOf(cluster);
    if (open?.change !== change)
      throw new Fault(
        'NOT_FOUND',
        `The change ${change} of cluster ${cluster} is not under way${open === null ? '' : `; ${open.change} is`}. See \`haunted ledger show\`.`,
        { change, cluster },
      );
    const body = { cluster, change, ...outcome };
    if ((await appendOn(parts, snapshot, { cluster, facts: [{ kind: 'change_ended', body }] })) === null)
      continue;
    const manifests = (state: ClusterState): readonly string[] =>
      [
        open.manifest_sha256,
        ...(outcome.outcome === 'done' ? [] : [open.from_manifest_sha256, state.in_force]),
      ].filter((sha256) => sha256 !== null);
    return await settle(
      parts,
      { cluster, event_id: change, nonce: open.nonce, after: change, manifests },
      watch,
    );
  }
}

/**
 * Every server is asked again, outside of a change; where nobody has asked after the last one, that is its question, carried on under its
 * name. Faults: CHANGE_UNDER_WAY while there is one, NOT_FOUND for a cluster that has no
 * manifest, and those of the ledger.
 */
export async function prove(parts: Parts, cluster: string, watch: Watch = {}): Promise<Settled> {
  // Whoever ends a change here is about to ask about it, under its name.
  const isAlone = !parts.asking.isUnderWay(cluster);
  return await parts.asking.within(cluster, () => askAll(parts, { cluster, isAlone }, watch));
}

async function askAll(
  parts: Parts,
  { cluster, isAlone }: { readonly cluster: string; readonly isAlone: boolean },
  watch: Watch,
): Promise<Settled> {
  const state = (await parts.live.refresh()).clusterOf(cluster);
  if (state.change !== null) throw underWay(state.change);
  if (state.in_force === null)
    throw new Fault(
      'NOT_FOUND',
      `The ledger does not know what cluster ${cluster} has to run; say it once with \`haunted adopt --manifest FILE\`.`,
    );
  const left = isAlone ? unaskedChange(state) : null;
  const event_id = left?.change ?? parts.chance.name('prove');
  // Another one than the change was to be asked with: an answer to that may be from before.
  const nonce = parts.chance.nonce();
  const after = state.last_change?.change ?? null;
  return await settle(parts, { cluster, event_id, nonce, after, manifests: candidatesOf }, watch);
}

/** What the servers may be meant to run: what is in force, and what a change that did not end well was to bring. */
export function candidatesOf({ in_force, last_change: last }: ClusterState): readonly string[] {
  const half = last !== null && last.ended?.outcome !== 'done' ? [last.manifest_sha256] : [];
  return [in_force, ...half].filter((sha256) => sha256 !== null);
}

type Adoption = { readonly manifest: Received; readonly actor: string };

/**
 * The manifest that a cluster runs already is written down as what it has to run, and every server is asked to prove it. Faults:
 * CHANGE_UNDER_WAY, BAD_INPUT for a manifest the door refuses, AMBIGUOUS when another one is in force: that is a deployment.
 */
export async function adopt(parts: Parts, { manifest }: Adoption, watch: Watch = {}): Promise<Settled> {
  for (;;) {
    const brought = bring(manifest, parts.door());
    const adopted = manifestIn(brought.opened);
    if (adopted === null)
      throw new Fault(
        'BAD_INPUT',
        `${manifest.source} does not count: ${brought.opened.ok ? '' : brought.opened.refused.detail}.`,
      );
    const { cluster, manifest_sha256 } = adopted;
    const snapshot = await parts.live.refresh();
    const state = snapshot.clusterOf(cluster);
    if (state.change !== null) throw underWay(state.change);
    if (state.in_force !== null && state.in_force !== manifest_sha256)
      throw new Fault(
        'AMBIGUOUS',
        `Cluster ${cluster} has to run ${state.in_force.slice(0, 12)} by the ledger, not ${manifest_sha256.slice(0, 12)}; another manifest comes by \`haunted deploy\` or \`haunted rollback\`.`,
      );
    const body = acceptedBody(adopted, 'in_force', brought.text);
    const isKept = state.in_force === manifest_sha256 && snapshot.manifests.has(manifest_sha256);
    if (
      isKept ||
      (await appendOn(parts, snapshot, { cluster, facts: [{ kind: 'manifest_accepted', body }] })) !== null
    )
      return await prove(parts, cluster, watch);
  }
}
