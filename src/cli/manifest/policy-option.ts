import path from 'node:path';
import { DEFAULT_POLICY, type Policy } from '../../model/policy.ts';
import { readPolicy } from '../check/read-policy.ts';
import type { Option, Values } from '../command.ts';
import { loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { optionalText } from '../options.ts';

export const POLICY_OPTION = {
  policy: { type: 'string', value: 'FILE', help: 'How strict the gate is; haunted.yaml may say it.' },
} as const satisfies Record<string, Option>;

/** The policy to judge by: the option, then HAUNTED_POLICY, then haunted.yaml, then the default. Throws what reading it throws. */
export async function policyOf(values: Values, io: Io): Promise<Policy> {
  const { config, policyFile } = await loadConfig(io);
  const file = optionalText(values, 'policy') ?? policyFile;
  return file === null ? (config.policy ?? DEFAULT_POLICY) : await readPolicy(path.resolve(io.cwd, file));
}
