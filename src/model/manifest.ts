import * as z from 'zod';
import { FlagOwnership } from './flag.ts';
import { KeptState } from './kept-state.ts';
import { LIMITS } from './limits.ts';
import { FlagName, Hostname, Instant, Name, Sha256, Text } from './text.ts';

export const Artifact = z
  .strictObject({
    name: Name.meta({ description: 'Name of the artifact.' }),
    kind: z
      .enum(['executable', 'oci_image', 'tree'])
      .meta({ description: 'What the digest was taken over.' }),
    sha256: Sha256.meta({ description: 'Digest of the executable, image manifest or directory tree.' }),
    path: Text.nullable().optional().meta({ description: 'Where it is installed on a node.' }),
    provides: z.array(Name).max(LIMITS.list).optional().meta({
      description: 'Interfaces it offers to the other parts, each with its version: `host-agent.network/2`.',
    }),
    needs: z
      .array(Name)
      .max(LIMITS.list)
      .optional()
      .meta({ description: 'Interfaces that another part of the same manifest must provide.' }),
  })
  .meta({ id: 'Artifact', description: 'One thing that is deployed, known by its digest.' });
export type Artifact = z.infer<typeof Artifact>;

export const DeclaredSplit = z
  .strictObject({
    pairs: z
      .array(
        z
          .strictObject({
            binary_sha256: Sha256.meta({ description: 'A binary that may run beside the manifest’s own.' }),
            config_sha256: Sha256.nullable().meta({
              description: 'The config it runs with; null when configs are not compared.',
            }),
          })
          .meta({ id: 'VersionPair', description: 'One (binary, config) pair of the version vector.' }),
      )
      .min(1)
      .max(LIMITS.list)
      .meta({ description: 'The pairs that may take live traffic beside the manifest’s own.' }),
    reason: Text.min(1).meta({ description: 'Why the cluster may be split: a canary, a migration.' }),
    until: Instant.nullable()
      .optional()
      .meta({ description: 'When the declaration ends; null for as long as the manifest.' }),
  })
  .meta({ id: 'DeclaredSplit', description: 'A version split that somebody signed for.' });
export type DeclaredSplit = z.infer<typeof DeclaredSplit>;

export const ManifestSource = z
  .strictObject({
    commit: Name.nullable().meta({ description: 'The commit that was checked out; null without git.' }),
    dirty: z.boolean().nullable().meta({ description: 'Whether the tree differed from the commit.' }),
  })
  .meta({ id: 'ManifestSource', description: 'The source tree a flag ownership table was read from.' });
export type ManifestSource = z.infer<typeof ManifestSource>;

export const ReopenedFlag = z
  .strictObject({
    flag: FlagName,
    reason: Text.min(1).meta({ description: 'Why the name is taken again.' }),
    by: Name.meta({ description: 'Who answers for it.' }),
  })
  .meta({
    id: 'ReopenedFlag',
    description: 'A name that meant something before, taken again on purpose. Its meaning must be a new one.',
  });
export type ReopenedFlag = z.infer<typeof ReopenedFlag>;

/** What a cluster must run, as its builder signs it. Field names are the thread's. */
export const Manifest = z
  .strictObject({
    schema: z.literal('haunted.manifest/v1').meta({ description: 'Document type and version.' }),
    deployment_id: Name.meta({ description: 'Name of the deployment.' }),
    cluster: Name.meta({ description: 'The logical node: the set of servers that together are one thing.' }),
    generation: z
      .int()
      .min(1)
      .meta({ description: 'Grows with every manifest of the cluster; an older one is a stale plan.' }),
    created_at: Instant.meta({ description: 'When the manifest was made.' }),
    expires_at: Instant.nullable()
      .optional()
      .meta({ description: 'When it stops being in force; null for never.' }),
    previous_manifest_sha256: Sha256.nullable()
      .optional()
      .meta({ description: 'The manifest this one follows; null for the first.' }),
    manifest_sha256: Sha256.meta({
      description: 'sha256 of the RFC 8785 form of this document without this field.',
    }),
    binary_sha256: Sha256.meta({ description: 'The binary every server must run.' }),
    config_sha256: Sha256.nullable()
      .optional()
      .meta({ description: 'The config every server must run; null when configs are not compared.' }),
    artifacts: z
      .array(Artifact)
      .max(LIMITS.list)
      .optional()
      .meta({ description: 'What is deployed, by digest.' }),
    cluster_inventory_required: z.boolean().optional().meta({
      description: 'True: every server in the inventory must answer. `haunted` always requires it.',
    }),
    cluster_inventory: z
      .array(Hostname)
      .min(1)
      .max(LIMITS.inventory)
      .meta({ description: 'Every server of the cluster.' }),
    bound_flags: z.array(FlagName).max(LIMITS.flags).meta({ description: 'The flags this deployment sets.' }),
    flag_ownership_table: z
      .array(FlagOwnership)
      .max(LIMITS.flags)
      .meta({ description: 'Which flag belongs to this binary, and whose it is.' }),
    state: z
      .array(KeptState)
      .max(LIMITS.list)
      .optional()
      .meta({ description: 'What this binary reads and leaves behind on clocks of their own.' }),
    source: ManifestSource.nullable()
      .optional()
      .meta({ description: 'The source tree the flag ownership table was read from; null when it was not.' }),
    reopened_flags: z
      .array(ReopenedFlag)
      .max(LIMITS.flags)
      .optional()
      .meta({ description: 'Names that were used before and are taken again on purpose.' }),
    declared_split: DeclaredSplit.nullable()
      .optional()
      .meta({ description: 'A version split that somebody signed for; null when there is none.' }),
    rollback_target_manifest_sha256: Sha256.nullable()
      .optional()
      .meta({ description: 'The manifest to go back to.' }),
    rollback_target_binary_sha256: Sha256.nullable()
      .optional()
      .meta({ description: 'The binary to go back to.' }),
    rollback_target_cluster_state: z
      .enum(['all_servers_match_manifest', 'not_proven', 'none'])
      .optional()
      .meta({ description: 'What the cluster must be after a rollback; `none` when there is no way back.' }),
    rollback_would_corrupt_cluster: z.boolean().nullable().optional().meta({
      description:
        'Computed by simulating the way back when the manifest was made; null when it could not be. Never typed, and computed again at every gate.',
    }),
  })
  .meta({
    id: 'Manifest',
    title: 'haunted.manifest/v1',
    description: 'What a cluster must run: binary, config, inventory and flag ownership table.',
  });
export type Manifest = z.infer<typeof Manifest>;
