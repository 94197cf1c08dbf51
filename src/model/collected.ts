import * as z from 'zod';
import { NodeReport } from './node-report.ts';
import { Hostname, Instant, Text } from './text.ts';

/** A bare report that a transport vouches for: the host key was checked, the report itself is not signed. */
export const Collected = z
  .strictObject({
    schema: z.literal('haunted.collected/v1').meta({ description: 'Document type and version.' }),
    via: z.enum(['ssh']).meta({ description: 'Whose word stands behind the report.' }),
    inventory_name: Hostname.meta({
      description: 'The host as the inventory names it; the report must carry the same name.',
    }),
    collected_at: Instant,
    report: NodeReport,
  })
  .meta({
    id: 'Collected',
    title: 'haunted.collected/v1',
    description: 'A report vouched for by the transport it came through.',
  });
export type Collected = z.infer<typeof Collected>;

/** A host that was asked and gave no report. */
export const CollectFailure = z
  .strictObject({
    schema: z.literal('haunted.collect-failure/v1').meta({ description: 'Document type and version.' }),
    via: z.enum(['ssh', 'files']).meta({ description: 'How it was asked.' }),
    hostname: Hostname,
    attempted_at: Instant,
    detail: Text.meta({ description: 'What went wrong, in one sentence.' }),
  })
  .meta({
    id: 'CollectFailure',
    title: 'haunted.collect-failure/v1',
    description: 'A host that did not answer.',
  });
export type CollectFailure = z.infer<typeof CollectFailure>;
