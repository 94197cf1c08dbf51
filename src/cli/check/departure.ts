import { Fault } from '../../fault.ts';
import type { Intent } from '../../model/intent.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Evidence, OpenedManifest } from '../../model/verified.ts';

const NAME_IT =
  'name the manifest being left with --current, because its senders decide what the rollback would meet.';

/**
 * Does everybody know which manifest a rollback leaves? Named with --current it is known. Otherwise the judge takes the newest one it
 * was given, and that is a guess: a rollback judged without the manifest whose senders still send looks harmless. So it is
 * Fault AMBIGUOUS when two manifests are the newest, when no server runs the newest, or when a server runs what none describes.
 */
export function requireKnownDeparture(intent: Intent, evidence: Evidence): void {
  if (intent.gate !== 'rollback' || intent.current !== null) return;
  const known = new Map([intent.target, ...evidence.history].flatMap(openedManifest));
  const [newest, another] = [...known.values()].sort((a, b) => b.generation - a.generation);
  if (newest === undefined) return;
  if (another?.generation === newest.generation)
    throw new Fault(
      'AMBIGUOUS',
      `Two of the manifests given are of generation ${newest.generation}, and haunted does not pick: ${NAME_IT}`,
    );
  const binaries = new Set([...known.values()].map((manifest) => manifest.binary_sha256));
  const stranger = evidence.reports.find(({ value }) => !binaries.has(value.binary_sha256))?.value;
  if (stranger !== undefined)
    throw new Fault(
      'AMBIGUOUS',
      `${stranger.hostname} runs the binary ${stranger.binary_sha256.slice(0, 12)}, which no manifest given describes: ${NAME_IT}`,
    );
  const isSeen = evidence.reports.some(({ value }) => value.binary_sha256 === newest.binary_sha256);
  if (!isSeen && evidence.reports.length > 0)
    throw new Fault(
      'AMBIGUOUS',
      `No server runs the newest manifest given (generation ${newest.generation}): ${NAME_IT}`,
    );
}

function openedManifest(opened: OpenedManifest | null): [string, Manifest][] {
  return opened?.ok === true ? [[opened.manifest.value.manifest_sha256, opened.manifest.value]] : [];
}
