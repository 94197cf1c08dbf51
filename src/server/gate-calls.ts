import type { ServerResponse } from 'node:http';
import { Fault } from '../fault.ts';
import type { Gate, Watch, Wish } from '../gate/gate.ts';
import type { Received } from '../gate/ports.ts';
import { GateCall } from '../model/gate-wire.ts';
import type { GateLine, Sent } from '../model/gate-wire.ts';
import { fromBase64 } from '../seal/envelope.ts';
import { parseDocument } from '../seal/parse-document.ts';
import type { ServerLimits } from './limits.ts';
import { faultTold, startLines } from './respond.ts';

/** The call in a body. Fault BAD_INPUT, also when it is another call than the address names. */
export function readCall(name: string, body: Uint8Array): GateCall {
  const call = parseDocument(GateCall, body, 'The call');
  if (call.call === name) return call;
  throw new Fault('BAD_INPUT', `The address asks for ${name}, and the body for ${call.call}.`);
}

type Options = Pick<ServerLimits, 'beatMs' | 'unread'> & { readonly onBug: (error: unknown) => void };

/**
 * Makes the call and answers with a line for each thing that happens, then with its end. A caller who leaves does not stop it: what
 * is under way goes into the ledger.
 */
export async function answerCall(
  gate: Gate,
  call: GateCall,
  response: ServerResponse,
  { beatMs, unread, onBug }: Options,
): Promise<void> {
  startLines(response);
  const say = (line: GateLine): void => void response.write(`${JSON.stringify(line)}\n`);
  // Who is slow to read misses how far it is, and never how it ended.
  const tell = (line: GateLine): void => {
    if (response.writableLength <= unread) say(line);
  };
  const beats = setInterval(() => tell({ type: 'beat' }), beatMs);
  const watch: Watch = {
    asking: (hostnames) => tell({ type: 'asking', hostnames: [...hostnames] }),
    answered: ({ hostname }) => tell({ type: 'answered', hostname }),
    moved: (sentence) => tell({ type: 'moved', sentence }),
  };
  try {
    say({ type: 'done', result: await made(gate, call, watch) });
  } catch (error) {
    if (!(error instanceof Fault)) onBug(error);
    say(error instanceof Fault ? faultLine(error) : bugLine());
  } finally {
    clearInterval(beats);
    response.end();
  }
}

async function made(gate: Gate, call: GateCall, watch: Watch): Promise<unknown> {
  switch (call.call) {
    case 'begin': {
      const wish: Wish = {
        ...call,
        manifest: receivedOrNull(call.manifest),
        plan: receivedOrNull(call.plan),
        bypass: receivedOrNull(call.bypass),
        history: call.history.map(received),
      };
      return await gate.begin(wish, watch);
    }
    case 'end':
      return await gate.end(call.cluster, call.change, call.outcome, watch);
    case 'prove':
      return await gate.prove(call.cluster, watch);
    case 'adopt':
      return await gate.adopt(received(call.manifest), call.actor, watch);
    case 'hear':
      return await gate.hear(received(call.word));
  }
}

function receivedOrNull(sent: Sent | null): Received | null {
  return sent === null ? null : received(sent);
}

function received({ source, base64 }: Sent): Received {
  const bytes = fromBase64(base64);
  if (bytes === undefined) throw new Fault('BAD_INPUT', `${source} did not arrive whole: it is not base64.`);
  return { source, bytes };
}

function faultLine({ code, message, detail }: Fault): GateLine {
  const { schema: _, ...rest } = faultTold(code, message, detail);
  return { ...rest, type: 'fault' };
}

/** A bug of ours says nothing to whoever is outside; the journal has it. */
function bugLine(): GateLine {
  const message =
    'The control plane met a bug in haunted; its journal has it. Nobody knows whether it was written: see `haunted quarantine show`.';
  return { type: 'fault', code: 'BUG', message, detail: {} };
}
