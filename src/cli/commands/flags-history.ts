import { flagHistory, flagLife } from '../../decide/flag-life.ts';
import { Fault } from '../../fault.ts';
import type { Config } from '../../model/config.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Command, Values } from '../command.ts';
import { loadConfig } from '../config.ts';
import { lifePage, livesPage } from '../flags/history-page.ts';
import { readSoundManifests } from '../manifest/read-manifest.ts';
import { terminalOf } from '../manifest/terminal.ts';
import { oneOf, optionalText, textList } from '../options.ts';

/** `haunted flags history`: the life of a flag over the manifests of a cluster. */
export const flagsHistory: Command = {
  usage: '[FLAG] --history FILE|FOLDER… [--cluster NAME] [--format table|json]',
  about: [
    'Prints the life of a flag as a timeline: born, touched, asleep, renamed, removed, back, reused or re-opened, with generation, state, type,',
    'owner and meaning. Without FLAG it lists all flags, those with findings first. Verifies no signature. Ends with 0, and with 1 when',
    'the manifests cannot be read or none of them knows the flag. docs/flags-history.md is the manual.',
  ].join('\n'),
  options: {
    history: {
      type: 'string',
      multiple: true,
      value: 'FILE|FOLDER',
      help: 'The manifests of the cluster, in any order; haunted.yaml may name them. May be repeated.',
    },
    cluster: {
      type: 'string',
      value: 'NAME',
      help: 'Which cluster, when the manifests are of several; HAUNTED_CLUSTER or haunted.yaml may name it.',
    },
    format: { type: 'string', value: 'table|json', help: 'table by default.' },
  },
  run: async (values, positionals, io) => {
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const [flag, surplus] = positionals;
    if (surplus !== undefined)
      throw new Fault('BAD_USAGE', 'Give one flag at most: `haunted flags history FLAG --history FOLDER`.');
    const { config } = await loadConfig(io);
    const manifests = await readSoundManifests(historyWords(values, config), io.cwd, null, (sentence) =>
      io.stderr(`haunted: ${sentence}\n`),
    );
    const cluster = clusterOf(manifests, optionalText(values, 'cluster') ?? config.cluster);
    const answer = flag === undefined ? flagHistory(cluster, manifests) : flagLife(cluster, manifests, flag);
    if (flag !== undefined && answer.flags.every(({ events }) => events.length === 0))
      throw new Fault(
        'NOT_FOUND',
        `None of the ${answer.manifests} manifests of ${cluster} knows the flag ${JSON.stringify(flag)}; \`haunted flags history\` without a name lists those they know.`,
      );
    const { width, paint } = terminalOf(io);
    if (format === 'json') io.stdout(`${JSON.stringify(answer, null, 2)}\n`);
    else io.stdout(flag === undefined ? livesPage(answer) : lifePage(answer, width, paint));
    return 0;
  },
};

function historyWords(values: Values, config: Config): readonly string[] {
  const typed = textList(values, 'history');
  if (typed.length > 0) return typed;
  if (config.history !== undefined) return [config.history];
  throw new Fault('BAD_USAGE', '--history is missing: give the manifests of the cluster, files or folders.');
}

function clusterOf(manifests: readonly Manifest[], named: string | undefined): string {
  const clusters = [...new Set(manifests.map(({ cluster }) => cluster))].sort();
  const [only, second] = clusters;
  if (only === undefined)
    throw new Fault('NOT_FOUND', 'The history holds no manifest; give other files or folders.');
  if (named !== undefined) {
    if (clusters.includes(named)) return named;
    throw new Fault(
      'NOT_FOUND',
      `No manifest of the history is of the cluster ${JSON.stringify(named)}; they are of ${clusters.join(', ')}.`,
    );
  }
  if (second === undefined) return only;
  throw new Fault(
    'BAD_USAGE',
    `The manifests are of several clusters (${clusters.join(', ')}): say which with --cluster.`,
  );
}
