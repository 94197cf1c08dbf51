import { Fault } from '../../fault.ts';
import { Name } from '../../model/text.ts';
import { ReopenedFlag } from '../../model/manifest.ts';
import type { Option, Values } from '../command.ts';
import type { Config } from '../../model/config.ts';
import type { Io } from '../io.ts';
import { hasSwitch, optionalText, requiredText, textList, timeOption } from '../options.ts';

export const CREATE_OPTIONS = {
  'deployment-id': { type: 'string', value: 'NAME', help: 'What this deployment is called.' },
  cluster: {
    type: 'string',
    value: 'NAME',
    help: 'The cluster; HAUNTED_CLUSTER or haunted.yaml may name it.',
  },
  binary: {
    type: 'string',
    value: 'FILE|FOLDER|SHA',
    help: 'What every server must run: an executable, a release folder, or the digest of an OCI image.',
  },
  artifact: {
    type: 'string',
    multiple: true,
    value: 'NAME=KIND:FILE|SHA',
    help: 'Something else that is deployed; KIND is executable, oci_image or tree. May be repeated.',
  },
  config: {
    type: 'string',
    multiple: true,
    value: '[PATH=]FILE',
    help: 'The config every server must run. With several, PATH says where each lies on the servers.',
  },
  'config-sha256': { type: 'string', value: 'SHA', help: 'The digest of the config, instead of --config.' },
  inventory: {
    type: 'string',
    multiple: true,
    value: 'HOST,…|FILE',
    help: 'Every server, separated by commas, or a file with one a line; haunted.yaml may list them.',
  },
  flags: { type: 'string', value: 'FILE', help: 'The flags of the binary; docs/flags-yaml.md.' },
  source: {
    type: 'string',
    value: 'DIR',
    help: 'The source tree of the binary: its flags are read from the code, as `haunted flags scan` does.',
  },
  definitions: {
    type: 'string',
    multiple: true,
    value: 'FILE|FOLDER',
    help: 'With --source: what defines the flags; haunted.yaml may name it. May be repeated.',
  },
  previous: {
    type: 'string',
    value: 'FILE',
    help: 'The manifest this one follows: generation, meanings and tombstones come from it.',
  },
  'rollback-to': {
    type: 'string',
    value: 'FILE',
    help: 'The manifest to go back to; the previous one by default.',
  },
  plan: {
    type: 'string',
    value: 'FILE',
    help: 'What the rollback button would do; by default to the target, all at once.',
  },
  history: {
    type: 'string',
    multiple: true,
    value: 'FILE|FOLDER',
    help: 'Other manifests of the cluster, to find names that are taken; haunted.yaml may name them. May be repeated.',
  },
  reopen: {
    type: 'string',
    multiple: true,
    value: 'FLAG',
    help: 'A name used before that is taken again on purpose, with a new meaning. May be repeated.',
  },
  reason: {
    type: 'string',
    multiple: true,
    value: 'TEXT',
    help: 'Why it is re-opened: one for each --reopen in the same order, or one for all.',
  },
  by: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'Who answers for re-opening it: one for each --reopen in the same order, or one for all.',
  },
  state: {
    type: 'string',
    value: 'FILE',
    help: 'What the binary reads and leaves behind on clocks of their own, JSON: state, lives_in, reads, writes.',
  },
  parts: {
    type: 'string',
    value: 'FILE',
    help: 'What each part of it provides and needs, JSON by the name of the artifact: provides, needs.',
  },
  'declared-split': {
    type: 'string',
    value: 'FILE',
    help: 'A version split you sign for, JSON: pairs, reason, until.',
  },
  'expires-at': { type: 'string', value: 'TIME', help: 'When it stops being in force; never by default.' },
  'created-at': { type: 'string', value: 'TIME', help: 'When it is made; now by default.' },
  now: { type: 'string', value: 'TIME', help: 'What to take for the present, such as 2012-07-27T00:00:00Z.' },
  keyring: { type: 'string', value: 'FILE', help: 'Whose signatures count on the manifests given.' },
  'accept-unsigned': {
    type: 'boolean',
    help: 'With a keyring: take bare manifests too, on your own account.',
  },
  out: { type: 'string', value: 'FILE', help: 'Where to write the manifest; stdout by default.' },
} as const satisfies Record<string, Option>;

/** Where the flags come from: a flags.yaml, or a source tree with or without one. */
type FlagWords =
  | { readonly source: undefined; readonly flags: string }
  | { readonly source: string; readonly flags: string | undefined };

/** One command line of `haunted manifest create`, understood; paths are as typed. Times in milliseconds since the epoch. */
export type CreateWords = FlagWords & {
  readonly deploymentId: string;
  readonly cluster: string;
  readonly binary: string;
  readonly artifacts: readonly string[];
  readonly configs: readonly string[];
  readonly configSha256: string | undefined;
  /** What was typed; null for the hosts of haunted.yaml. */
  readonly inventory: readonly string[] | null;
  readonly definitions: readonly string[];
  readonly previous: string | undefined;
  readonly rollbackTo: string | undefined;
  readonly plan: string | undefined;
  readonly history: readonly string[];
  readonly reopened: readonly ReopenedFlag[];
  readonly state: string | undefined;
  readonly parts: string | undefined;
  readonly declaredSplit: string | undefined;
  readonly now: number;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly keyring: string | undefined;
  readonly acceptUnsigned: boolean;
  readonly out: string | undefined;
};

