import { decide } from '../decide/decide.ts';
import { defaultPlan } from '../decide/rollback-effect.ts';
import { Fault } from '../fault.ts';
import type { Fact } from '../model/entry.ts';
import type { Intent } from '../model/intent.ts';
import type { Manifest } from '../model/manifest.ts';
import type { RollbackPlan } from '../model/plan.ts';
import { oneLine } from '../model/one-line.ts';
import type { Verdict } from '../model/verdict.ts';
import type { OpenedManifest } from '../model/verified.ts';
import type { ClusterState } from '../ledger/state.ts';
import type { Brought } from './documents.ts';
import { bring, inForce, manifestIn, planIn, recall, recallAll } from './documents.ts';
import { evidenceOf } from './evidence-of.ts';
import type { Begun, Watch, Wish } from './gate.ts';
import { acceptedBody, verdictFact } from './judged-facts.ts';
import type { Snapshot } from './live.ts';
import type { Parts } from './parts.ts';
import { appendOn, keptKey } from './parts.ts';
import type { Answer } from './ports.ts';
import { standingOf } from './standing-of.ts';
import { hearBypass } from './words.ts';

/** How often a judgement is made again because the state moved under it. */
const MOST_TURNS = 8;

/**
 * May this begin? Asks every server, judges, and writes the answer down together with the beginning of the change, if nothing moved
 * since; else it judges again. Faults: LEDGER_CONFLICT when it never stands still, and those of the port.
 */
export async function begin(parts: Parts, wish: Wish, watch: Watch = {}): Promise<Begun> {
  let asked: Asked | null = null;
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const snapshot = await parts.live.refresh();
    const matter = matterOf(parts, snapshot, wish);
    const hostnames = hostsOf(matter);
    if (asked === null || isOld(asked, matter, hostnames))
      asked = await askAll(parts, { wish, matter, hostnames }, watch);
    watch.stillWanted?.();
    const judged = judge(parts, { wish, matter, asked });
    if (wish.dry_run) return { verdict: judged, change: null };
    const begun = await write(parts, { wish, snapshot, matter, asked, verdict: judged });
    if (begun !== null) return begun;
    watch.moved?.(`Cluster ${matter.state.cluster} moved while it was judged; it is judged again.`);
  }
  const sentence = `The ledger moved ${MOST_TURNS} times while cluster ${wish.cluster ?? ''} was judged; nothing was begun. See \`haunted ledger show\` for who writes, then press again.`;
  throw new Fault('LEDGER_CONFLICT', sentence);
}

/** What the wish is about, as the ledger stands. */
type Matter = {
  readonly state: ClusterState;
  readonly manifest: Brought | null;
  readonly target: OpenedManifest | null;
  readonly current: OpenedManifest;
  /** The manifest that is left by it, when that is not the one in force: a change that failed half-way. */
  readonly left: OpenedManifest;
  readonly plan: RollbackPlan | null;
  readonly history: readonly OpenedManifest[];
  readonly bypass: ReturnType<typeof hearBypass>;
};

type Asked = {
  /** The change that had ended last when they were asked. */
  readonly after: string | null;
  readonly change: string;
  readonly hostnames: readonly string[];
  readonly answers: readonly Answer[];
};

/** A change that came and went since, and other servers, are other questions. While one is under way the answer is HOLD anyway. */
function isOld(asked: Asked, { state }: Matter, hostnames: readonly string[]): boolean {
  const hasMoved = state.change === null && (state.last_change?.change ?? null) !== asked.after;
  return hasMoved || asked.hostnames.join('\n') !== hostnames.join('\n');
}

