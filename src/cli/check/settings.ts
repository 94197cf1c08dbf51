import path from 'node:path';
import { readKeyring } from '../../adapters/files/keyring-file.ts';
import { DEFAULT_POLICY } from '../../model/policy.ts';
import type { Policy } from '../../model/policy.ts';
import type { KeyringIndex } from '../../seal/keyring.ts';
import { loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import type { CheckWords } from './words.ts';

/** Whose word counts, how strict the gate is, and where earlier manifests lie. */
export type Settings = {
  readonly keyring: KeyringIndex | null;
  readonly policy: Policy;
  readonly history: readonly string[];
};

const NO_KEYRING =
  'haunted: no keyring is known (--keyring, HAUNTED_KEYRING or haunted.yaml), so no signature counts.\n';

/**
 * The settings of one check: an option beats HAUNTED_*, which beats haunted.yaml. Without a keyring no signature counts, and
 * stderr says so unless bare documents were asked for. Faults: what reading and understanding these files throws.
 */
export async function readSettings(words: CheckWords, io: Io): Promise<Settings> {
  const { config, policyFile } = await loadConfig(io);
  const keyring = words.keyring ?? config.keyring ?? null;
  if (keyring === null && !words.acceptUnsigned) io.stderr(NO_KEYRING);
  return {
    keyring: keyring === null ? null : await readKeyring(path.resolve(io.cwd, keyring)),
    policy: await policyFrom(words.policy ?? policyFile, config.policy ?? DEFAULT_POLICY, io),
    history: words.history.length === 0 && config.history !== undefined ? [config.history] : words.history,
  };
}

async function policyFrom(file: string | null, otherwise: Policy, io: Io): Promise<Policy> {
  if (file === null) return otherwise;
  const { readPolicy } = await import('./read-policy.ts');
  return await readPolicy(path.resolve(io.cwd, file));
}
