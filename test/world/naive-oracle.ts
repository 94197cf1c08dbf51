/**
 * A second opinion, written from the design (sections 2 and 3) and from nothing in src/decide: plain loops over servers and
 * flags, and only the part of the world that the exhaustive run varies.
 */

type OracleFlag = {
  readonly meaning: string;
  readonly isLive: boolean;
  readonly ignoredByOthers: boolean;
};

export type OracleManifest = {
  readonly binary: string;
  readonly config: string;
  /** The flags its binary owns, by name. */
  readonly flags: Readonly<Record<string, OracleFlag>>;
  /** The flags that its senders put into messages. */
  readonly sends: readonly string[];
};

export type OracleServer = {
  readonly name: string;
  readonly binary: string;
  readonly config: string;
  readonly proof: 'fresh' | 'stale' | 'absent';
};

export type OracleGate = 'deploy' | 'activate' | 'rollback' | 'proof';

export type Mechanism = 'to_manifest' | 'uninstall_latest' | 'copy_from_node' | 'mutable_reference';

export type OracleWorld = {
  readonly gate: OracleGate;
  readonly old: OracleManifest;
  readonly next: OracleManifest;
  readonly servers: readonly OracleServer[];
  readonly mechanism: Mechanism;
  /** From whom `copy_from_node` copies. */
  readonly source: string;
};

export type OracleAnswer = {
  readonly verdict: string;
  readonly wrongNow: number;
  readonly wrongAfter: number;
  readonly corrupts: boolean;
  /** `server phase code effect`; the server is `*` for the whole cluster. */
  readonly said: ReadonlySet<string>;
};

type Runs = { readonly binary: string; readonly config: string } | 'nobody knows';

/** What the switches in messages do on a binary: the design's coherent(n), for messages. */
function switchTrouble(world: OracleWorld, binary: string, emitting: readonly OracleManifest[]): string[] {
  const owner = [world.old, world.next].find((manifest) => manifest.binary === binary);
  const trouble: string[] = [];
  for (const manifest of emitting) {
    for (const name of manifest.sends) {
      const sent = manifest.flags[name];
      const owned = owner?.flags[name];
      if (sent === undefined) continue;
      if (owned === undefined) {
        if (!sent.ignoredByOthers) trouble.push(`orphan_flag:${name}`);
        continue;
      }
      if (owned.meaning !== sent.meaning) trouble.push(`flag_reused:${name}`);
      if (!owned.isLive) trouble.push(`dormant_flag_bound:${name}`);
    }
  }
  return trouble;
}

const codeOf = (trouble: string): string => trouble.split(':')[0] ?? '';
const flagOf = (trouble: string): string => trouble.split(':')[1] ?? '';

/** Where would this server be after the button? */
function afterButton(world: OracleWorld, server: OracleServer, before: readonly OracleServer[]): Runs {
  const target: Runs = { binary: world.old.binary, config: world.old.config };
  const isHeard = server.proof === 'fresh';
  switch (world.mechanism) {
    case 'to_manifest':
      return target;
    case 'mutable_reference':
      return 'nobody knows';
    case 'copy_from_node': {
      const source = before.find((each) => each.name === world.source && each.proof === 'fresh');
      return source === undefined ? 'nobody knows' : { binary: source.binary, config: source.config };
    }
    case 'uninstall_latest': {
      if (!isHeard) return 'nobody knows';
      const newRuns = before.some((each) => each.proof === 'fresh' && each.binary === world.next.binary);
      if (newRuns) return server.binary === world.next.binary ? target : server;
      // The old binary is the newest there is, and nothing is known to have run before it.
      return 'nobody knows';
    }
  }
}

function askSenders(world: OracleWorld): readonly OracleManifest[] {
  // At the proof gate the rollback has happened: what the manifest before it sends was not withdrawn.
  return world.gate === 'proof' ? [world.next] : [world.old, world.next];
}

