import { readKeyring } from '../../adapters/files/keyring-file.ts';
import { DEFAULT_POLICY } from '../../model/policy.ts';
import type { Policy } from '../../model/policy.ts';
import type { KeyringIndex } from '../../seal/keyring.ts';
import { loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { typedPath } from './typed-path.ts';
import type { CheckWords } from './words.ts';

/** Whose word counts, how strict the gate is, and where earlier manifests lie. */
export type Settings = {
  readonly keyring: KeyringIndex | null;
  readonly policy: Policy;
  readonly history: readonly string[];
};

/**
 * The settings of one check: an option beats HAUNTED_*, which beats haunted.yaml. Without a keyring no signature
 * counts. Faults: what reading and understanding these files throws.
 */
export async function readSettings(words: CheckWords, io: Io): Promise<Settings> {
  const { config, policyFile } = await loadConfig(io);
  const keyring = words.keyring ?? config.keyring ?? null;
  return {
    keyring: keyring === null ? null : await readKeyring(typedPath(keyring, io.cwd)),
    policy: await policyFrom(words.policy ?? policyFile, config.policy ?? DEFAULT_POLICY, io),
    history: words.history.length === 0 && config.history !== undefined ? [config.history] : words.history,
  };
}

/** The policy in a file, else the other one. */
export async function policyFrom(file: string | null, otherwise: Policy, io: Io): Promise<Policy> {
  if (file === null) return otherwise;
  const { readPolicy } = await import('./read-policy.ts');
  return await readPolicy(typedPath(file, io.cwd));
}
