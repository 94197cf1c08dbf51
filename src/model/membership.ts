import * as z from 'zod';
import { PrivateKey } from './private-key.ts';
import { Hostname, Instant, Name, Sha256, Text } from './text.ts';

/** What `haunted agent join` keeps: the server's own key and the secret of its session. Its owner alone may read it; it is never printed. */
export const Membership = z
  .strictObject({
    schema: z.literal('haunted.membership/v1').meta({ description: 'Document type and version.' }),
    server: Text.min(1).meta({ description: 'The control plane that was joined.' }),
    cluster: Name.meta({ description: 'The cluster.' }),
    hostname: Hostname,
    keyid: Sha256.meta({ description: 'The key that the control plane pinned for this server.' }),
    session: z
      .string()
      .regex(/^[\x21-\x7e]{32,256}$/, 'must be one word of 32 to 256 printable ASCII characters')
      .meta({ description: 'The secret of the session; the control plane knows its sha256.' }),
    key: PrivateKey,
    joined_at: Instant.meta({ description: 'When it joined.' }),
  })
  .meta({
    id: 'Membership',
    title: 'haunted.membership/v1',
    description: 'The key and session of one server in one cluster, kept on the server.',
  });
export type Membership = z.infer<typeof Membership>;
