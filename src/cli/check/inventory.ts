import type { Intent } from '../../model/intent.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { OpenedManifest } from '../../model/verified.ts';

/** The servers whose state a gate asks about now, as the manifest that is in force there lists them. */
export function inventoryOf(intent: Intent, history: readonly OpenedManifest[]): readonly string[] {
  const [manifest] = candidates(intent, history).flatMap((opened) =>
    opened?.ok === true ? [opened.manifest.value] : [],
  );
  return manifest?.cluster_inventory ?? [];
}

function candidates(intent: Intent, history: readonly OpenedManifest[]): readonly (OpenedManifest | null)[] {
  switch (intent.gate) {
    case 'deploy':
      return [intent.current];
    case 'activate':
    case 'proof':
      return [intent.manifest];
    case 'rollback':
      // The judge takes the newest manifest known for the one being left when nobody names it.
      return [
        intent.current,
        ...[intent.target, ...history].sort((a, b) => generationOf(b) - generationOf(a)),
      ];
  }
}

function generationOf(opened: OpenedManifest | null): number {
  const manifest: Manifest | null = opened?.ok === true ? opened.manifest.value : null;
  return manifest?.generation ?? 0;
}
