import { request as plainRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { Fault, FAULTS } from '../../fault.ts';
import type { FaultCode } from '../../fault.ts';
import { FaultTold } from '../../model/operator-wire.ts';
import { parseValue } from '../../seal/parse-document.ts';
import type { DocumentSchema } from '../../seal/parse-document.ts';
import { readJson } from '../../seal/json.ts';
import { addressOf, whyNot } from './address.ts';

/** Where a control plane is, and what is shown to it. */
export type Address = {
  readonly url: string;
  /** The operators’ token. */
  readonly token: string;
  /** Certificates that are trusted for it beside none other, PEM; null for those that this machine trusts. */
  readonly ca: string | null;
};

type Asked = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  /** What to say of it when nobody knows whether it was done: a sentence without its stop. */
  readonly unsure: string;
};

export type Connection = {
  readonly where: string;
  /** The answer when it began well. Faults: UNREACHABLE, and what the control plane says. */
  readonly open: (asked: Asked) => Promise<IncomingMessage>;
  /** One document. Faults: as above, BAD_INPUT for an answer that is none. */
  readonly fetch: <T>(asked: Asked, schema: DocumentSchema<T>) => Promise<T>;
};

/** A control plane that says nothing for so long, in milliseconds, is gone: it sends a beat every five seconds. */
const SILENCE_MS = 20_000;
const MOST_BYTES = 256 * 1024 * 1024;

/** The way to a control plane; nothing is sent yet. Fault BAD_USAGE for an address that is none, or that would show the token to the network. */
export function connectionTo({ url, token, ca }: Address): Connection {
  const base = addressOf(url);
  const where = `the control plane ${base.origin}`;
  const open = async ({ method, path, body, unsure }: Asked): Promise<IncomingMessage> =>
    await new Promise((resolve, reject) => {
      let isConnected = false;
      const text = body === undefined ? null : JSON.stringify(body);
      const headers = {
        Authorization: `Bearer ${token}`,
        ...(text === null
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
      };
      const send = base.protocol === 'https:' ? tlsRequest : plainRequest;
      const trust = ca === null ? {} : { ca };
      const request = send(new URL(path, base), {
        method,
        headers,
        timeout: SILENCE_MS,
        agent: false,
        ...trust,
      });
      request.once('socket', (socket) => {
        socket.once(
          base.protocol === 'https:' ? 'secureConnect' : 'connect',
          () => void (isConnected = true),
        );
      });
      request.once('timeout', () =>
        request.destroy(new Error(`it said nothing for ${SILENCE_MS / 1_000} s`)),
      );
      request.once('error', (error: NodeJS.ErrnoException) => {
        const why = whyNot(error);
        reject(
          isConnected
            ? lost(where, why, unsure)
            : new Fault(
                'UNREACHABLE',
                `${capital(where)} cannot be reached: ${why}. Nothing was asked of it.`,
                {},
                error,
              ),
        );
      });
      request.once('response', (response) => {
        if ((response.statusCode ?? 500) < 300) resolve(response);
        else
          refusalIn(response, where).then(reject, (error: unknown) =>
            reject(error instanceof Fault ? error : lost(where, String(error), unsure)),
          );
      });
      request.end(text ?? undefined);
    });
  return {
    where,
    open,
    fetch: async (asked, schema) => {
      const response = await open(asked);
      const bytes = await bytesOf(response).catch((error: unknown) => {
        throw error instanceof Fault ? error : lost(where, whyNot(error as Error), asked.unsure);
      });
      return valueIn(bytes, schema, where);
    },
  };
}

/** The fault for an answer that ended too early. */
export function lost(where: string, why: string, unsure: string): Fault {
  return new Fault('UNREACHABLE', `The connection to ${where} was lost (${why}). ${unsure}.`);
}

async function refusalIn(response: IncomingMessage, where: string): Promise<Fault> {
  const read = readJson(await bytesOf(response));
  const told = FaultTold.safeParse(read.ok ? read.value : null);
  const status = response.statusCode ?? 0;
  if (!told.success)
    return new Fault(
      'UNREACHABLE',
      `${capital(where)} answered with ${status} and no reason; is something else at that address?`,
    );
  return faultOf(told.data.code, told.data.message, told.data.detail, where);
}

function isKnown(word: string): word is FaultCode {
  return Object.hasOwn(FAULTS, word);
}

/** A fault of the control plane, here. */
export function faultOf(
  code: string,
  message: string,
  detail: Readonly<Record<string, unknown>>,
  where: string,
): Fault {
  if (isKnown(code)) return new Fault(code, message, detail);
  return new Fault('UNREACHABLE', `${capital(where)} could not do it (${code}): ${message}`, detail);
}

async function bytesOf(response: IncomingMessage): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > MOST_BYTES) throw new Fault('TOO_LARGE', 'The answer of the control plane is too large.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}

function valueIn<T>(bytes: Uint8Array, schema: DocumentSchema<T>, where: string): T {
  const read = readJson(bytes);
  if (!read.ok) throw new Fault('BAD_INPUT', `The answer of ${where} ${read.detail}.`);
  return parseValue(schema, read.value, `The answer of ${where}`);
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
