import type { FindingRow } from './finding-row.ts';

/** What a server shows, and what it runs. */
export const SERVER_FINDINGS = {
  node_silent: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'A server of the inventory gave no report.',
    remedy: 'Run `haunted prove` on it, or find out why it does not answer; do not go on without it.',
  },
  proof_stale: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'The newest report of a server is older than the policy allows.',
    remedy: 'Ask the server again.',
  },
  proof_replayed: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'A proof answers another event or another nonce.',
    remedy: 'Ask the server again with this event’s nonce, and find out who sent the old proof.',
  },
  proof_unsigned: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'A report carries no signature and nobody vouches for it.',
    remedy:
      'Sign it on the node; for a report fetched over ssh let the policy say accept_transport; or say --accept-unsigned on your own account.',
  },
  proof_invalid: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'A report cannot be accepted as evidence.',
    remedy: 'Read the reason, mend the key or the prover, and ask the server again.',
  },
  node_unlisted: {
    group: 'evidence',
    effect: 'block',
    sentence: 'A server that is not in the inventory says it belongs to the cluster.',
    remedy: 'Take it out of the cluster, or list it in a new manifest.',
  },
  equivocation: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'One server, one instant, two binaries.',
    remedy: 'Two machines share a name, or one lies: find both before going on.',
  },
  clock_skew: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'A time lies in the future, or a server’s clock ran backwards.',
    remedy: 'Set the clock (NTP), then ask again.',
  },
  binary_mismatch: {
    group: 'binary',
    effect: 'block',
    sentence: 'A server does not run the manifest’s binary.',
    remedy: 'Drain it, install the manifest’s binary, restart, and let it prove itself.',
  },
  stale_process: {
    group: 'binary',
    effect: 'block',
    sentence: 'A new file lies on disk while the old code runs in memory.',
    remedy: 'Restart the service on that server, or put back the file that runs.',
  },
  config_mismatch: {
    group: 'binary',
    effect: 'block',
    sentence: 'A server does not run the manifest’s config.',
    remedy: 'Put the manifest’s config in place and restart, or make a manifest for this config.',
  },
  stale_config: {
    group: 'binary',
    effect: 'block',
    sentence: 'One config is in use while another lies on disk: a restart would load that one.',
    remedy: 'Put the config that should run on disk, then let the service load it.',
  },
  state_unreadable: {
    group: 'binary',
    effect: 'block',
    sentence: 'A state that no rollback takes back is not one that the binary can read.',
    remedy: 'First deploy a version that reads both forms, or bring the state to a form that it reads.',
  },
  split_vector: {
    group: 'binary',
    effect: 'block',
    sentence: 'Live traffic is served by more than one version, and nobody declared it.',
    remedy: 'Take the servers off the manifest out of traffic, or declare the split in a signed manifest.',
  },
  unknown_binary: {
    group: 'binary',
    effect: 'block',
    sentence:
      'No known manifest describes the binary a server runs, so nobody can say whose its switches are.',
    remedy: 'Give its manifest with --history, or take the server out.',
  },
} as const satisfies Record<string, FindingRow>;