/** What a command line asks for; what it leaves out, `config` may say. Fault BAD_USAGE names the first word that is missing or wrong. */
export function readCreateWords(
  values: Values,
  positionals: readonly string[],
  config: Config,
  io: Io,
): CreateWords {
  const [extra] = positionals;
  if (extra !== undefined)
    throw new Fault(
      'BAD_USAGE',
      `\`haunted manifest create\` takes options only, and ${JSON.stringify(extra)} is none.`,
    );
  const inventory = textList(values, 'inventory');
  if (inventory.length === 0 && (config.inventory?.hosts ?? []).length === 0)
    throw new Fault('BAD_USAGE', '--inventory is missing: name every server of the cluster.');
  const now = timeOption(values, 'now', io.now());
  const createdAt = timeOption(values, 'created-at', now);
  if (createdAt > now)
    throw new Fault(
      'BAD_USAGE',
      '--created-at lies in the future: a manifest cannot be made later than now.',
    );
  const expiresAt =
    optionalText(values, 'expires-at') === undefined ? null : timeOption(values, 'expires-at', now);
  if (expiresAt !== null && expiresAt <= createdAt)
    throw new Fault('BAD_USAGE', '--expires-at is not after the time the manifest is made at.');
  return {
    deploymentId: requiredName(values, 'deployment-id', undefined, 'what this deployment is called'),
    cluster: requiredName(values, 'cluster', config.cluster, 'the cluster it is for'),
    binary: requiredText(values, 'binary', 'the file, folder or digest that every server must run'),
    artifacts: textList(values, 'artifact'),
    configs: textList(values, 'config'),
    configSha256: optionalText(values, 'config-sha256'),
    inventory: inventory.length === 0 ? null : inventory,
    ...flagWords(values),
    definitions: textList(values, 'definitions'),
    previous: optionalText(values, 'previous'),
    rollbackTo: optionalText(values, 'rollback-to'),
    plan: optionalText(values, 'plan'),
    history: historyWords(values, config),
    reopened: reopenedWords(values),
    state: optionalText(values, 'state'),
    parts: optionalText(values, 'parts'),
    declaredSplit: optionalText(values, 'declared-split'),
    now,
    createdAt,
    expiresAt,
    keyring: optionalText(values, 'keyring') ?? config.keyring,
    acceptUnsigned: hasSwitch(values, 'accept-unsigned'),
    out: optionalText(values, 'out'),
  };
}

function flagWords(values: Values): FlagWords {
  const source = optionalText(values, 'source');
  if (source !== undefined) return { source, flags: optionalText(values, 'flags') };
  if (textList(values, 'definitions').length > 0)
    throw new Fault(
      'BAD_USAGE',
      '--definitions go with --source: name the folder that holds the source code.',
    );
  const what = 'the flags of the binary, a flags.yaml, or the source code with --source';
  return { source, flags: requiredText(values, 'flags', what) };
}

function historyWords(values: Values, config: Config): readonly string[] {
  const typed = textList(values, 'history');
  return typed.length > 0 || config.history === undefined ? typed : [config.history];
}

function reopenedWords(values: Values): ReopenedFlag[] {
  const flags = textList(values, 'reopen');
  const twice = flags.find((flag, at) => flags.indexOf(flag) !== at);
  if (twice !== undefined)
    throw new Fault('BAD_USAGE', `--reopen ${JSON.stringify(twice)} is given twice: once is enough.`);
  const reasons = oneForEach(values, 'reason', flags.length, 'why the name is taken again');
  const people = oneForEach(values, 'by', flags.length, 'who answers for it');
  return flags.map((flag, at) => {
    const parsed = ReopenedFlag.safeParse({ flag, reason: reasons[at], by: people[at] });
    if (parsed.success) return parsed.data;
    const [field] = parsed.error.issues.map(({ path }) => String(path[0]));
    const option = field === 'flag' || field === undefined ? 'reopen' : field;
    throw new Fault('BAD_USAGE', `--${option} is not a text that can be signed: give printable characters.`);
  });
}

/** The values of an option that stands beside --reopen: as many as there are names, or one that holds for all of them. */
function oneForEach(values: Values, name: string, count: number, what: string): readonly string[] {
  const given = textList(values, name);
  const [first] = given;
  if (count === 0 && first !== undefined)
    throw new Fault('BAD_USAGE', `--${name} says ${what}, and no --reopen names one.`);
  if (given.length === count) return given;
  if (given.length === 1 && first !== undefined) return Array.from({ length: count }, () => first);
  if (first === undefined) throw new Fault('BAD_USAGE', `--${name} is missing: --reopen needs ${what}.`);
  throw new Fault(
    'BAD_USAGE',
    `--${name} is given ${given.length} times for ${count} --reopen: give one for each in the same order, or one for all.`,
  );
}

function requiredName(values: Values, name: string, otherwise: string | undefined, what: string): string {
  const value = optionalText(values, name) ?? otherwise ?? requiredText(values, name, what);
  if (Name.safeParse(value).success) return value;
  throw new Fault('BAD_USAGE', `--${name} is not a name: give 1 to 256 printable characters.`);
}
