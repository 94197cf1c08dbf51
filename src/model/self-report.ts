import * as z from 'zod';
import { HeldState } from './kept-state.ts';
import { LIMITS } from './limits.ts';
import { BoundFlag, ReceivedFlag } from './node-report.ts';
import { Sha256, Text } from './text.ts';

/** What a service says it runs. Believed as far as the policy believes `self_report`, which is not at all by default. */
export const SelfReport = z.strictObject({
  binary_sha256: Sha256,
  binary_path: Text.optional(),
  config_sha256: Sha256.optional(),
  bound_flags: z.array(BoundFlag).max(LIMITS.node_flags).optional(),
  received_flags: z.array(ReceivedFlag).max(LIMITS.node_flags).optional(),
  holds: z.array(HeldState).max(LIMITS.list).optional(),
});
export type SelfReport = z.infer<typeof SelfReport>;

export const Received = z.array(ReceivedFlag).max(LIMITS.node_flags);
export const Holds = z.array(HeldState).max(LIMITS.list);
