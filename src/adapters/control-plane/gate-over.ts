import type { IncomingMessage } from 'node:http';
import { Fault } from '../../fault.ts';
import type { Gate, Watch } from '../../gate/gate.ts';
import type { Received } from '../../gate/ports.ts';
import { stateOfTold } from '../../ledger/told-state.ts';
import { ClustersTold } from '../../model/cluster-told.ts';
import { BegunTold, GateLine, HeardTold, SettledTold } from '../../model/gate-wire.ts';
import type { GateCall, Sent } from '../../model/gate-wire.ts';
import { readJson } from '../../seal/json.ts';
import { parseValue } from '../../seal/parse-document.ts';
import type { DocumentSchema } from '../../seal/parse-document.ts';
import { faultOf, lost } from './connection.ts';
import type { Connection } from './connection.ts';

const MOST_LINE = 64 * 1024 * 1024;

const LOOK = 'See `haunted quarantine show` for where the cluster stands, and go on with `haunted resume`';
const UNSURE = {
  begin: `Nobody knows whether the change began, and the command was not run. ${LOOK}`,
  end: `Nobody knows whether the end of the change was written down. ${LOOK}`,
  prove: `What the servers answered may be in the ledger. ${LOOK}`,
  adopt: `The manifest may be in the ledger. ${LOOK}`,
  hear: 'The word may be in the ledger; saying it again does no harm',
  look: 'Nothing was changed; ask again',
} as const;

/** The gate of a control plane, behind HTTP. Faults: UNREACHABLE when the connection is lost, with what is known then; and those of the gate. */
export function gateOver(connection: Connection): Gate {
  const made = async <T>(call: GateCall, schema: DocumentSchema<T>, watch: Watch = {}): Promise<T> => {
    const unsure = unsureOf(call);
    const path = `/v1/gate/${call.call}`;
    const response = await connection.open({ method: 'POST', path, body: call, unsure });
    const result = await resultIn(response, watch, { connection, unsure });
    return parseValue(schema, result, `The answer of ${connection.where}`);
  };
  return {
    begin: async ({ action, cluster, actor, reason, dry_run, ...wish }, watch) => {
      const documents = {
        manifest: sentOrNull(wish.manifest),
        plan: sentOrNull(wish.plan),
        bypass: sentOrNull(wish.bypass),
        history: wish.history.map(sent),
      };
      return await made(
        { call: 'begin', action, cluster, actor, reason, dry_run, ...documents },
        BegunTold,
        watch,
      );
    },
    end: async (cluster, change, outcome, watch) =>
      await made({ call: 'end', cluster, change, outcome }, SettledTold, watch),
    prove: async (cluster, watch) => await made({ call: 'prove', cluster }, SettledTold, watch),
    adopt: async (manifest, actor, watch) =>
      await made({ call: 'adopt', manifest: sent(manifest), actor }, SettledTold, watch),
    hear: async (word) => await made({ call: 'hear', word: sent(word) }, HeardTold),
    look: async (cluster) => {
      const query = cluster === null ? '' : `?cluster=${encodeURIComponent(cluster)}`;
      const asked = { method: 'GET', path: `/v1/gate/look${query}`, unsure: UNSURE.look } as const;
      return (await connection.fetch(asked, ClustersTold)).clusters.map(stateOfTold);
    },
  };
}

function unsureOf(call: GateCall): string {
  if (call.call !== 'end') return UNSURE[call.call];
  const { change, outcome } = call;
  return `Your command has ended (${outcome.outcome}); ${UNSURE.end}; when ${change} is still open, with \`haunted resume --abandon ${change}\``;
}

type Told = { readonly connection: Connection; readonly unsure: string };

async function resultIn(
  response: IncomingMessage,
  watch: Watch,
  { connection, unsure }: Told,
): Promise<unknown> {
  const { where } = connection;
  try {
    for await (const text of linesOf(response)) {
      const line = lineIn(text, where);
      if (line.type === 'done') return line.result;
      if (line.type === 'fault') throw faultOf(line.code, line.message, line.detail, where);
      if (line.type === 'asking') watch.asking?.(line.hostnames);
      if (line.type === 'answered') watch.answered?.({ hostname: line.hostname });
      if (line.type === 'moved') watch.moved?.(line.sentence);
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw lost(where, error instanceof Error ? error.message : String(error), unsure);
  } finally {
    response.destroy();
  }
  throw lost(where, 'it ended its answer in the middle', unsure);
}

function lineIn(text: string, where: string): GateLine {
  const read = readJson(Buffer.from(text));
  if (!read.ok) throw new Fault('BAD_INPUT', `A line of the answer of ${where} ${read.detail}.`);
  return parseValue(GateLine, read.value, `A line of the answer of ${where}`);
}

/** Whole lines only: half a line is no word of anybody. */
async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const piece of response as AsyncIterable<string>) {
    rest += piece;
    if (!piece.includes('\n')) {
      if (rest.length > MOST_LINE)
        throw new Fault('TOO_LARGE', 'A line of the control plane’s answer is too long.');
      continue;
    }
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
}

function sentOrNull(received: Received | null): Sent | null {
  return received === null ? null : sent(received);
}

function sent({ source, bytes }: Received): Sent {
  return { source, base64: Buffer.from(bytes).toString('base64') };
}