/** The verdict that the design asks for. */
export function naiveVerdict(world: OracleWorld): OracleAnswer {
  const { gate, old, next, servers } = world;
  const reference = gate === 'deploy' || gate === 'proof' ? old : next;
  const said = new Set<string>();
  const seen = gate === 'rollback' ? 'none' : 'block';

  const haunted = new Set<string>();
  const pairs = new Set<string>();
  let strange = 0;
  const unproven = new Set<string>();
  for (const server of servers) {
    if (server.proof === 'absent') said.add(`${server.name} now node_silent hold`);
    if (server.proof === 'stale') said.add(`${server.name} now proof_stale hold`);
    if (server.proof !== 'fresh') {
      unproven.add(server.name);
      continue;
    }
    pairs.add(`${server.binary}/${server.config}`);
    const isOff = server.binary !== reference.binary;
    const isMisconfigured = !isOff && server.config !== reference.config;
    if (isOff || isMisconfigured) strange += 1;
    if (isOff) said.add(`${server.name} now binary_mismatch ${seen}`);
    if (isMisconfigured) said.add(`${server.name} now config_mismatch ${seen}`);
    const trouble = switchTrouble(world, server.binary, askSenders(world));
    for (const each of trouble) said.add(`${server.name} now ${codeOf(each)} ${seen}`);
    if (isOff || trouble.length > 0) haunted.add(server.name);
    if (isOff || isMisconfigured || trouble.length > 0) unproven.add(server.name);
  }
  if (pairs.size > 1 && strange > 0) said.add(`* now split_vector ${seen}`);
  if (gate === 'proof' && unproven.size > 0) said.add('* now not_proven hold');

  if (gate === 'deploy') judgeFlagHistory(world, said);
  if (gate === 'deploy' || gate === 'activate') judgeRemoval(world, said);

  let wrongAfter = 0;
  if (gate === 'deploy') {
    if (world.mechanism === 'copy_from_node') said.add('* now rollback_from_node block');
    if (world.mechanism === 'mutable_reference') said.add('* now mutable_reference block');
    const deployed = servers.map((each) => ({
      ...each,
      binary: next.binary,
      config: next.config,
      proof: 'fresh' as const,
    }));
    wrongAfter = judgeAfter(world, deployed, said);
    if (wrongAfter > 0) said.add('* after_rollback rollback_would_corrupt_cluster block');
  }
  if (gate === 'rollback') {
    if (world.mechanism === 'copy_from_node') said.add('* now rollback_from_node block');
    if (world.mechanism === 'mutable_reference') said.add('* now mutable_reference block');
    wrongAfter = judgeAfter(world, servers, said);
    if (wrongAfter > 0) said.add('* after_rollback rollback_would_corrupt_cluster block');
  }
  if (gate === 'activate' && haunted.size > 0) {
    const would = judgeAfter({ ...world, mechanism: 'to_manifest' }, servers, new Set());
    if (would > 0) said.add('* after_rollback rollback_would_corrupt_cluster none');
  }

  return {
    verdict: wordFor(gate, said),
    wrongNow: gate === 'rollback' ? haunted.size : 0,
    wrongAfter,
    corrupts: wrongAfter > 0,
    said,
  };
}

/** The same name with another meaning in another manifest. */
function judgeFlagHistory({ old, next }: OracleWorld, said: Set<string>): void {
  for (const [name, row] of Object.entries(next.flags)) {
    const before = old.flags[name];
    if (before !== undefined && before.meaning !== row.meaning) said.add('* now flag_reused block');
  }
}

/** A flag that a running binary has live and the new manifest does not know. */
function judgeRemoval({ old, next, servers }: OracleWorld, said: Set<string>): void {
  const isOldRunning = servers.some((each) => each.proof === 'fresh' && each.binary === old.binary);
  for (const [name, row] of Object.entries(old.flags)) {
    if (isOldRunning && row.isLive && next.flags[name] === undefined)
      said.add('* now flag_removed_too_early block');
  }
}

/** How many servers would be haunted after the button, against the old manifest? */
function judgeAfter(world: OracleWorld, before: readonly OracleServer[], said: Set<string>): number {
  const { old, next } = world;
  let wrong = 0;
  const misunderstood = new Set<string>();
  for (const server of before) {
    const after = afterButton(world, server, before);
    if (after === 'nobody knows') {
      said.add(`${server.name} after_rollback rollback_target_unknown block`);
      wrong += 1;
      continue;
    }
    const isOff = after.binary !== old.binary;
    if (isOff) said.add(`${server.name} after_rollback binary_mismatch block`);
    else if (after.config !== old.config) said.add(`${server.name} after_rollback config_mismatch block`);
    const trouble = switchTrouble(world, after.binary, [old, next]);
    for (const each of trouble) {
      said.add(`${server.name} after_rollback ${codeOf(each)} block`);
      if (next.sends.includes(flagOf(each))) misunderstood.add(flagOf(each));
    }
    if (isOff || trouble.length > 0) wrong += 1;
  }
  if (misunderstood.size > 0) said.add('* after_rollback sender_still_emits block');
  return wrong;
}

function wordFor(gate: OracleGate, said: ReadonlySet<string>): string {
  const effects = new Set([...said].map((line) => line.split(' ')[3]));
  if (gate === 'proof') return effects.has('block') || effects.has('hold') ? 'QUARANTINE' : 'PROVEN';
  const noun = gate === 'rollback' ? 'ROLLBACK' : 'DEPLOY';
  if (effects.has('block')) return `BLOCK_${noun}`;
  return effects.has('hold') ? 'HOLD' : `ALLOW_${noun}`;
}
