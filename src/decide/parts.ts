import type { Manifest } from '../model/manifest.ts';
import { type Seed, seedOf } from './seed.ts';

/**
 * Do the parts of a manifest fit each other? A part that needs an interface which no part provides was packed beside the wrong one:
 * in azure_leapday_2012 a rollback joined the older host agent to the plugin of the newer, and every server lost its network.
 */
export function judgeParts(manifest: Manifest): Seed[] {
  const parts = manifest.artifacts ?? [];
  const provided = new Set(parts.flatMap((part) => part.provides ?? []));
  const sorted = [...parts].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.flatMap((part) =>
    [...new Set(part.needs)].sort().flatMap((need) =>
      provided.has(need)
        ? []
        : [
            seedOf('parts_do_not_fit', {
              expected: need,
              actual: [...provided].sort().join(', ') || null,
              where: [`artifact:${part.name}`, `manifest:${manifest.deployment_id}`],
              sentence: `Part ${part.name} of manifest ${manifest.deployment_id} needs ${need}, and no part of it provides that.`,
            }),
          ],
    ),
  );
}
