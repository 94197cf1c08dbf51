import * as z from 'zod';
import { Hostname, Instant, Name, Sha256, Text } from './text.ts';

const Loaded = z.strictObject({
  tree: Sha256.meta({
    description:
      'Digest of what was asked: the tree as it was named, and what was skipped. Another question has another answer.',
  }),
  pid: z.int().min(1).meta({ description: 'Which process it is.' }),
  start_ticks: z.int().min(0).meta({ description: 'When it started, by the kernel’s count.' }),
  sha256: Sha256.meta({ description: 'What it had loaded.' }),
  clock_offset_ms: z.number().meta({
    description:
      'Wall clock minus uptime at the first look, in milliseconds: when it moved, the clock was set.',
  }),
});

const StateBody = z.strictObject({
  schema: z.literal('haunted.prover-state/v1').meta({ description: 'Document type and version.' }),
  cluster: Name.meta({ description: 'The cluster.' }),
  hostname: Hostname,
  boot_id: Text.meta({ description: 'The boot that all but the first sightings are of.' }),
  sequence: z.int().min(0).meta({ description: 'The number of the last report.' }),
  first_seen: z.record(Sha256, Instant).meta({ description: 'When each binary was first seen running.' }),
  loaded: z.array(Loaded).max(1_000).meta({
    description: 'What interpreted processes of this boot had loaded when their tree was unchanged.',
  }),
  digests: z
    .array(z.tuple([z.string().max(200), Sha256]))
    .max(1_000)
    .meta({
      description: 'Digests by file identity, of this boot: device numbers do not outlive it.',
    }),
});

/** What the prover remembers of one server of one cluster between two looks. */
export type ProverState = z.infer<typeof StateBody>;

/** The same as it lies on disk, with its own digest. A file of the prover alone, and no document. */
export const ProverMemory = z.strictObject({ body: StateBody, sha256: Sha256 });
