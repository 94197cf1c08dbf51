import type { Wish } from '../../src/gate/gate.ts';
import type { Received } from '../../src/gate/ports.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { OperatorWord } from '../../src/model/operator-word.ts';
import { signWord } from '../../src/seal/operator-word.ts';
import { received, sealed, wish } from '../world/gated-cluster.ts';
import { keyringOf, newKey } from '../world/trust.ts';
import { BINARIES, EPOCH } from './servers.ts';
import type { Version } from './servers.ts';

/** The documents of the simulated cluster: three manifests, each with the one before as its way back, and an operator. */

export const HOSTS = ['n1', 'n2', 'n3'] as const;

const created_at = new Date(EPOCH).toISOString();
const a = sealed({ generation: 1, binary_sha256: BINARIES.A, created_at });
const b = sealed({
  generation: 2,
  binary_sha256: BINARIES.B,
  created_at,
  rollback_target_manifest_sha256: a.manifest_sha256,
});
const c = sealed({
  generation: 3,
  binary_sha256: BINARIES.C,
  created_at,
  rollback_target_manifest_sha256: b.manifest_sha256,
});

const MANIFESTS: Readonly<Record<Exclude<Version, 'X'>, Manifest>> = { A: a, B: b, C: c };

/** Which of them a digest names; X for none. */
export function versionOf(manifest_sha256: string | null): Version {
  const found = (['A', 'B', 'C'] as const).find(
    (name) => MANIFESTS[name].manifest_sha256 === manifest_sha256,
  );
  return found ?? 'X';
}

const OPERATOR = newKey('operator', 'dana');
export const KEYRING = keyringOf(OPERATOR);

export function wishFor(
  action: Wish['action'],
  version: Exclude<Version, 'X'>,
  more: Partial<Wish> = {},
): Wish {
  return wish(action, MANIFESTS[version], more);
}

export function documentOf(version: Exclude<Version, 'X'>): Received {
  return received(MANIFESTS[version]);
}

type Word = Pick<OperatorWord, 'word'> &
  (
    | { readonly kind: 'release_quarantine'; readonly quarantine: string }
    | { readonly kind: 'release_manifest'; readonly manifest_sha256: string }
    | { readonly kind: 'bypass'; readonly findings: [] }
  );

/** An operator's signed word that counts for some minutes from now, in milliseconds since the epoch. */
export function signedWord(said: Word, now: number): Received {
  const word = {
    schema: 'haunted.operator-word/v1',
    cluster: 'smars',
    reason: 'looked at it by hand',
    said_at: new Date(now).toISOString(),
    until: new Date(now + 120_000).toISOString(),
    ...said,
  } as const;
  return received(signWord(word, OPERATOR));
}
