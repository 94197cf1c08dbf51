import type { EntryKind, LedgerEntry } from '../../model/entry.ts';
import { shortDigest } from '../render/terminal-text.ts';

type EntryOf<K extends EntryKind> = Extract<LedgerEntry, { kind: K }>;

/** One entry in a few words, for a table. */
export function summaryOf({ kind, body }: LedgerEntry): string {
  return (SUMMARIES[kind] as (body: LedgerEntry['body']) => string)(body);
}

const SUMMARIES: { readonly [K in EntryKind]: (body: EntryOf<K>['body']) => string } = {
  manifest_accepted: ({ deployment_id, generation, manifest_sha256, standing }) =>
    `${deployment_id}, generation ${generation}, ${shortDigest(manifest_sha256)}, ${standing}`,
  manifest_refused: ({ manifest_sha256, mark, reason }) =>
    `${shortDigest(manifest_sha256)} ${mark}: ${reason}`,
  change_begun: ({ change, action, manifest_sha256, actor }) =>
    `${change}: ${action} ${action === 'rollback' ? 'to' : 'of'} ${shortDigest(manifest_sha256)} by ${actor}`,
  change_ended: ({ change, outcome, exit_status, signal }) => {
    const how = exit_status === null ? (signal ?? '') : `exit status ${exit_status}`;
    return `${change}: ${outcome}${how === '' ? '' : `, ${how}`}`;
  },
  proof: ({ hostname, binary_sha256, accepted, findings, event_id }) => {
    const what = accepted ? 'accepted' : `not accepted (${findings.join(', ') || 'no code'})`;
    return `${hostname} runs ${shortDigest(binary_sha256)}, ${what}${event_id === null ? '' : `, for ${event_id}`}`;
  },
  verdict: ({ gate, verdict, findings, event_id }) => {
    const codes = findings.length === 0 ? '' : `: ${findings.join(', ')}`;
    return `${gate}: ${verdict}${event_id === null ? '' : ` for ${event_id}`}${codes}`;
  },
  quarantine_opened: ({ quarantine, unproven, reason }) =>
    `${quarantine}: ${unproven.length} unproven (${unproven.slice(0, 3).join(', ')}${unproven.length > 3 ? ', …' : ''}): ${reason}`,
  quarantine_released: ({ quarantine, release }) =>
    release.by === 'proof'
      ? `${quarantine}: proven in ${release.event_id}`
      : `${quarantine}: by the key ${shortDigest(release.keyid)}: ${release.reason}`,
  lease: ({ nodes, state, until }) =>
    `${state} until ${until}: ${nodes
      .slice(0, 3)
      .map(({ hostname }) => hostname)
      .join(', ')}${nodes.length > 3 ? ` and ${nodes.length - 3} more` : ''}`,
  bypass: ({ bypass, until, reason }) => `${bypass} until ${until}: ${reason}`,
  kill: ({ switch: name, state, actor, reason }) => `${name} ${state} by ${actor}: ${reason}`,
  incident_classified: ({ change, rollback_type }) => `${change} was ${rollback_type}`,
};
