import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProofAnswer } from '../../model/agent-wire.ts';
import type { ProofSent } from '../../model/proofs-wire.ts';
import { memberCalls } from './member-calls.ts';
import type { MemberCalls } from './member-calls.ts';

/** A server on real sockets that answers as a test says. */
type Came = { readonly path: string; readonly proofs: readonly string[]; readonly member: string };
let came: Came[] = [];
let answerTogether: (lines: readonly ProofSent[], response: ServerResponse) => void;
let control: MemberCalls;
let stop: () => Promise<void>;

const ACCEPTED: ProofAnswer = {
  schema: 'haunted.proof-answer/v1',
  accepted: true,
  findings: [],
  reason: null,
  lease: null,
};
/** An answer that says which proof it is for. */
function answerTo(proof: string): ProofAnswer {
  return { ...ACCEPTED, reason: `for ${proof}` };
}
function fault(code: string): object {
  return { schema: 'haunted.fault/v1', code, message: `It is ${code}.`, detail: {} };
}
function say(response: ServerResponse, ...answers: readonly object[]): void {
  response.end(JSON.stringify({ schema: 'haunted.proofs-taken/v1', answers }));
}
function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status).end(JSON.stringify(fault(code)));
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = (await buffer(request)).toString();
  const member = String(request.headers['haunted-member']);
  const path = request.url ?? '';
  if (path === '/v1/proofs') {
    came.push({ path, member, proofs: [text] });
    response.end(JSON.stringify(answerTo(text.slice(0, 9))));
    return;
  }
  const lines = text
    .trimEnd()
    .split('\n')
    .map((each) => JSON.parse(each) as ProofSent);
  came.push({ path, member, proofs: lines.map(({ proof }) => proof) });
  answerTogether(lines, response);
}

beforeEach(async () => {
  came = [];
  answerTogether = (lines, response) => {
    say(response, ...lines.map(({ proof }) => answerTo(proof)));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  control = memberCalls({ url: `http://127.0.0.1:${port}`, ca: null });
  stop = async () => {
    control.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterEach(async () => await stop());

const memberOf = (hostname: string) => ({ cluster: 'smars', hostname, session: `session-of-${hostname}` });
const soon = async (proof: string) => await control.prove(memberOf(proof.slice(0, 9)), proof, 'soon');
const now = async (proof: string) => await control.prove(memberOf(proof.slice(0, 9)), proof, 'now');
const outcome = async (proof: Promise<ProofAnswer>): Promise<string | null> =>
  await proof.then(
    ({ reason }) => reason,
    (error: unknown) => (error as { code: string }).code,
  );

describe('proofs that are given to send', () => {
  it('share a request when they may wait, and each gets its own answer', async () => {
    const answers = await Promise.all([soon('a'), soon('b'), soon('c')]);
    expect(answers.map(({ reason }) => reason)).toEqual(['for a', 'for b', 'for c']);
    expect(came).toEqual([{ path: '/v1/proofs/together', member: 'smars/a', proofs: ['a', 'b', 'c'] }]);
  });

  it('go alone in the plain way when nobody else comes', async () => {
    expect((await soon('a')).reason).toBe('for a');
    expect(came.map(({ path }) => path)).toEqual(['/v1/proofs']);
  });

  it('go at once when somebody waits for them, and take along those that may wait, in their order', async () => {
    await Promise.all([soon('a'), soon('b'), now('c'), now('d')]);
    expect(came.map(({ proofs }) => proofs)).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('go before one request is too full', async () => {
    await Promise.all(Array.from({ length: 65 }, async (_, at) => await soon(`p${at}`)));
    expect(came.map(({ proofs }) => proofs.length).toSorted((a, b) => a - b)).toEqual([1, 64]);
    const long = 'x'.repeat(1_100_000);
    answerTogether = (lines, response) => say(response, ...lines.map(() => ACCEPTED));
    came = [];
    await Promise.all([soon(`a${long}`), soon(`b${long}`)]);
    expect(came.map(({ proofs }) => proofs.length)).toEqual([1, 1]);
  });
});

describe('an answer to several', () => {
  it('fails for the one alone that the control plane says it of', async () => {
    answerTogether = (_, response) => say(response, fault('OVERLOADED'), answerTo('b'), fault('NEWER_WORD'));
    const all = await Promise.all([outcome(soon('a')), outcome(soon('b')), outcome(soon('c'))]);
    expect(all).toEqual(['OVERLOADED', 'for b', 'UNREACHABLE']);
  });

  it.each([
    ['is too short', ['for a', 'UNREACHABLE'], (response: ServerResponse) => say(response, answerTo('a'))],
    [
      'breaks off',
      ['UNREACHABLE', 'UNREACHABLE'],
      (response: ServerResponse) => response.write('{', () => response.destroy()),
    ],
    ['is none', ['UNREACHABLE', 'UNREACHABLE'], (response: ServerResponse) => response.end('what')],
  ])('that %s is one for nobody it does not name', async (_, expected, end) => {
    answerTogether = (_lines, response) => {
      end(response);
    };
    expect(await Promise.all([outcome(soon('a')), outcome(soon('b'))])).toEqual(expected);
  });

  it.each([
    ['the member in whose name it was sent has joined again', 401, 'NOT_ADMITTED'],
    ['the control plane takes them one by one', 404, 'NOT_FOUND'],
  ])('that is a refusal because %s is asked for one by one', async (_, status, code) => {
    answerTogether = (_lines, response) => refuse(response, status, code);
    expect(await Promise.all([outcome(soon('a')), outcome(soon('b'))])).toEqual(['for a', 'for b']);
  });

  it.each([403, 404, 405, 413])(
    'that is HTTP status %i of something in front, which lets single proofs pass, is asked for one by one',
    async (status) => {
      answerTogether = (_lines, response) => response.writeHead(status).end('<html>');
      expect(await Promise.all([outcome(soon('a')), outcome(soon('b'))])).toEqual(['for a', 'for b']);
    },
  );

  it.each([408, 429, 500, 502, 503])(
    'that is HTTP status %i is not asked for again at once',
    async (status) => {
      answerTogether = (_lines, response) => response.writeHead(status).end('<html>');
      expect(await Promise.all([outcome(soon('a')), outcome(soon('b'))])).toEqual([
        'UNREACHABLE',
        'UNREACHABLE',
      ]);
      expect(came).toHaveLength(1);
    },
  );

  it('that there is no room is not asked for again at once', async () => {
    answerTogether = (_lines, response) => refuse(response, 503, 'OVERLOADED');
    expect(await Promise.all([outcome(soon('a')), outcome(soon('b'))])).toEqual(['OVERLOADED', 'OVERLOADED']);
    expect(came).toHaveLength(1);
  });
});

it('a proof that still waits when the agent stops is told so', async () => {
  const waiting = outcome(soon('a'));
  control.close();
  expect(await waiting).toBe('UNREACHABLE');
  expect(came).toEqual([]);
});
