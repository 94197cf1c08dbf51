import * as z from 'zod';
import { Finding } from './finding.ts';
import { ManifestHead } from './manifest-diff.ts';
import { Instant, Name } from './text.ts';

/** What can be said about one manifest without a cluster. */
export const ManifestCheck = z
  .strictObject({
    schema: z.literal('haunted.manifest-check/v1').meta({ description: 'Document type and version.' }),
    cluster: Name.meta({ description: 'The cluster the manifest is for.' }),
    manifest: ManifestHead.meta({ description: 'The manifest that was checked.' }),
    checked_at: Instant,
    is_clean: z.boolean().meta({ description: 'Whether nothing was found that forbids.' }),
    findings: z.array(Finding).meta({
      description: 'What was found; one with the effect `none` is only shown.',
    }),
  })
  .meta({
    id: 'ManifestCheck',
    title: 'haunted.manifest-check/v1',
    description: 'What can be said about one manifest without a cluster.',
  });
export type ManifestCheck = z.infer<typeof ManifestCheck>;
