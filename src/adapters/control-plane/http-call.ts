import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { Fault } from '../../fault.ts';
import { addressOf, whyNot } from './address.ts';

export type ControlPlaneAddress = {
  /** Such as https://gate.example:7420, without a path. */
  readonly url: string;
  /** Certificates that are trusted for it, PEM; those of the system when there are none. */
  readonly ca: string | null;
};

type Call = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
};

/** Calls to one control plane, over connections that are kept. */
export type Caller = {
  /** The answer once its headers are there. Fault: UNREACHABLE. */
  readonly call: (call: Call) => Promise<IncomingMessage>;
  /** What a sentence calls the control plane. */
  readonly name: string;
  readonly close: () => void;
};

/** The services of a server prove themselves at about the same moment; a connection anew, with TLS, costs more than the proof. */
const MOST_KEPT = 16;

/** Fault BAD_USAGE for an address that is none, and for one that would send secrets in the clear. */
export function caller({ url: text, ca }: ControlPlaneAddress): Caller {
  const url = addressOf(text);
  const isTls = url.protocol === 'https:';
  const kept = { keepAlive: true, maxFreeSockets: MOST_KEPT };
  const agent = isTls ? new TlsAgent(kept) : new PlainAgent(kept);
  const name = `The control plane at ${url.origin}`;
  const common: RequestOptions & { ca?: string; minVersion?: 'TLSv1.2' } = {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    agent,
    ...(isTls ? { minVersion: 'TLSv1.2', ...(ca === null ? {} : { ca }) } : {}),
  };
  return {
    name,
    close: () => agent.destroy(),
    call: async ({ method, path, headers, body, signal }) =>
      await new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
        const options = { ...common, method, path, headers: { ...headers, ...length }, signal };
        const request = isTls ? tlsRequest(options) : plainRequest(options);
        request.once('response', resolve);
        request.once('error', (error: NodeJS.ErrnoException) => reject(unreachable(name, error)));
        request.end(body);
      }),
  };
}

/** What the system or TLS said, as a fault. */
export function unreachable(name: string, error: NodeJS.ErrnoException): Fault {
  return new Fault('UNREACHABLE', `${name} cannot be reached: ${whyNot(error)}.`, {}, error);
}
