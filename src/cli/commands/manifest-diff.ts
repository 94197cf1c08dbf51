import { diffManifests } from '../../decide/manifest-diff.ts';
import { Fault } from '../../fault.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Command } from '../command.ts';
import { diffMarkdown } from '../manifest/diff-markdown.ts';
import { diffTable } from '../manifest/diff-table.ts';
import { POLICY_OPTION, policyOf } from '../manifest/policy-option.ts';
import { readSoundManifest } from '../manifest/read-manifest.ts';
import { terminalOf } from '../manifest/terminal.ts';
import { oneOf, textList, timeOption } from '../options.ts';

/** `haunted manifest diff`: what a new manifest changes, and which running binary would read a switch that is not its own. */
export const manifestDiff: Command = {
  usage: 'OLD NEW [--running FILE…] [--policy FILE] [--format table|json|markdown]',
  about: [
    'Tells which flags change meaning, type, owner or state, appear or vanish, and what else changes. Names every switch that a running',
    'binary would take for something else: new switches on what still runs (OLD, or the manifests of --running), and what is still sent',
    'on the new binary. Verifies no signature. Ends with 0 without danger, 2 with danger, and 1 when a manifest cannot be read.',
  ].join('\n'),
  options: {
    running: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'The manifest of a binary that still runs; OLD by default. May be repeated.',
    },
    ...POLICY_OPTION,
    now: { type: 'string', value: 'TIME', help: 'The time written into the answer.' },
    format: { type: 'string', value: 'table|json|markdown', help: 'table by default.' },
  },
  run: async (values, positionals, io) => {
    const format = oneOf(values, 'format', ['table', 'json', 'markdown'], 'table');
    const now = timeOption(values, 'now', io.now());
    const [oldFile, newFile, surplus] = positionals;
    if (oldFile === undefined || newFile === undefined || surplus !== undefined)
      throw new Fault('BAD_USAGE', 'Give two manifests: `haunted manifest diff OLD NEW`.');
    const policy = await policyOf(values, io);
    const old = await readSoundManifest(oldFile, io.cwd, null);
    const next = await readSoundManifest(newFile, io.cwd, null);
    const running: Manifest[] = [];
    for (const file of textList(values, 'running')) running.push(await readSoundManifest(file, io.cwd, null));
    requireOneCluster(next, [old, ...running]);
    const diff = diffManifests({
      old,
      new: next,
      running: running.length === 0 ? [old] : running,
      policy,
      now,
    });
    const { width, paint } = terminalOf(io);
    if (format === 'json') io.stdout(`${JSON.stringify(diff, null, 2)}\n`);
    else io.stdout(format === 'table' ? diffTable(diff, width, paint) : diffMarkdown(diff));
    return diff.dangers.length === 0 ? 0 : 2;
  },
};

function requireOneCluster(next: Manifest, others: readonly Manifest[]): void {
  const other = others.find((manifest) => manifest.cluster !== next.cluster);
  if (other === undefined) return;
  throw new Fault(
    'BAD_INPUT',
    `The manifest ${other.deployment_id} is for the cluster ${JSON.stringify(other.cluster)}, and ${next.deployment_id} is for ${JSON.stringify(next.cluster)}: they cannot be compared.`,
  );
}
