import * as z from 'zod';
import { Role } from './keyring.ts';
import { Hostname, Instant, Name } from './text.ts';

/** The secret half of a role key. Lives in a file that only its owner can read, and is never printed. */
export const PrivateKey = z
  .strictObject({
    schema: z.literal('haunted.private-key/v1').meta({ description: 'Document type and version.' }),
    role: Role,
    name: Name.meta({ description: 'Who holds the key.' }),
    hostname: Hostname.nullable()
      .optional()
      .meta({ description: 'For a node key: the one host it may speak for.' }),
    created_at: Instant.meta({ description: 'When the key was made.' }),
    private_key: z.string().max(1024).meta({ description: 'The private key, PEM (PKCS #8), ed25519.' }),
  })
  .meta({
    id: 'PrivateKey',
    title: 'haunted.private-key/v1',
    description: 'The secret half of a role key.',
  });
export type PrivateKey = z.infer<typeof PrivateKey>;