function matterOf(parts: Parts, snapshot: Snapshot, wish: Wish): Matter {
  const door = parts.door();
  const manifest = wish.manifest === null ? null : bring(wish.manifest, door);
  const plan = planIn(wish.plan);
  const named = [wish.cluster, manifestIn(manifest?.opened ?? null)?.cluster, plan?.cluster].filter(
    (name) => name !== undefined && name !== null,
  );
  const [cluster] = named;
  if (cluster === undefined)
    throw new Fault('BAD_INPUT', 'No document that can be read names a cluster; say which with --cluster.');
  const other = named.find((name) => name !== cluster);
  if (other !== undefined)
    throw new Fault('BAD_INPUT', `You named cluster ${cluster}, and a document is about ${other}.`);
  const state = snapshot.clusterOf(cluster);
  const current = inForce(snapshot, state, door);
  const brought = wish.history.map((each) => bring(each, door).opened);
  const target = manifest?.opened ?? recall(snapshot, plan?.target_manifest_sha256 ?? null, door);
  return {
    state,
    manifest,
    target,
    current,
    left: leftBy(snapshot, { state, current, target }, door),
    plan,
    history: [...recallAll(snapshot, state, door), ...brought],
    bypass: hearBypass(wish.bypass, { state, door }),
  };
}

/** After a change that did not end well its manifest is what a rollback leaves, although it never came into force. */
function leftBy(
  snapshot: Snapshot,
  { state, current, target }: Pick<Matter, 'state' | 'current' | 'target'>,
  door: ReturnType<Parts['door']>,
): OpenedManifest {
  const last = state.last_change;
  const isHome = manifestIn(target)?.manifest_sha256 === state.in_force;
  if (!isHome || last === null || last.ended?.outcome === 'done') return current;
  return recall(snapshot, last.manifest_sha256, door) ?? current;
}

function hostsOf({ current, left, target }: Matter): readonly string[] {
  const listed = [current, left, target].flatMap((each) => manifestIn(each)?.cluster_inventory ?? []);
  return [...new Set(listed)];
}

async function askAll(
  parts: Parts,
  {
    wish,
    matter,
    hostnames,
  }: { readonly wish: Wish; readonly matter: Matter; readonly hostnames: readonly string[] },
  watch: Watch,
): Promise<Asked> {
  const { state } = matter;
  const { cluster } = state;
  const change = parts.chance.name(wish.action);
  const after = state.last_change?.change ?? null;
  const kept = wish.action === 'rollback' ? keptAnswers(parts, state, hostnames) : null;
  const asked = { after, change, hostnames };
  if (kept !== null) return { ...asked, answers: kept };
  watch.asking?.(hostnames);
  // Another nonce than the servers are asked with afterwards: what was shown before a change proves nothing of after it.
  const question = { cluster, hostnames, event_id: change, nonce: parts.chance.nonce() };
  return { ...asked, answers: await parts.nodes.ask(question, parts.door(), watch.answered) };
}

/**
 * What every server showed by itself within the time of one lease and since the last change, so that the rollback button waits for nobody;
 * null when one of them did not, or when the ledger has something newer of it. A deployment has the time to ask.
 */
function keptAnswers(
  parts: Parts,
  { cluster, nodes, last_change: before }: ClusterState,
  hostnames: readonly string[],
): readonly Answer[] | null {
  const oldest = parts.chance.now() - parts.rules(cluster).traffic.lease_s * 1_000;
  const answers: Answer[] = [];
  for (const hostname of hostnames) {
    const report = parts.kept.get(keptKey(cluster, hostname))?.report;
    const last = nodes.get(hostname)?.last;
    if (report === undefined || last === undefined) return null;
    const { observed_at, sequence, boot_id } = report.value;
    const isLast = last.sequence === sequence && last.boot_id === (boot_id ?? null);
    const isSince = last.seq > (before?.ended?.seq ?? 0);
    if (!isLast || !isSince || Date.parse(observed_at) < oldest) return null;
    answers.push({ hostname, opened: { kind: 'report', report }, document: null });
  }
  return answers;
}

function intentOf({ state, target, current, left, plan, manifest }: Matter, wish: Wish): Intent {
  if (wish.action === 'rollback')
    return { gate: 'rollback', target, current: left, plan: pressedBy(wish.actor, plan, target) };
  if (manifest === null) throw new Fault('BAD_USAGE', 'Which manifest? Give it with --manifest.');
  const opened = manifest.opened;
  if (wish.action === 'deploy') return { gate: 'deploy', manifest: opened, current, plan };
  const isInForce = manifestIn(opened)?.manifest_sha256 === state.in_force;
  return { gate: 'activate', manifest: opened, current: isInForce ? null : current };
}

