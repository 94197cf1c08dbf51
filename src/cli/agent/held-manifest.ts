import { watchFile } from '../../agent/ofrep/file-watch.ts';
import type { HeldManifest } from '../../agent/ofrep/guarded-flags.ts';
import { listeners } from '../../agent/ofrep/listeners.ts';
import { ownershipView } from '../../agent/ofrep/ownership.ts';
import type { OwnershipView } from '../../agent/ofrep/ownership.ts';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import { quoted } from '../../model/quoted.ts';
import { openManifest } from '../../seal/open.ts';
import type { Door } from '../../seal/open.ts';

export type ManifestOptions = {
  readonly file: string;
  /** Who is let in, as of the moment of each reading. */
  readonly door: () => Door;
  /** The cluster it must be of; null takes the one of the first. */
  readonly cluster: string | null;
  readonly everyMs: number;
  /** Told when a new manifest is in force (null), and when it is not: why, and the old one stays. */
  readonly onReload: (view: OwnershipView, problem: string | null) => void;
};

/**
 * The manifest in a file, followed. Faults at the start only: BAD_INPUT for one that the door refuses or of another cluster, and what
 * reading throws. Later a manifest that is refused changes nothing: what runs is still held against the last one that was let in.
 */
export async function holdManifest(
  options: ManifestOptions,
): Promise<HeldManifest & { readonly look: () => Promise<void>; readonly close: () => void }> {
  const changed = listeners();
  let view = await load(options, options.cluster);
  const reload = async (): Promise<void> => {
    try {
      const next = await load(options, view.manifest.cluster);
      if (next.manifest.manifest_sha256 === view.manifest.manifest_sha256) return;
      view = next;
      options.onReload(view, null);
      changed.tell();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      options.onReload(view, error.message);
    }
  };
  const watch = await watchFile(options.file, options.everyMs, reload);
  // What was written between the first reading and the start of the watch.
  await reload();
  return { view: () => view, onChange: changed.add, look: reload, close: watch.close };
}

async function load({ file, door }: ManifestOptions, cluster: string | null): Promise<OwnershipView> {
  const source = `The manifest ${shownPath(file)}`;
  const opened = openManifest(await readDocument(file, { what: 'manifest' }), source, door());
  if (!opened.ok)
    throw new Fault('BAD_INPUT', `${source} was refused: ${opened.refused.detail}.`, {
      reason: opened.refused.reason,
    });
  const view = ownershipView(opened.manifest);
  if (cluster === null || view.manifest.cluster === cluster) return view;
  throw new Fault(
    'BAD_INPUT',
    `${source} is of the cluster ${quoted(view.manifest.cluster)}, and this node is of ${quoted(cluster)}.`,
  );
}
