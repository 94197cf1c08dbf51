import { checkManifest } from '../../decide/manifest-check.ts';
import { Fault } from '../../fault.ts';
import type { ManifestCheck } from '../../model/manifest-check.ts';
import type { Command } from '../command.ts';
import { POLICY_OPTION, policyOf } from '../manifest/policy-option.ts';
import { readManifest, type ReadManifest, readSoundManifests } from '../manifest/read-manifest.ts';
import { terminalOf } from '../manifest/terminal.ts';
import { oneOf, textList, timeOption } from '../options.ts';
import { findingLines } from '../render/table-findings.ts';
import { type Paint, printable, shortDigest } from '../render/terminal-text.ts';

/** `haunted manifest check`: what can be said about one manifest without a cluster. */
export const manifestCheck: Command = {
  usage: 'FILE [--history FILE|FOLDER…] [--policy FILE] [--now TIME] [--format table|json]',
  about: [
    'Says what is wrong with one manifest by its own words: its digest, contradictions, whether it is in force, the flags it binds, its',
    'tombstones, and its way back; with --history also whether what it re-opens was used before. Verifies no signature and looks at no server. Ends with 0 when nothing is wrong, 2 with findings,',
    'and 1 when it cannot be read.',
  ].join('\n'),
  options: {
    history: {
      type: 'string',
      multiple: true,
      value: 'FILE|FOLDER',
      help: 'Older manifests of the cluster, to judge what is re-opened. May be repeated.',
    },
    ...POLICY_OPTION,
    now: { type: 'string', value: 'TIME', help: 'Judge as of then, such as 2012-08-01T09:30:00Z.' },
    format: { type: 'string', value: 'table|json', help: 'table by default.' },
  },
  run: async (values, positionals, io) => {
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const now = timeOption(values, 'now', io.now());
    const [file, surplus] = positionals;
    if (file === undefined || surplus !== undefined)
      throw new Fault('BAD_USAGE', 'Give one manifest: `haunted manifest check FILE`.');
    const policy = await policyOf(values, io);
    const read = await readManifest(file, io.cwd);
    const { source, problem, manifest } = read;
    const history = await readSoundManifests(textList(values, 'history'), io.cwd, null, (sentence) =>
      io.stderr(`haunted: ${sentence}\n`),
    );
    const refused =
      problem === null
        ? null
        : { reason: problem.reason, detail: problem.detail, source, claimed_hostname: null };
    const answer = checkManifest({ manifest, refused, policy, now, history });
    const { width, paint } = terminalOf(io);
    io.stdout(format === 'json' ? `${JSON.stringify(answer, null, 2)}\n` : page(answer, read, width, paint));
    return answer.is_clean ? 0 : 2;
  },
};

function page(answer: ManifestCheck, { signatures }: ReadManifest, width: number, paint: Paint): string {
  const { manifest, findings } = answer;
  const wrong = findings.filter((finding) => finding.effect !== 'none').length;
  const word = answer.is_clean
    ? paint('good', 'CLEAN')
    : paint('bad', `${wrong} ${wrong === 1 ? 'FINDING' : 'FINDINGS'}`);
  const signed = signatures === null ? 'not signed' : 'signed, and the signature is not verified here';
  const lines = [
    `${word}: manifest ${printable(manifest.deployment_id)} of ${printable(answer.cluster)}, generation ${manifest.generation}, ${shortDigest(manifest.manifest_sha256)}, ${signed}`,
    ...findingLines({ findings, findings_omitted: {} }, width, paint),
  ];
  return `${lines.join('\n')}\n`;
}
