import { Fault } from '../../fault.ts';
import { gateHere } from '../button/gate-here.ts';
import { GATE_OPTIONS } from '../button/options.ts';
import { theCluster } from '../button/the-cluster.ts';
import type { ClusterState } from '../../ledger/state.ts';
import type { Command } from '../command.ts';
import { stateJson, statePage } from '../ledger/state-page.ts';
import { oneOf } from '../options.ts';
import { unaskedChange } from '../../gate/unasked.ts';
import { printable, shortDigest } from '../render/terminal-text.ts';

/** `haunted quarantine show`: where one cluster stands, and how to go on. */
export const quarantineShow: Command = {
  usage: '[--cluster C] [--ledger FILE | --server URL] [--format table|json]',
  about: [
    'Shows where a cluster stands by its ledger: what it has to run, a change under way, quarantines, what each server showed last, and the',
    'command that goes on from here. Ends with 0 when all is well, 4 in quarantine, 3 while a change is open or nobody has asked the servers',
    'since it ended, and 1 when nobody can say.',
  ].join('\n'),
  options: { format: { type: 'string', value: 'table|json', help: 'table by default.' }, ...GATE_OPTIONS },
  run: async (values, positionals, io) => {
    if (positionals.length > 0) throw new Fault('BAD_USAGE', 'Name a cluster with --cluster.');
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const { gate, close } = await gateHere(values, io);
    try {
      const state = await theCluster(gate, values, io);
      const { change, quarantines } = state;
      const unasked = unaskedChange(state);
      if (format === 'json') io.stdout(`${JSON.stringify(stateJson(state, io.now()), null, 2)}\n`);
      else {
        const shown = serversOf(state);
        const next =
          change !== null
            ? `Wait for ${change.change}. When nobody runs it any more: haunted resume --abandon ${change.change}`
            : quarantines.size > 0
              ? 'Mend the servers, then: haunted resume'
              : unasked !== null
                ? `Nobody has asked the servers since ${unasked.change} ended (${unasked.ended.outcome}), so the cluster is unproven. Ask them: haunted resume`
                : 'Nothing to do.';
        io.stdout([...statePage(state, io.now()), 'servers', ...shown, '', next, ''].join('\n'));
      }
      return change !== null ? 3 : quarantines.size > 0 ? 4 : unasked !== null ? 3 : 0;
    } finally {
      await close();
    }
  },
};

/** What each server showed last. One that is held to be unproven although that was accepted has been asked since, and was silent. */
function serversOf({ nodes, quarantines }: ClusterState): readonly string[] {
  const unproven = new Set([...quarantines.values()].flatMap((quarantine) => quarantine.unproven));
  const silent = [...unproven].filter((hostname) => !nodes.has(hostname));
  return [
    ...[...nodes.values()].map(({ hostname, last: { accepted, binary_sha256, time } }) => {
      const word = !accepted ? 'REFUSED' : unproven.has(hostname) ? 'SILENT since' : 'accepted';
      return printable(`  ${hostname}  ${word}  ${shortDigest(binary_sha256)}  ${time}`);
    }),
    ...silent.map((hostname) => printable(`  ${hostname}  SILENT  nothing shown yet`)),
  ];
}
