import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import { readKeyring } from '../../adapters/files/keyring-file.ts';
import { requireProgram } from '../../adapters/process/find-program.ts';
import { openLedger } from '../../adapters/sqlite/ledger.ts';
import { Fault } from '../../fault.ts';
import type { Gate } from '../../gate/gate.ts';
import { openGate } from '../../gate/open-gate.ts';
import type { Chance, Nodes } from '../../gate/ports.ts';
import { TrafficSettings } from '../../model/config.ts';
import { DEFAULT_POLICY } from '../../model/policy.ts';
import { Name } from '../../model/text.ts';
import { policyFrom } from '../check/settings.ts';
import { readSshWords } from '../collect/request.ts';
import type { Values } from '../command.ts';
import { loadConfig } from '../config.ts';
import type { LoadedConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { hasSwitch, optionalText, textList } from '../options.ts';
import { actsHere } from './acts-here.ts';
import { execNodes } from './exec-nodes.ts';
import { sshNodes } from './ssh-nodes.ts';

/** The gate that a command line leads to, here or behind HTTP. */
export type GateHere = {
  readonly gate: Gate;
  /** How a sentence names it. */
  readonly where: string;
  readonly close: () => Promise<void>;
};

const PARALLEL = 32;

/**
 * The gate that options, environment and haunted.yaml name: a control plane, or a ledger file of this machine. Faults: BAD_USAGE when
 * nobody names one, and what opening throws: a ledger that is not there is made for the first command alone, because a history that was
 * mistyped must not read like one in which nothing is wrong.
 */
export async function gateHere(
  values: Values,
  io: Io,
  { isFirst = false }: { readonly isFirst?: boolean } = {},
): Promise<GateHere> {
  const loaded = await loadConfig(io, optionalText(values, 'config'));
  const url = optionalText(values, 'server') ?? loaded.config.server?.url;
  if (url !== undefined && optionalText(values, 'ledger') === undefined) {
    const { gateBehind } = await import('./gate-behind.ts');
    return await gateBehind(url, { values, loaded, io });
  }
  const ledgerFile = inFolder(values, 'ledger', io) ?? loaded.config.ledger;
  if (ledgerFile === undefined)
    throw new Fault(
      'BAD_USAGE',
      'Where is the history? Give --ledger FILE, or `ledger:` in haunted.yaml, or --server URL for a control plane.',
    );
  const keyringFile = inFolder(values, 'keyring', io) ?? loaded.config.keyring;
  const keyring = keyringFile === undefined ? null : await readKeyring(keyringFile);
  const policyFile = optionalText(values, 'policy') ?? loaded.policyFile;
  const policy = await policyFrom(policyFile, loaded.config.policy ?? DEFAULT_POLICY, io);
  const traffic = loaded.config.traffic ?? TrafficSettings.parse({});
  const acceptUnsigned = hasSwitch(values, 'accept-unsigned');
  const ledger = openLedger(ledgerFile, isFirst);
  const gate = openGate({
    ledger,
    nodes: nodesOf(values, loaded, io),
    chance: chanceOf(io.now),
    acts: actsHere(loaded, io),
    door: () => ({ keyring, acceptUnsigned, acceptTransport: policy.accept_transport, now: io.now() }),
    rules: () => ({ policy, traffic }),
  });
  return { gate, where: ledgerFile, close: ledger.close };
}

function inFolder(values: Values, name: string, io: Io): string | undefined {
  const given = optionalText(values, name);
  return given === undefined ? undefined : path.resolve(io.cwd, given);
}

function nodesOf(values: Values, loaded: LoadedConfig, io: Io): Nodes {
  const argv = textList(values, 'ask');
  if (argv.length === 0)
    return sshNodes((cluster) => readSshWords({ ...values, cluster }, loaded, io), loaded, io);
  requireProgram(argv[0] ?? '', { cwd: io.cwd, searchPath: io.env['PATH'] ?? '' });
  const timeLimitMs = secondsOf(optionalText(values, 'ask-timeout') ?? '60') * 1_000;
  return execNodes({ argv, cwd: io.cwd, env: io.env, timeLimitMs, parallel: PARALLEL });
}

function secondsOf(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new Fault('BAD_USAGE', `--ask-timeout ${JSON.stringify(text)} is not a number of seconds.`);
}

/** Names that can be read aloud and have not been used, and nonces that nobody can guess. */
export function chanceOf(now: () => number): Chance {
  return {
    now,
    name: (kind) => {
      const [day = ''] = new Date(now()).toISOString().split('T');
      return `${kind}-${day.replaceAll('-', '')}-${randomBytes(4).toString('hex')}`;
    },
    nonce: () => randomBytes(16).toString('hex'),
  };
}

/** Who presses: --actor, else HAUNTED_ACTOR, else the user of this machine. Fault BAD_USAGE for what is no name. */
export function actorOf(values: Values, io: Io): string {
  const given = optionalText(values, 'actor') ?? io.env['HAUNTED_ACTOR'] ?? '';
  const actor = given === '' ? `${userName()}@${hostname()}` : given;
  if (Name.safeParse(actor).success) return actor;
  throw new Fault('BAD_USAGE', '--actor is not a name: give 1 to 256 printable characters.');
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}
