import type { IncomingMessage, ServerResponse } from 'node:http';
import { Fault } from '../fault.ts';
import type { Gate } from '../gate/gate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { heldLease } from '../ledger/state.ts';
import { toldState } from '../ledger/told-state.ts';
import { TokenWish } from '../model/operator-wire.ts';
import type { MemberList, MemberRow } from '../model/operator-wire.ts';
import { Name } from '../model/text.ts';
import { parseDocument } from '../seal/parse-document.ts';
import type { AgentStreams } from './agent-streams.ts';
import { answerCall, readCall } from './gate-calls.ts';
import { answerLines } from './ledger-lines.ts';
import type { ServerLimits } from './limits.ts';
import { makeToken } from './make-token.ts';
import { memberRow } from './member-row.ts';
import type { Members } from './ports.ts';
import { readBody } from './read-body.ts';
import { respond } from './respond.ts';
import type { Roll } from './roll.ts';
import { attendanceOf } from './roll.ts';

type Parts = {
  readonly gate: Gate;
  readonly ledger: Ledger;
  readonly members: Members;
  readonly roll: Roll;
  readonly streams: AgentStreams;
  readonly limits: ServerLimits;
  readonly now: () => number;
  readonly isStopping: () => boolean;
  readonly onBug: (error: unknown) => void;
};

type Asked = { readonly request: IncomingMessage; readonly response: ServerResponse };

export type OperatorApi = {
  readonly call: (name: string, asked: Asked) => Promise<void>;
  readonly look: (query: URLSearchParams, asked: Asked) => Promise<void>;
  readonly makeToken: (asked: Asked) => Promise<void>;
  readonly members: (asked: Asked) => Promise<void>;
  readonly ledger: (query: URLSearchParams, asked: Asked) => Promise<void>;
  /** When no call of the gate is under way any more. */
  readonly idle: () => Promise<void>;
};

/** What operators may ask. Handlers throw a Fault for what is not done. */
export function operatorApi(parts: Parts): OperatorApi {
  const { gate, ledger, members, limits, now } = parts;
  const underWay = new Set<Promise<void>>();
  /** Calls whose documents are still coming in. */
  let reading = 0;
  return {
    call: async (name, { request, response }) => {
      refuseWhenStopping(parts);
      if (underWay.size + reading >= limits.gateCalls)
        throw new Fault(
          'OVERLOADED',
          'Too many calls of the gate are under way; nothing was begun. Wait for them.',
        );
      reading += 1;
      const body = await readBody(request, limits.gateBytes).finally(() => (reading -= 1));
      const call = readCall(name, body);
      // A large document takes long to come, and who waits for the calls under way knows nothing of it.
      refuseWhenStopping(parts);
      const { beatMs, unread } = limits;
      const made = answerCall(gate, call, response, { beatMs, unread, onBug: parts.onBug });
      underWay.add(made);
      await made.finally(() => underWay.delete(made));
    },
    look: async (query, { response }) => {
      const cluster = query.get('cluster');
      if (cluster !== null && !Name.safeParse(cluster).success)
        throw new Fault('BAD_INPUT', 'The cluster of the address is not a name.');
      respond(response, 200, { clusters: (await gate.look(cluster)).map(toldState) });
    },
    makeToken: async ({ request, response }) => {
      const wish = parseDocument(
        TokenWish,
        await readBody(request, limits.smallBytes),
        'The wish for a token',
      );
      respond(response, 201, await makeToken(members, wish, now()));
    },
    members: async ({ response }) => {
      const list: MemberList = { schema: 'haunted.member-list/v1', members: await memberRows(parts) };
      respond(response, 200, list);
    },
    ledger: async (query, { response }) => {
      const from = query.get('from') ?? '1';
      if (!/^[1-9]\d{0,15}$/.test(from))
        throw new Fault('BAD_INPUT', 'from is not the number of an entry: give 1 or more.');
      const asked = { from: Number(from), follows: query.get('follow') === '1' };
      await answerLines(ledger, asked, response, parts.isStopping);
    },
    idle: async () => void (await Promise.allSettled(underWay)),
  };
}

function refuseWhenStopping({ isStopping }: Pick<Parts, 'isStopping'>): void {
  if (isStopping())
    throw new Fault(
      'INTERRUPTED',
      'The control plane is stopping; nothing was begun. Press again when it is back.',
    );
}

async function memberRows({ gate, roll, streams, now }: Parts): Promise<MemberRow[]> {
  const states = new Map((await gate.look(null)).map((state) => [state.cluster, state]));
  return roll
    .list()
    .map((enrolled): MemberRow => {
      const { member, key } = enrolled;
      const state = states.get(member.cluster);
      const lease = state === undefined ? null : heldLease(state, member.hostname, now());
      const more = { connected: streams.isOpen(key), lease_until: lease?.until ?? null };
      return memberRow({ ...member, ...attendanceOf(enrolled) }, more);
    })
    .toSorted(compare);
}

function compare(left: MemberRow, right: MemberRow): number {
  const [one, other] = [left, right].map(({ cluster, hostname }) => `${cluster}\u0000${hostname}`);
  return one === other ? 0 : (one ?? '') < (other ?? '') ? -1 : 1;
}
