import type { IncomingMessage, ServerResponse } from 'node:http';
import { Fault } from '../fault.ts';
import { bearerOf, isLocalHost, isSame } from '../http/callers.ts';
import type { Health } from '../model/operator-wire.ts';
import type { AgentApi } from './agent-api.ts';
import type { OperatorApi } from './operator-api.ts';
import { faultTold, respond, respondFault } from './respond.ts';

type Parts = {
  readonly agents: AgentApi;
  readonly operators: OperatorApi;
  readonly health: () => Promise<Health>;
  /** The operators’ token now. */
  readonly token: () => string;
  /** Without TLS only this machine may ask, and only by its own name. */
  readonly isPlain: boolean;
  /** Told of a bug in a request; its caller gets a 500 that says nothing. */
  readonly onBug: (error: unknown) => void;
};

const GATE = '/v1/gate/';

/** Leads a request to who answers it, once it is clear that its sender may ask. Never rejects. */
export function routeRequests(parts: Parts) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      if (parts.isPlain && !isLocalHost(request.headers.host))
        throw new Fault('NO_PERMISSION', 'Without TLS this answers only as localhost or by its IP address.');
      await dispatch(parts, request, response);
    } catch (error) {
      if (error instanceof Fault) {
        if (!response.headersSent) respondFault(request, response, error);
        else response.destroy();
        return;
      }
      parts.onBug(error);
      if (response.headersSent) response.destroy();
      else
        respond(response, 500, {
          ...faultTold('UNSUPPORTED', 'The control plane met a bug in haunted; its journal has it.'),
          code: 'BUG',
        });
    }
  };
}

async function dispatch(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { agents, operators } = parts;
  const [path, query] = splitUrl(request.url ?? '/');
  switch (`${request.method} ${path}`) {
    case 'POST /v1/proofs':
      return await agents.proofs(request, response);
    case 'POST /v1/proofs/together':
      return await agents.proofsTogether(request, response);
    case 'POST /v1/agent/ack':
      return await agents.ack(request, response);
    case 'POST /v1/agent/trouble':
      return await agents.trouble(request, response);
    case 'GET /v1/agent/stream':
      return await agents.stream(request, response);
    case 'POST /v1/join':
      return await agents.join(request, response);
    case 'GET /health': {
      const health = await parts.health();
      return respond(response, health.ok ? 200 : 503, health);
    }
    default:
      return await forOperators(parts, { path, query }, { request, response }, operators);
  }
}

async function forOperators(
  { token }: Pick<Parts, 'token'>,
  { path, query }: { readonly path: string; readonly query: string },
  asked: { readonly request: IncomingMessage; readonly response: ServerResponse },
  operators: OperatorApi,
): Promise<void> {
  const { method, headers } = asked.request;
  const given = bearerOf(headers.authorization);
  // First, so that a stranger does not learn what there is.
  if (given === undefined || !isSame(given, token()))
    throw new Fault(
      'NOT_ADMITTED',
      given === undefined
        ? 'Show the operators’ token as `Authorization: Bearer …`.'
        : 'The operators’ token that was shown does not count here; take the one from the token file that this control plane named when it started.',
    );
  const words = new URLSearchParams(query);
  const call = path.startsWith(GATE) ? path.slice(GATE.length) : '';
  if (method === 'POST' && ['begin', 'end', 'prove', 'adopt', 'hear'].includes(call))
    return await operators.call(call, asked);
  if (method === 'GET' && call === 'look') return await operators.look(words, asked);
  if (method === 'POST' && path === '/v1/agents/tokens') return await operators.makeToken(asked);
  if (method === 'GET' && path === '/v1/agents') return await operators.members(asked);
  if (method === 'GET' && path === '/v1/ledger') return await operators.ledger(words, asked);
  throw new Fault(
    'NOT_FOUND',
    'There is nothing at this address, or not by this method; docs/serve.md lists what there is.',
  );
}

function splitUrl(url: string): readonly [string, string] {
  const at = url.indexOf('?');
  return at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}
