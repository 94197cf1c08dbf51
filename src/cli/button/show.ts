import type { Verdict } from '../../model/verdict.ts';
import type { Settled } from '../../gate/gate.ts';
import type { Io } from '../io.ts';
import { loadRenderer } from '../render/load-renderer.ts';
import { printable, shortDigest } from '../render/terminal-text.ts';
import { VERSION } from '../version.ts';

/** A verdict as `haunted check` prints it, for people. */
export async function verdictPage(verdict: Verdict, io: Io): Promise<string> {
  const render = await loadRenderer('table');
  const colour = io.isStdoutTty && !io.env['NO_COLOR'] && io.env['TERM'] !== 'dumb';
  const { stdoutColumns: columns = 0 } = io;
  return render({
    verdict,
    shadow: false,
    inventory: [],
    document: { uri: '', text: '' },
    terminal: { width: columns > 0 ? columns : 100, colour },
    version: VERSION,
  });
}

/** What followed from it, one line each. */
export function afterwards(settled: Settled): string {
  const { event_id, in_force, quarantine, released, leased, rollback_type, way_back, troubles } = settled;
  return [
    `in force    ${in_force === null ? 'no manifest' : shortDigest(in_force)}`,
    ...(quarantine === null
      ? []
      : [
          `quarantine  ${quarantine}`,
          `            Let every server prove itself and say \`haunted resume\`; or let an operator sign: \`haunted quarantine release ${quarantine}\`.`,
        ]),
    ...(released.length === 0 ? [] : [`released    ${released.join(', ')}`]),
    `leases      ${leased.length === 0 ? 'none' : leased.join(', ')}`,
    ...(rollback_type === null
      ? []
      : [
          `rollback    ${rollback_type}`,
          `            A record of it: \`haunted incidents draft --from-ledger ${event_id}\`.`,
        ]),
    ...(way_back === null ? [] : [`way back    ${wayBack(way_back)}`]),
    ...troubles.map((trouble) => `trouble     ${printable(trouble)}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function wayBack({ verdict, block_reason, manifest_sha256 }: Verdict): string {
  const reason = block_reason === null ? '' : `: ${printable(block_reason)}`;
  return `a rollback to ${shortDigest(manifest_sha256 ?? '')} from here would get ${verdict}${reason}`;
}
