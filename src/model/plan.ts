import * as z from 'zod';
import { LIMITS } from './limits.ts';
import { FlagName, Hostname, Instant, Name, Sha256, Text } from './text.ts';

const Mechanism = z.enum(['to_manifest', 'uninstall_latest', 'copy_from_node', 'mutable_reference']).meta({
  description:
    'to_manifest: every node gets the target. uninstall_latest: nodes on the newest binary fall back to what they ran before. copy_from_node: a node is the source of truth, never allowed. mutable_reference: a tag, never allowed.',
});

/** What the rollback button would do, in the team's own words. */
export const RollbackPlan = z
  .strictObject({
    schema: z.literal('haunted.rollback-plan/v1').meta({ description: 'Document type and version.' }),
    cluster: Name.meta({ description: 'The cluster the plan is for.' }),
    mechanism: Mechanism,
    scope: z
      .array(z.enum(['binary', 'config']))
      .min(1)
      .max(2)
      .meta({ description: 'What goes back.' }),
    target_manifest_sha256: Sha256.nullable()
      .optional()
      .meta({ description: 'The manifest to go back to, by digest.' }),
    target_ref: Text.nullable()
      .optional()
      .meta({ description: 'A movable name such as a tag; never allowed, recorded to be refused by name.' }),
    source_node: Hostname.nullable()
      .optional()
      .meta({ description: 'The node copied from; never allowed, recorded to be refused by name.' }),
    withdraw_flags: z
      .array(FlagName)
      .max(LIMITS.flags)
      .optional()
      .meta({ description: 'Message flags whose senders stop before the button.' }),
    withdrawn_since: Instant.nullable()
      .optional()
      .meta({ description: 'When those senders stopped; null for at the button.' }),
    actor: z.enum(['operator', 'automation']).optional().meta({ description: 'Who presses the button.' }),
  })
  .meta({
    id: 'RollbackPlan',
    title: 'haunted.rollback-plan/v1',
    description: 'What the rollback button would do.',
  });
export type RollbackPlan = z.infer<typeof RollbackPlan>;
