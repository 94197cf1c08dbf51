import { sitesOf } from '../../decide/coherence.ts';
import type { FlagOwnership } from '../../model/flag.ts';
import type { Manifest } from '../../model/manifest.ts';
import { listNames } from '../render/name-list.ts';
import { alignRows, labelled } from './aligned.ts';
import type { ReadManifest } from './read-manifest.ts';

const SERVERS_SHOWN = 12;

/** One manifest as a page for people. It says what the manifest claims, and that nobody verified its signatures here. */
export function showPage(read: ReadManifest): string {
  const { manifest } = read;
  const artifacts = manifest.artifacts ?? [];
  const lines = [
    ...labelled([
      ['deployment', manifest.deployment_id],
      ['cluster', manifest.cluster],
      ['generation', `${manifest.generation}, ${followWords(manifest)}`],
      ['made', `${manifest.created_at}, ${expiryWords(manifest)}`],
      ['manifest', `${manifest.manifest_sha256} ${read.problem === null ? '(digest is right)' : ''}`],
      ...(read.problem === null ? [] : ([['', `NOT SOUND: ${read.problem.detail}`]] as const)),
      ['signature', signatureWords(read.signatures)],
      ['binary', manifest.binary_sha256],
      ['config', manifest.config_sha256 ?? 'not compared'],
      ['servers', serverWords(manifest)],
      ['way back', wayBackWords(manifest)],
      ['split', splitWords(manifest)],
    ]),
    ...section(
      'Artifacts',
      ['NAME', 'KIND', 'SHA256', 'PATH'],
      artifacts.map(({ name, kind, sha256, path }) => [name, kind, sha256, path ?? '-']),
    ),
    ...section('Flag ownership table', FLAG_HEAD, flagRows(manifest)),
    ...strayLines(manifest),
  ];
  return `${lines.join('\n')}\n`;
}

function followWords({ previous_manifest_sha256: previous }: Manifest): string {
  return previous === null || previous === undefined ? 'the first' : `after manifest ${previous}`;
}

function expiryWords({ expires_at: expires }: Manifest): string {
  return expires === null || expires === undefined ? 'never expires' : `expires ${expires}`;
}

function signatureWords(keyids: readonly string[] | null): string {
  if (keyids === null) return 'none: this manifest is bare';
  const names = keyids.map((keyid) => (keyid === '' ? 'a key that is not named' : keyid)).join(', ');
  return `made by ${names}; NOT verified here, \`haunted manifest verify\` does that`;
}

function serverWords({ cluster_inventory: servers }: Manifest): string {
  return `${servers.length}: ${listNames(servers, SERVERS_SHOWN)}`;
}

function wayBackWords(manifest: Manifest): string {
  const target = manifest.rollback_target_manifest_sha256 ?? null;
  const corrupts = manifest.rollback_would_corrupt_cluster ?? null;
  const to = target === null ? 'no target' : `to manifest ${target}`;
  if (corrupts === null) return `${to}, not simulated`;
  return `${to}, ${corrupts ? 'WOULD CORRUPT THE CLUSTER' : 'no server would be wrong'} when it was made`;
}

function splitWords({ declared_split: split }: Manifest): string {
  if (split === null || split === undefined) return 'none declared';
  const until = split.until === null || split.until === undefined ? '' : ` until ${split.until}`;
  return `${split.pairs.length} more (binary, config) pair${split.pairs.length === 1 ? '' : 's'} declared${until}: ${split.reason}`;
}

const FLAG_HEAD = [
  'FLAG',
  'STATE',
  'BOUND',
  'OWNER',
  'VERIFIED',
  'TYPE',
  'MEANING',
  'REACHES IT BY',
  'LIVES IN',
  'PURPOSE',
];

function flagRows({ flag_ownership_table: rows, bound_flags }: Manifest): string[][] {
  const bound = new Set(bound_flags);
  return rows.map((row) => [
    row.flag,
    row.state,
    bound.has(row.flag) ? 'yes' : 'no',
    row.owner ?? 'unknown',
    row.verification === 'verified' ? 'yes' : 'no',
    row.type ?? '-',
    row.meaning,
    channelWords(row),
    sitesOf(row).join(', ') || '-',
    row.purpose ?? '-',
  ]);
}

function channelWords({ travels_in, senders }: FlagOwnership): string {
  const names = senders ?? [];
  const channels = (travels_in ?? []).map((channel) =>
    channel === 'message' && names.length > 0 ? `message from ${names.join(' and ')}` : channel,
  );
  return channels.join(', ') || '-';
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? ['', `${title}: empty`] : ['', title, ...alignRows(head, rows)];
}

/** Bound, and not in the table: orphan switches by the manifest's own words. */
function strayLines({ bound_flags, flag_ownership_table }: Manifest): string[] {
  const owned = new Set(flag_ownership_table.map((row) => row.flag));
  const strays = bound_flags.filter((flag) => !owned.has(flag));
  return strays.length === 0 ? [] : ['', `Bound, and not in the table: ${listNames(strays, SERVERS_SHOWN)}`];
}
