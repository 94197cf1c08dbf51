import { existsSync } from 'node:fs';
import path from 'node:path';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { membersOver, tokenOver } from '../../adapters/control-plane/members-over.ts';
import { openMembers } from '../../adapters/sqlite/members.ts';
import { Fault } from '../../fault.ts';
import type { MemberList, TokenMade, TokenWish } from '../../model/operator-wire.ts';
import { makeToken } from '../../server/make-token.ts';
import { memberRow } from '../../server/member-row.ts';
import { connectionBehind } from '../button/gate-behind.ts';
import { GATE_OPTIONS } from '../button/options.ts';
import type { Option, Values } from '../command.ts';
import { loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { optionalText } from '../options.ts';
import { membersFile, stateFolderOf } from './state-folder.ts';

/** Where it is known who has joined: a control plane, or its store on this machine. */
export const MEMBERS_OPTIONS = {
  config: GATE_OPTIONS.config,
  server: { type: 'string', value: 'URL', help: 'The control plane.' },
  'token-file': GATE_OPTIONS['token-file'],
  'ca-file': GATE_OPTIONS['ca-file'],
  state: {
    type: 'string',
    value: 'DIR',
    help: 'The state folder of a control plane on this machine, whether it runs or not.',
  },
} as const satisfies Readonly<Record<string, Option>>;

type MembersWhere = {
  /** The cluster that haunted.yaml names; null for none. */
  readonly cluster: string | null;
  readonly makeToken: (wish: Omit<TokenWish, 'schema'>) => Promise<TokenMade>;
  readonly list: () => Promise<MemberList>;
  readonly close: () => Promise<void>;
};

/** Faults: BAD_USAGE when neither is named, and what opening throws. */
export async function membersWhere(values: Values, io: Io): Promise<MembersWhere> {
  const loaded = await loadConfig(io, optionalText(values, 'config'));
  const { config } = loaded;
  const cluster = config.cluster ?? null;
  const state = optionalText(values, 'state');
  const url = optionalText(values, 'server') ?? config.server?.url;
  if (state === undefined && url !== undefined) {
    const connection = await connectionBehind(url, { values, loaded, io });
    return {
      cluster,
      makeToken: async (wish) => await tokenOver(connection, wish),
      list: async () => await membersOver(connection),
      close: async () => undefined,
    };
  }
  if (state === undefined && config.ledger === undefined)
    throw new Fault(
      'BAD_USAGE',
      'Where is the control plane? Give --server URL, or --state DIR for one of this machine.',
    );
  const given = state === undefined ? null : path.resolve(io.cwd, state);
  const folder = stateFolderOf(given, config.ledger ?? '');
  const file = membersFile(folder);
  // One that was mistyped must not read like one that nobody has joined, nor hand out tokens that no control plane knows.
  if (!existsSync(file))
    throw new Fault(
      'NOT_FOUND',
      `No control plane keeps who has joined in ${shownPath(folder)}: check the path, or start \`haunted serve\` there once.`,
    );
  const members = openMembers(file);
  return {
    cluster,
    makeToken: async (wish) => await makeToken(members, wish, io.now()),
    list: async () => ({
      schema: 'haunted.member-list/v1',
      members: (await members.all()).map((member) =>
        memberRow(member, { connected: null, lease_until: null }),
      ),
    }),
    close: async () => members.close(),
  };
}
