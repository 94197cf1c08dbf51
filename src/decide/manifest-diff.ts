import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import type { FlagChange, ManifestDanger, ManifestDiff, ManifestHead } from '../model/manifest-diff.ts';
import type { Policy } from '../model/policy.ts';
import { type Binding, hostBindings, messageBindings } from './binding.ts';
import { judgeBinding } from './coherence.ts';
import { judgeEarlyRemoval, judgeHistory } from './flag-history.ts';
import { instantOf } from './instant.ts';
import { mayRunBeside } from './may-run.ts';
import { type FlagTable, type Registry, registryOf } from './registry.ts';
import { renamesBetween } from './rename.ts';
import { findingOf, type Seed, shortDigest } from './seed.ts';

type Compared = {
  readonly old: Manifest;
  readonly new: Manifest;
  /** The manifests of the binaries that still run while the new one is being deployed. */
  readonly running: readonly Manifest[];
  readonly policy: Policy;
  readonly now: number;
};

/**
 * What does a new manifest change, and which binary would then read a switch that is not its own? A deploy has two ways to go
 * wrong in between: the new switches reach a binary that still runs (Knight's eighth server), and what is still sent reaches
 * the new binary. Pure and total; the manifests are of one cluster.
 */
export function diffManifests({ old, new: next, running, policy, now }: Compared): ManifestDiff {
  const registry = registryOf(next.cluster, [old, next, ...running]);
  const table = registry.tableOf(next);
  const others = eachOnce(running).filter((manifest) => manifest.manifest_sha256 !== next.manifest_sha256);
  return {
    schema: 'haunted.manifest-diff/v1',
    cluster: next.cluster,
    compared_at: instantOf(now),
    old: headOf(old),
    new: headOf(next),
    running: eachOnce(running).map(headOf),
    binary: { before: old.binary_sha256, after: next.binary_sha256 },
    config: { before: old.config_sha256 ?? null, after: next.config_sha256 ?? null },
    inventory: inventoryChange(old, next),
    flags: flagChanges(registry.tableOf(old), table),
    dangers: eachDangerOnce([
      ...nameDangers(next, others, old, registry),
      ...others.flatMap((manifest) =>
        bindingDangers('new_switch_on_running_binary', manifest, switchesOf(table), registry, policy),
      ),
      ...others.flatMap((manifest) =>
        bindingDangers(
          'old_sender_on_new_binary',
          next,
          messageBindings(registry.tableOf(manifest), new Set()),
          registry,
          policy,
        ),
      ),
    ]),
  };
}

/** Which manifest this is, in a few words. */
export function headOf(manifest: Manifest): ManifestHead {
  const { deployment_id, generation, manifest_sha256, binary_sha256 } = manifest;
  return { deployment_id, generation, manifest_sha256, binary_sha256 };
}

function eachOnce(manifests: readonly Manifest[]): Manifest[] {
  return [...new Map(manifests.map((manifest) => [manifest.manifest_sha256, manifest])).values()];
}

function inventoryChange(old: Manifest, next: Manifest): ManifestDiff['inventory'] {
  const before = new Set(old.cluster_inventory);
  const after = new Set(next.cluster_inventory);
  return { added: [...after.difference(before)], removed: [...before.difference(after)] };
}

function switchesOf(table: FlagTable): Binding[] {
  return [...messageBindings(table, new Set()), ...hostBindings(table)];
}

function nameDangers(
  next: Manifest,
  running: readonly Manifest[],
  old: Manifest,
  registry: Registry,
): ManifestDanger[] {
  const binaries = running.map((manifest) => manifest.binary_sha256);
  const target = registry.find(next.rollback_target_manifest_sha256 ?? '');
  const seeds = [
    ...judgeHistory(next, registry, mayRunBeside(next, old, binaries, target, registry)),
    ...judgeEarlyRemoval(next, binaries, old, registry),
  ];
  return seeds.map((seed) => ({ kind: 'name', reader: null, finding: findingOf(seed, null) }));
}

/** What a binary would take for something else, of the switches that would reach it. How well its own rows are kept is another question. */
const MISREAD: ReadonlySet<string> = new Set(['orphan_flag', 'flag_reused', 'dormant_flag_bound']);

function bindingDangers(
  kind: 'new_switch_on_running_binary' | 'old_sender_on_new_binary',
  reader: Manifest,
  bindings: readonly Binding[],
  registry: Registry,
  policy: Policy,
): ManifestDanger[] {
  const table = registry.tableOf(reader);
  const name = `binary ${shortDigest(reader.binary_sha256)} of ${reader.deployment_id}`;
  return bindings.flatMap((binding) =>
    judgeBinding(binding, table, policy, 'now')
      .filter((seed) => MISREAD.has(seed.code) && seed.effect !== 'none')
      .map((seed: Seed) => ({
        kind,
        reader: headOf(reader),
        finding: { ...findingOf(seed, null), sentence: seed.sentence(name) },
      })),
  );
}

/** The same switch may be sent by two running manifests: one danger, said once. */
function eachDangerOnce(dangers: readonly ManifestDanger[]): ManifestDanger[] {
  return [...new Map(dangers.map((danger) => [keyOf(danger), danger])).values()];
}

function keyOf({ kind, reader, finding }: ManifestDanger): string {
  return JSON.stringify([kind, reader?.manifest_sha256, finding.code, finding.sentence]);
}

type Reading = readonly [
  FlagChange['change'],
  (row: FlagOwnership, isBound: boolean) => string | null | undefined,
];

// What is compared about a flag that both manifests know, in the order it is told.
const READINGS: readonly Reading[] = [
  ['meaning', (row) => row.meaning],
  ['type', (row) => row.type],
  ['target', (row) => row.target],
  ['purpose', (row) => row.purpose],
  ['owner', (row) => row.owner],
  ['state', (row) => row.state],
  ['verification', (row) => row.verification],
  ['bound', (_, isBound) => (isBound ? 'yes' : 'no')],
  ['travels_in', (row) => inWords(row.travels_in)],
  ['senders', (row) => inWords(row.senders)],
  ['unaware', (row) => row.unaware ?? 'refuse'],
];

function inWords(list: readonly string[] | undefined): string | null {
  return list === undefined || list.length === 0 ? null : [...new Set(list)].sort().join(', ');
}

function flagChanges(old: FlagTable, next: FlagTable): FlagChange[] {
  const boundBefore = new Set(old.manifest.bound_flags);
  const boundAfter = new Set(next.manifest.bound_flags);
  const names = [...new Set([...old.byFlag.keys(), ...next.byFlag.keys()])].sort();
  const renamed = new Map(renamesBetween(old, next).map(({ from, to }) => [to.flag, from.flag]));
  return names.flatMap((flag): FlagChange[] => {
    const before = old.byFlag.get(flag);
    const after = next.byFlag.get(flag);
    if (before === undefined || after === undefined) {
      const change = before === undefined ? 'appeared' : 'vanished';
      const whole = { flag, change, before: before?.state ?? null, after: after?.state ?? null } as const;
      const from = renamed.get(flag);
      return from === undefined ? [whole] : [whole, { flag, change: 'renamed', before: from, after: flag }];
    }
    return READINGS.flatMap(([change, read]): FlagChange[] => {
      const pair = {
        before: read(before, boundBefore.has(flag)) ?? null,
        after: read(after, boundAfter.has(flag)) ?? null,
      };
      return pair.before === pair.after ? [] : [{ flag, change, ...pair }];
    });
  });
}