const AUTOMATION = 'automation';

/** Whoever presses under this name is automation, with a plan that says so or without any; a plan may say it of any other name. */
function pressedBy(
  actor: string,
  plan: RollbackPlan | null,
  target: OpenedManifest | null,
): RollbackPlan | null {
  const manifest = manifestIn(target);
  if (actor !== AUTOMATION || (plan === null && manifest === null)) return plan;
  return {
    ...(plan ?? defaultPlan(manifest?.cluster ?? '', manifest?.manifest_sha256 ?? null)),
    actor: AUTOMATION,
  };
}

function judge(
  parts: Parts,
  { wish, matter, asked }: { readonly wish: Wish; readonly matter: Matter; readonly asked: Asked },
): Verdict {
  const now = parts.chance.now();
  // Asking takes a while, and a bypass may have ended meanwhile.
  const passing = (matter.bypass?.active ?? []).filter(({ until }) => Date.parse(until) > now);
  const standing = standingOf(matter.state, passing, now);
  const evidence = { ...evidenceOf(asked.answers), history: matter.history, standing };
  const { policy } = parts.rules(matter.state.cluster);
  return { ...decide(evidence, intentOf(matter, wish), policy, now), event_id: asked.change };
}

type Written = {
  readonly wish: Wish;
  readonly snapshot: Snapshot;
  readonly matter: Matter;
  readonly asked: Asked;
  readonly verdict: Verdict;
};

/** Null when something came in between. */
async function write(parts: Parts, written: Written): Promise<Begun | null> {
  const { snapshot, matter, asked, verdict, wish } = written;
  const { cluster } = matter.state;
  const isAllowed = verdict.verdict === 'ALLOW_DEPLOY' || verdict.verdict === 'ALLOW_ROLLBACK';
  const target = manifestIn(matter.target);
  const facts: Fact[] = [...(matter.bypass?.facts ?? []), verdictFact(cluster, asked.change, verdict)];
  if (!isAllowed || target === null)
    return (await appendOn(parts, snapshot, { cluster, facts })) ? { verdict, change: null } : null;
  const change = {
    change: asked.change,
    cluster,
    nonce: parts.chance.nonce(),
    manifest_sha256: target.manifest_sha256,
    from_manifest_sha256: manifestIn(matter.left)?.manifest_sha256 ?? null,
  };
  facts.push(...admission(matter, target), ...refusal(written), {
    kind: 'change_begun',
    body: {
      ...change,
      action: wish.action,
      actor: wish.actor,
      reason: wish.reason,
      document: wish.plan === null ? null : new TextDecoder().decode(wish.plan.bytes),
    },
  });
  return (await appendOn(parts, snapshot, { cluster, facts })) ? { verdict, change } : null;
}

function admission({ state, manifest }: Matter, target: Manifest): Fact[] {
  if (manifest === null || (state.manifests.get(target.manifest_sha256)?.accepted ?? null) !== null)
    return [];
  return [{ kind: 'manifest_accepted', body: acceptedBody(target, 'candidate', manifest.text) }];
}

/** What is rolled back from may not come back by a later sync (argo-cd#5351), whatever becomes of the rollback. */
function refusal({ wish, matter, asked }: Written): Fact[] {
  const left = manifestIn(matter.left)?.manifest_sha256;
  if (wish.action !== 'rollback' || left === undefined) return [];
  if (left === manifestIn(matter.target)?.manifest_sha256) return [];
  const why = wish.reason ? `: ${wish.reason}` : '';
  return [
    {
      kind: 'manifest_refused',
      body: {
        cluster: matter.state.cluster,
        manifest_sha256: left,
        mark: 'refused',
        event_id: asked.change,
        reason: oneLine(`a rollback from it was begun by ${wish.actor}${why}`),
        keyid: null,
        document: null,
      },
    },
  ];
}
