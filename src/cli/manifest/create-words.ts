import { Fault } from '../../fault.ts';
import { Name } from '../../model/text.ts';
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

/** One command line of `haunted manifest create`, understood; paths are as typed. Times in milliseconds since the epoch. */
export type CreateWords = {
  readonly deploymentId: string;
  readonly cluster: string;
  readonly binary: string;
  readonly artifacts: readonly string[];
  readonly configs: readonly string[];
  readonly configSha256: string | undefined;
  /** What was typed; null for the hosts of haunted.yaml. */
  readonly inventory: readonly string[] | null;
  readonly flags: string;
  readonly previous: string | undefined;
  readonly rollbackTo: string | undefined;
  readonly plan: string | undefined;
  readonly history: readonly string[];
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
    flags: requiredText(values, 'flags', 'the flags of the binary, a flags.yaml'),
    previous: optionalText(values, 'previous'),
    rollbackTo: optionalText(values, 'rollback-to'),
    plan: optionalText(values, 'plan'),
    history: historyWords(values, config),
    declaredSplit: optionalText(values, 'declared-split'),
    now,
    createdAt,
    expiresAt,
    keyring: optionalText(values, 'keyring') ?? config.keyring,
    acceptUnsigned: hasSwitch(values, 'accept-unsigned'),
    out: optionalText(values, 'out'),
  };
}

function historyWords(values: Values, config: Config): readonly string[] {
  const typed = textList(values, 'history');
  return typed.length > 0 || config.history === undefined ? typed : [config.history];
}

function requiredName(values: Values, name: string, otherwise: string | undefined, what: string): string {
  const value = optionalText(values, name) ?? otherwise ?? requiredText(values, name, what);
  if (Name.safeParse(value).success) return value;
  throw new Fault('BAD_USAGE', `--${name} is not a name: give 1 to 256 printable characters.`);
}
