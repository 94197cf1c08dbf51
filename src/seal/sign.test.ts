import { describe, expect, it } from 'vitest';
import { sha } from '../../test/world/documents.ts';
import {
  BUILDER,
  GATE,
  NODE,
  bytesOf,
  doorOf,
  newKey,
  soundManifest,
  soundReport,
} from '../../test/world/trust.ts';
import type { Verdict } from '../model/verdict.ts';
import { openManifest, openProof } from './open.ts';
import { signManifest, signReport, signVerdict } from './sign.ts';

const MANIFEST = soundManifest();
const VERDICT = {
  verdict: 'HOLD',
  gate: 'deploy',
  cluster: 'smars',
  manifest_sha256: sha('1'),
  event_id: null,
  judged_at: '2012-08-01T10:00:00Z',
} as unknown as Verdict;
const JUDGED = {
  subjects: [{ name: 'smars', sha256: sha('a') }],
  policy_sha256: sha('2'),
  inputs: [],
  expires_at: '2012-08-01T10:00:30Z',
  version: '0.1.0',
};

function payloadOf(envelope: string): Record<string, unknown> {
  const { payload } = JSON.parse(envelope) as { payload: string };
  return JSON.parse(Buffer.from(payload, 'base64').toString()) as Record<string, unknown>;
}

describe('signManifest', () => {
  it('signs the JSON as it was read, and the door lets it in', () => {
    const envelope = signManifest(MANIFEST, 'm', BUILDER);
    expect(payloadOf(envelope)['predicate']).toEqual(MANIFEST);
    expect(openManifest(bytesOf(envelope), 'm', doorOf()).ok).toBe(true);
  });

  it('speaks about every artifact once, by its name', () => {
    const artifacts = [
      { name: 'config', kind: 'tree', sha256: sha('b') },
      { name: 'smars', kind: 'executable', sha256: sha('a') },
    ] as const;
    expect(
      payloadOf(signManifest(soundManifest({ artifacts: [...artifacts] }), 'm', BUILDER))['subject'],
    ).toEqual([
      { name: 'smars', digest: { sha256: sha('a') } },
      { name: 'config', digest: { sha256: sha('b') } },
    ]);
  });

  it('speaks about the binary by the deployment’s name when no artifact is listed', () => {
    expect(payloadOf(signManifest(MANIFEST, 'm', BUILDER))['subject']).toEqual([
      { name: 'deployment-1', digest: { sha256: sha('a') } },
    ]);
  });

  it.each([
    [
      'with a node’s key',
      MANIFEST,
      NODE,
      'The key "n1" is a node key, and only a builder key signs a manifest.',
    ],
    [
      'that is none',
      { schema: 'x' },
      BUILDER,
      'The manifest m.json is x; this version of haunted reads haunted.manifest/v1.',
    ],
    [
      'with a wrong digest',
      { ...MANIFEST, generation: 2 },
      BUILDER,
      /^The manifest m\.json is not worth a signature: its manifest_sha256 is .* but its content has .*\.$/,
    ],
    [
      'that contradicts itself',
      soundManifest({ bound_flags: ['a', 'a'] }),
      BUILDER,
      'The manifest m.json is not worth a signature: its bound_flags list "a" twice.',
    ],
  ])('signs no manifest %s', (_what, raw, key, message) => {
    expect(() => signManifest(raw, 'The manifest m.json', key)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
    expect(() => signManifest(raw, 'The manifest m.json', key)).toThrow(message);
  });
});

describe('signReport', () => {
  it('signs a report that the door lets in', () => {
    const envelope = signReport(soundReport(), NODE);
    expect(payloadOf(envelope)['subject']).toEqual([{ name: 'n1', digest: { sha256: sha('a') } }]);
    expect(openProof(JSON.parse(envelope), 'p', doorOf()).kind).toBe('report');
  });

  it.each([
    ['with a builder’s key', BUILDER, 'The key "ci" is a builder key, and only a node key signs a proof.'],
    [
      'of another host',
      newKey('node', 'key 2', 'n2'),
      'The key "key 2" speaks for n2 and cannot sign for n1.',
    ],
  ])('signs no report %s', (_what, key, message) => {
    expect(() => signReport(soundReport(), key)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message }),
    );
  });
});

describe('signVerdict', () => {
  it('signs a verification summary about the binaries judged', () => {
    expect(payloadOf(signVerdict(VERDICT, JUDGED, GATE))).toMatchObject({
      subject: [{ name: 'smars', digest: { sha256: sha('a') } }],
      predicateType: 'https://slsa.dev/verification_summary/v1',
      predicate: {
        verifier: { id: 'https://haunted-server-detector.dev/gate/gate-1' },
        verificationResult: 'FAILED',
      },
    });
  });

  it.each([
    [
      'with a builder’s key',
      BUILDER,
      JUDGED,
      'The key "ci" is a builder key, and only a gate key signs a verdict.',
    ],
    [
      'about nothing',
      GATE,
      { ...JUDGED, subjects: [] },
      'A verdict that is about no binary cannot be signed.',
    ],
  ])('signs no verdict %s', (_what, key, judged, message) => {
    expect(() => signVerdict(VERDICT, judged, key)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message }),
    );
  });
});
