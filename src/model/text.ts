import * as z from 'zod';
import { LIMITS } from './limits.ts';

/** A sha256 as 64 lower-case hex characters, without a prefix. */
export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a sha256: 64 lower-case hex characters, without a prefix')
  .meta({ description: 'A sha256 digest: 64 lower-case hex characters, without a prefix.' });

/** A point in time, RFC 3339, with its offset or Z. */
export const Instant = z.iso
  .datetime({
    offset: true,
    error: 'must be a time such as 2012-08-01T09:30:00Z (RFC 3339, with Z or an offset)',
  })
  .max(40)
  .meta({ description: 'A point in time, RFC 3339 with Z or an offset.' });

/** A host's name as the inventory writes it: letters, digits, dot, hyphen and underscore. */
export const Hostname = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/,
    'must be a host name: letters, digits, dots, hyphens and underscores, no spaces or control characters, at most 253',
  )
  .meta({ description: 'A host name as the inventory writes it.' });

// Control characters, line separators and bidirectional overrides can make a name look like another one in a terminal.
const PRINTABLE = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+$/;

/** A name that people give: a cluster, a deployment, an owner, a sender. */
export const Name = z
  .string()
  .min(1)
  .max(LIMITS.name)
  .regex(PRINTABLE, 'must not be empty or hold control characters')
  .meta({ description: 'A name of 1 to 256 printable characters.' });

/** A flag's name, byte for byte as the code reads it: dots, slashes and any script are allowed. */
export const FlagName = Name.meta({ description: "A flag's name exactly as the code reads it." });

/** The id of what a flag selects, given at the flag's birth and inherited while continuity holds. */
export const Meaning = Name.meta({
  description: 'What the flag selects: an id given at its birth and inherited from manifest to manifest.',
});

/** A path, a symbol, a reason: free text on one line. */
export const Text = z
  .string()
  .max(LIMITS.text)
  .regex(/^[^\u0000-\u0008\u000a-\u001f\u007f]*$/, 'must be one line without control characters')
  .meta({ description: 'One line of text.' });

/** A sentence or two that people wrote for people: one line, without characters that hide or turn text. */
export const Sentence = z
  .string()
  .min(1)
  .max(LIMITS.text)
  .regex(PRINTABLE, 'must be one line without control characters')
  .meta({ description: 'A sentence or two, on one line.' });
