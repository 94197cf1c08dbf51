import { describe, expect, it } from 'vitest';
import { at, sha } from '../../test/world/documents.ts';
import {
  BUILDER,
  GATE,
  NODE,
  doorOf,
  keyringOf,
  newKey,
  sealText,
  soundReport,
} from '../../test/world/trust.ts';
import { openProof } from './open.ts';
import type { OpenedProof } from './open.ts';
import { signReport } from './sign.ts';
import { PREDICATES } from './statement.ts';

const REPORT = soundReport();
const SEALED = JSON.parse(signReport(REPORT, NODE)) as Record<string, unknown>;
const COLLECTED = {
  schema: 'haunted.collected/v1',
  via: 'ssh',
  inventory_name: 'n1',
  collected_at: at(0),
  report: REPORT,
};

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

function statementOf(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'n1', digest: { sha256: sha('a') } }],
    predicateType: PREDICATES.proof,
    predicate: REPORT,
    ...more,
  };
}

function sealed(payload: unknown, key = NODE): Record<string, unknown> {
  return sealText(typeof payload === 'string' ? payload : JSON.stringify(payload), key);
}

function open(value: unknown, more: Parameters<typeof doorOf>[0] = {}): OpenedProof {
  return openProof(value, 'line 7', doorOf(more));
}

describe('openProof lets in', () => {
  it('what the node signed, with the node’s word behind it', () => {
    const voucher = { by: 'signature', keyid: NODE.keyid, role: 'node' };
    expect(open(SEALED)).toEqual({ kind: 'report', report: { value: REPORT, voucher } });
  });

  it.each([
    ['a bare report that an operator answers for', REPORT, { acceptUnsigned: true }, { by: 'operator' }],
    [
      'a report that ssh vouches for',
      COLLECTED,
      { acceptTransport: ['ssh'] },
      { by: 'transport', transport: 'ssh' },
    ],
    [
      'a collected report that an operator answers for',
      COLLECTED,
      { acceptUnsigned: true },
      { by: 'operator' },
    ],
    [
      'a collected report on the transport’s word before the operator’s',
      COLLECTED,
      { acceptUnsigned: true, acceptTransport: ['ssh'] },
      { by: 'transport', transport: 'ssh' },
    ],
  ] as const)('%s', (_what, value, more, voucher) => {
    expect(open(value, more)).toEqual({ kind: 'report', report: { value: REPORT, voucher } });
  });
});

describe('openProof refuses', () => {
  const EXPIRED = { from: null, until: at(0) };
  const other = { ...REPORT, hostname: 'n2' };

  it.each([
    ['a bare report', REPORT, {}, 'unsigned', 'it carries no signature', 'n1'],
    [
      'a bare report, whatever transport is taken',
      REPORT,
      { acceptTransport: ['ssh'] },
      'unsigned',
      'it carries no signature',
      'n1',
    ],
    [
      'a collected report',
      COLLECTED,
      {},
      'unsigned',
      'only ssh vouches for it, and that is not accepted here',
      'n1',
    ],
    [
      'a host that answers in another name',
      { ...COLLECTED, report: other },
      { acceptTransport: ['ssh'], acceptUnsigned: true },
      'wrong_name',
      'the host asked as n1 calls itself n2',
      'n1',
    ],
    [
      'a stranger’s proof',
      sealed(statementOf(), newKey('node', 'n1')),
      {},
      'unknown_key',
      'which is not in the keyring',
      'n1',
    ],
    [
      'any proof when there is no keyring',
      SEALED,
      { keyring: null, acceptUnsigned: true },
      'unknown_key',
      'there is no keyring to check its signature with',
      'n1',
    ],
    [
      'an altered report',
      { ...SEALED, payload: base64(statementOf({ predicate: other })) },
      {},
      'bad_signature',
      'the signature of the key "n1" does not match the payload',
      'n2',
    ],
    [
      'a builder’s signature',
      sealed(statementOf(), BUILDER),
      {},
      'wrong_role',
      'it is signed by the builder key "ci", and only a node key may sign it',
      'n1',
    ],
    [
      'the gate’s own signature',
      sealed(statementOf(), GATE),
      {},
      'wrong_role',
      'only a node key may sign it',
      'n1',
    ],
    [
      'an expired key',
      SEALED,
      { keyring: keyringOf([NODE, EXPIRED]) },
      'key_expired',
      'stopped counting at',
      'n1',
    ],
    [
      'a manifest',
      sealed(statementOf({ predicateType: PREDICATES.manifest })),
      {},
      'wrong_predicate',
      'it is signed as',
      'n1',
    ],
    [
      'a statement about another binary',
      sealed(statementOf({ subject: [{ digest: { sha256: sha('b') } }] })),
      {},
      'wrong_subject',
      sha('a'),
      'n1',
    ],
    [
      'a node that speaks for another',
      sealed(statementOf({ predicate: other })),
      {},
      'wrong_name',
      'the key of n1 signed a report in the name of n2',
      'n2',
    ],
    [
      'a node that speaks for itself in capitals',
      sealed(statementOf({ predicate: { ...REPORT, hostname: 'N1' } })),
      {},
      'wrong_name',
      'the key of n1 signed a report in the name of N1',
      'N1',
    ],
    [
      'a key twice',
      sealed(JSON.stringify(statementOf()).replace('"sequence"', '"hostname":"n2","sequence"')),
      {},
      'duplicate_key',
      'the key "hostname" is there twice',
      null,
    ],
    [
      'bytes after the end',
      sealed(`${JSON.stringify(statementOf())} x`),
      {},
      'trailing_bytes',
      '"x" follows',
      null,
    ],
    [
      'an unknown field in the report',
      sealed(statementOf({ predicate: { ...REPORT, extra: 1 } })),
      {},
      'malformed',
      'its report is wrong at extra: it is a field',
      'n1',
    ],
    [
      'an unknown field in the statement',
      sealed(statementOf({ extra: 1 })),
      {},
      'malformed',
      'its statement has the unknown field "extra"',
      'n1',
    ],
    [
      'another version of the report',
      sealed(statementOf({ predicate: { ...REPORT, schema: 'haunted.node-report/v2' } })),
      {},
      'malformed',
      'its report is haunted.node-report/v2; this version',
      'n1',
    ],
    [
      'a host name that would disturb a terminal',
      sealed(statementOf({ predicate: { ...REPORT, hostname: 'n1\u001b[2J' } })),
      {},
      'malformed',
      'is wrong at hostname',
      null,
    ],
    [
      'a report that is a list',
      sealed(statementOf({ predicate: [REPORT] })),
      {},
      'malformed',
      'its report must be an object',
      null,
    ],
    [
      'a payload that is a list',
      sealed([statementOf()]),
      {},
      'malformed',
      'its payload is not an in-toto statement',
      null,
    ],
    ['a payload that is no JSON', sealed('{'), {}, 'malformed', 'its payload is not strict JSON', null],
    ['a broken envelope', { ...SEALED, payload: '!' }, {}, 'malformed', 'its payload is not base64', null],
    [
      'another payloadType',
      { ...SEALED, payloadType: 'text/plain' },
      {},
      'wrong_predicate',
      'its payloadType is "text/plain"',
      null,
    ],
  ] as const)('%s', (_what, value, more, reason, detail, claimed) => {
    expect(open(value, more)).toEqual({
      kind: 'refused',
      refused: {
        reason,
        detail: expect.stringContaining(detail),
        source: 'line 7',
        claimed_hostname: claimed,
      },
    });
  });
});
