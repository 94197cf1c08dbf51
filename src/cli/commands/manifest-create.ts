import path from 'node:path';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { checkManifest } from '../../decide/manifest-check.ts';
import { Fault } from '../../fault.ts';
import { DEFAULT_POLICY } from '../../model/policy.ts';
import type { Command } from '../command.ts';
import { loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { createSummary } from '../manifest/create-summary.ts';
import { CREATE_OPTIONS, type CreateWords, readCreateWords } from '../manifest/create-words.ts';
import { notesOn } from '../manifest/flag-notes.ts';
import { gatherIngredients } from '../manifest/gather.ts';
import { makeManifest } from '../manifest/make-manifest.ts';

/** `haunted manifest create`: the statement of what a cluster must run, computed and not typed. */
export const manifestCreate: Command = {
  usage:
    '--deployment-id NAME --cluster NAME --binary FILE|SHA --inventory HOST,…|FILE --flags FILE|--source DIR [--previous FILE]',
  about: [
    'Makes a manifest: digests, generation, each flag’s meaning, and whether going back from it would corrupt the cluster, which is',
    'simulated. Prints it, or writes it with --out; stderr tells what was found. Without a keyring the manifests given are taken on',
    'your own account. Ends with 0 when the manifest is made, even when a gate would block it, and with 1 when it cannot be made.',
  ].join('\n'),
  options: CREATE_OPTIONS,
  run: async (values, positionals, io) => {
    const { config } = await loadConfig(io);
    const words = readCreateWords(values, positionals, config, io);
    requireOtherFile(words, io);
    const given = await gatherIngredients(words, config, io);
    const made = makeManifest(given);
    const { findings } = checkManifest({
      manifest: made.manifest,
      refused: null,
      policy: DEFAULT_POLICY,
      now: words.createdAt,
    });
    const text = `${JSON.stringify(made.manifest, null, 2)}\n`;
    if (words.out === undefined) io.stdout(text);
    else await writeFileAtomic(path.resolve(io.cwd, words.out), text);
    const known = [given.previous, given.target].filter((manifest) => manifest !== null);
    const history = [...given.history, ...known];
    io.stderr(
      createSummary({
        made,
        given,
        notes: notesOn(given.table, history),
        findings: findings.filter((finding) => finding.effect !== 'none').length,
      }),
    );
    return 0;
  },
};

/** A manifest that was written over cannot be gone back to. */
function requireOtherFile({ out, previous, rollbackTo, history }: CreateWords, io: Io): void {
  if (out === undefined) return;
  const target = path.resolve(io.cwd, out);
  const inputs = [previous, rollbackTo, ...history].filter((file) => file !== undefined);
  if (!inputs.some((file) => path.resolve(io.cwd, file) === target)) return;
  throw new Fault('BAD_USAGE', '--out names a manifest that is read here; write the new one beside it.');
}
