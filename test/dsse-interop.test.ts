import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleFromJSON } from '@sigstore/bundle';
import { dsse } from '@sigstore/core';
import { Verifier, toSignedEntity, toTrustMaterial } from '@sigstore/verify';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { preAuthEncoding } from '../src/seal/envelope.ts';
import { trustedKey } from '../src/seal/keys.ts';
import { signManifest, signReport } from '../src/seal/sign.ts';
import { ALWAYS, BUILDER, NODE, keyringOf, soundManifest, soundReport } from './world/trust.ts';

const SEALED = signManifest(soundManifest(), 'm', BUILDER);
const TAMPERED = JSON.stringify({
  ...(JSON.parse(SEALED) as object),
  payload: Buffer.from('{}').toString('base64'),
});

function bundleOf(envelope: string, keyid: string): ReturnType<typeof bundleFromJSON> {
  return bundleFromJSON({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: keyid }, timestampVerificationData: {} },
    dsseEnvelope: JSON.parse(envelope) as unknown,
  });
}

describe('@sigstore/core', () => {
  it('encodes before signing as we do', () => {
    const agrees = fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (type, payload) =>
      dsse
        .preAuthEncoding(type.toWellFormed(), Buffer.from(payload))
        .equals(preAuthEncoding(type.toWellFormed(), payload)),
    );
    expect(fc.check(agrees).counterexample).toBeNull();
  });
});

describe('@sigstore/verify', () => {
  const root = { mediaType: '', certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
  const keys = keyringOf(BUILDER, NODE).byKeyid;
  const trust = toTrustMaterial(root, (hint) => {
    const key = keys.get(hint);
    if (key === undefined) throw new Error(`no key ${hint}`);
    return { publicKey: key.publicKey(), validFor: () => true };
  });
  const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });

  it.each([
    ['a manifest', SEALED, BUILDER.keyid],
    ['a proof', signReport(soundReport(), NODE), NODE.keyid],
  ])('verifies %s of ours', (_what, envelope, keyid) => {
    expect(verifier.verify(toSignedEntity(bundleOf(envelope, keyid))).key).toBe(keys.get(keyid)?.publicKey());
  });

  it('refuses an altered payload', () => {
    const entity = toSignedEntity(bundleOf(TAMPERED, BUILDER.keyid));
    expect(() => verifier.verify(entity)).toThrow(expect.objectContaining({ code: 'SIGNATURE_ERROR' }));
  });
});

const hasTools =
  spawnSync('bash', ['-c', 'command -v jq && command -v openssl && command -v base64']).status === 0;

describe.runIf(hasTools)('the recipe of docs/signing.md with openssl', () => {
  const manual = readFileSync(path.join(import.meta.dirname, '../docs/signing.md'), 'utf8');
  const recipe = /<!-- This block is run [^\n]*-->\n```sh\n([^`]*)```/.exec(manual)?.[1] ?? 'false';

  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'dsse-'));
    const keyring = {
      schema: 'haunted.keyring/v1',
      keys: [NODE, BUILDER].map((key) => trustedKey(key, ALWAYS)),
    };
    writeFileSync(path.join(folder, 'keyring.json'), JSON.stringify(keyring));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['verifies our envelope', SEALED, 0, 'Signature Verified Successfully\n'],
    ['refuses an altered one', TAMPERED, 1, 'Signature Verification Failure\n'],
  ])('%s', (_what, envelope, exit, words) => {
    writeFileSync(path.join(folder, 'manifest.dsse.json'), envelope);
    const ran = spawnSync('bash', ['-c', recipe], { cwd: folder, encoding: 'utf8' });
    expect({ exit: ran.status, words: ran.stdout }).toEqual({ exit, words });
  });
});
