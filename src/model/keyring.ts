import * as z from 'zod';
import { Hostname, Instant, Name } from './text.ts';

/** Roles are keys, and no key has two. */
export const Role = z.enum(['builder', 'node', 'gate', 'operator']).meta({
  description:
    'builder signs manifests, node signs proofs, gate signs verdicts, operator releases quarantines and signs bypasses.',
});
export type Role = z.infer<typeof Role>;

export const TrustedKey = z
  .strictObject({
    keyid: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be the sha256 of the public key’s SPKI DER, in lower-case hex')
      .meta({ description: 'sha256 of the public key’s SPKI DER, hex.' }),
    role: Role,
    name: Name.meta({ description: 'Who holds the key; for a node key the host it may speak for.' }),
    hostname: Hostname.nullable()
      .optional()
      .meta({ description: 'For a node key: the one host it may speak for.' }),
    public_key: z.string().max(1024).meta({ description: 'The public key, PEM (SPKI), ed25519.' }),
    valid_from: Instant.nullable().optional().meta({ description: 'When the key starts to count.' }),
    valid_until: Instant.nullable().optional().meta({ description: 'When the key stops counting.' }),
  })
  .meta({ id: 'TrustedKey', description: 'A public key that is trusted in one role.' });
export type TrustedKey = z.infer<typeof TrustedKey>;

/** Whose signatures count, for what, and when. */
export const Keyring = z
  .strictObject({
    schema: z.literal('haunted.keyring/v1').meta({ description: 'Document type and version.' }),
    keys: z.array(TrustedKey).max(200_000).meta({ description: 'The trusted keys.' }),
  })
  .meta({ id: 'Keyring', title: 'haunted.keyring/v1', description: 'Whose signatures count.' });
export type Keyring = z.infer<typeof Keyring>;
