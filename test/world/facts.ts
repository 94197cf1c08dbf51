import type { Fact } from '../../src/model/entry.ts';

/** Facts of a small cluster, for ledgers in tests. */

export const sha = (letter: string): string => letter.repeat(64).slice(0, 64);

export function proof(
  hostname: string,
  change: Partial<Extract<Fact, { kind: 'proof' }>['body']> = {},
): Fact {
  return {
    kind: 'proof',
    body: {
      cluster: 'smars',
      hostname,
      event_id: 'deploy-42',
      nonce: 'b1946ac9',
      manifest_sha256: sha('4'),
      observed_at: '2012-08-01T09:31:00Z',
      binary_sha256: sha('b'),
      config_sha256: null,
      accepted: true,
      findings: [],
      document: null,
      ...change,
    },
  };
}

export function accepted(
  manifest: string,
  standing: 'candidate' | 'in_force' = 'candidate',
  cluster = 'smars',
): Fact {
  return {
    kind: 'manifest_accepted',
    body: {
      cluster,
      manifest_sha256: manifest,
      deployment_id: 'smars_2012_08_01',
      generation: 42,
      standing,
      document: null,
    },
  };
}

export function begun(
  change: string,
  manifest: string,
  action: 'deploy' | 'activate' | 'rollback' = 'deploy',
): Fact {
  return {
    kind: 'change_begun',
    body: {
      cluster: 'smars',
      change,
      action,
      manifest_sha256: manifest,
      from_manifest_sha256: null,
      nonce: 'b1946ac9',
      actor: 'ana',
      reason: null,
      document: null,
    },
  };
}

export function ended(
  change: string,
  outcome: 'done' | 'failed' | 'interrupted' | 'abandoned' = 'done',
): Fact {
  const exit_status = outcome === 'done' ? 0 : outcome === 'failed' ? 1 : null;
  const body = { cluster: 'smars', change, outcome, exit_status, signal: null, reason: null };
  return { kind: 'change_ended', body };
}

export function verdict(word: 'PROVEN' | 'QUARANTINE' | 'ALLOW_DEPLOY', manifest: string | null): Fact {
  return {
    kind: 'verdict',
    body: {
      cluster: 'smars',
      event_id: 'deploy-42',
      gate: word === 'ALLOW_DEPLOY' ? 'deploy' : 'proof',
      verdict: word,
      manifest_sha256: manifest,
      wrong_now: 0,
      wrong_after: null,
      findings: [],
      document: null,
    },
  };
}

export function quarantined(
  quarantine: string,
  unproven: string[],
  manifest: string | null = sha('4'),
): Fact {
  return {
    kind: 'quarantine_opened',
    body: {
      cluster: 'smars',
      quarantine,
      event_id: 'deploy-42',
      manifest_sha256: manifest,
      unproven,
      takes_out: 'unproven',
      reason: 'A server gave no proof.',
    },
  };
}

export function released(quarantine: string, by: 'proof' | 'operator' = 'proof'): Fact {
  const release =
    by === 'proof'
      ? { by, event_id: 'deploy-42' }
      : { by, keyid: sha('e'), reason: 'Looked at it by hand.', document: '{}' };
  return { kind: 'quarantine_released', body: { cluster: 'smars', quarantine, release } };
}

export function refusedManifest(manifest: string, mark: 'refused' | 'released' = 'refused'): Fact {
  return {
    kind: 'manifest_refused',
    body: {
      cluster: 'smars',
      manifest_sha256: manifest,
      mark,
      event_id: null,
      reason: 'It woke a dead function.',
      keyid: null,
      document: null,
    },
  };
}

export function lease(hostnames: string[], until: string, state: 'held' | 'ended' = 'held'): Fact {
  const nodes = hostnames.map((hostname) => ({ hostname, proof_seq: state === 'held' ? 1 : null }));
  const reason = state === 'held' ? null : 'It stopped proving.';
  return { kind: 'lease', body: { cluster: 'smars', state, nodes, until, reason } };
}

export function bypass(name: string, until: string): Fact {
  return {
    kind: 'bypass',
    body: {
      cluster: 'smars',
      bypass: name,
      keyid: sha('e'),
      reason: 'The owner is away.',
      until,
      findings: ['flag_owner_unknown'],
      document: '{}',
    },
  };
}

export function kill(state: 'tripped' | 'reset' | 'drilled', name = 'orders'): Fact {
  return {
    kind: 'kill',
    body: { cluster: 'smars', switch: name, state, actor: 'meter', reason: 'More orders than the limit.' },
  };
}

export function classified(change: string, rollback_type: 'promoted_wrong_state' | 'buried' | 'clean'): Fact {
  return {
    kind: 'incident_classified',
    body: { cluster: 'smars', change, rollback_type, facts: [], corrects: null, keyid: null, document: null },
  };
}
