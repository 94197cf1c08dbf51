import { describe, expect, it } from 'vitest';
import { sha } from '../../test/world/documents.ts';
import { NODE, doorOf, soundReport } from '../../test/world/trust.ts';
import { openProof, prepareProof } from './open.ts';
import { readProofPayload } from './proof-payload.ts';
import { signReport } from './sign.ts';

const REPORT = soundReport();
const SEALED = JSON.parse(signReport(REPORT, NODE)) as Record<string, unknown>;
const STATEMENT = Buffer.from(String(SEALED['payload']), 'base64').toString();

function refuseToRead(): never {
  throw new Error('the payload was read');
}

describe('prepareProof', () => {
  it('finishes at once what needs no signature', () => {
    expect(prepareProof(REPORT, 'line 7', doorOf()).kind).toBe('refused');
    expect(prepareProof(REPORT, 'line 7', doorOf({ acceptUnsigned: true })).kind).toBe('report');
  });

  it('hands out what is to be verified and takes the answer for it', () => {
    const pending = prepareProof(SEALED, 'line 7', doorOf());
    const asked = pending.kind === 'pending' ? pending : undefined;
    expect(asked?.key.asymmetricKeyType).toBe('ed25519');
    expect(Buffer.from(asked?.pae ?? []).toString()).toMatch(
      /^DSSEv1 28 application\/vnd\.in-toto\+json \d+ \{"_type"/,
    );
    expect(asked?.signature.length).toBe(64);
    expect(asked?.finish(true).kind).toBe('report');
    expect(asked?.finish(false)).toMatchObject({ kind: 'refused', refused: { reason: 'bad_signature' } });
  });

  it('lets another reader of the payload take its place, but not the place of the checks', () => {
    const pending = prepareProof(SEALED, 'line 7', doorOf());
    const asked = pending.kind === 'pending' ? pending : undefined;
    const seen: string[] = [];
    const quick = asked?.finish(true, (payload) => {
      seen.push(Buffer.from(payload).toString());
      return readProofPayload(payload);
    });
    expect(quick).toEqual(openProof(SEALED, 'line 7', doorOf()));
    expect(seen).toEqual([STATEMENT]);
    const stranger = { ok: true, subjects: [sha('a')], report: { ...REPORT, hostname: 'n2' } } as const;
    expect(asked?.finish(true, () => stranger)).toMatchObject({ refused: { reason: 'wrong_name' } });
    const elsewhere = { ok: true, subjects: [], report: REPORT } as const;
    expect(asked?.finish(true, () => elsewhere)).toMatchObject({ refused: { reason: 'wrong_subject' } });
  });

  it('does not read a payload whose signature is bad', () => {
    const pending = prepareProof(SEALED, 'line 7', doorOf());
    const asked = pending.kind === 'pending' ? pending : undefined;
    expect(asked?.finish(false, refuseToRead)).toMatchObject({ refused: { reason: 'bad_signature' } });
  });
});
