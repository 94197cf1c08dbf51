import { describe, expect, it } from 'vitest';
import { sha } from '../../test/world/documents.ts';
import { EXIT_BY_VERDICT, VERDICT_WORDS } from '../model/verdict.ts';
import type { Verdict } from '../model/verdict.ts';
import { verificationSummary } from './verification-summary.ts';

const VERDICT = {
  verdict: 'ALLOW_ROLLBACK',
  gate: 'rollback',
  cluster: 'smars/prod',
  manifest_sha256: sha('1'),
  event_id: null,
  judged_at: '2012-08-01T10:00:00Z',
} as unknown as Verdict;
const JUDGED = {
  subjects: [{ name: 'smars', sha256: sha('a') }],
  policy_sha256: sha('2'),
  inputs: [{ uri: 'file:m.json', sha256: sha('3') }],
  expires_at: '2012-08-01T10:00:30Z',
  version: '0.1.0',
};

describe('verificationSummary', () => {
  it('is a SLSA VSA with the verdict inside', () => {
    expect(verificationSummary(VERDICT, JUDGED, 'gate 1')).toEqual({
      verifier: { id: 'https://haunted-server-detector.dev/gate/gate%201', version: { haunted: '0.1.0' } },
      timeVerified: '2012-08-01T10:00:00Z',
      resourceUri: `haunted:smars%2Fprod?gate=rollback&manifest=sha256:${sha('1')}`,
      policy: { uri: 'haunted:smars%2Fprod/policy', digest: { sha256: sha('2') } },
      inputAttestations: [{ uri: 'file:m.json', digest: { sha256: sha('3') } }],
      verificationResult: 'PASSED',
      verifiedLevels: ['HAUNTED_ALLOW_ROLLBACK'],
      'https://haunted-server-detector.dev/ns/expires': '2012-08-01T10:00:30Z',
      'https://haunted-server-detector.dev/ns/verdict/v1': VERDICT,
    });
  });

  it.each([
    [
      'an event',
      { event_id: 'e&1', gate: 'proof' },
      `haunted:smars%2Fprod?gate=proof&manifest=sha256:${sha('1')}&event=e%261`,
    ],
    ['no manifest', { manifest_sha256: null }, 'haunted:smars%2Fprod?gate=rollback'],
    ['no cluster', { cluster: null }, `haunted:?gate=rollback&manifest=sha256:${sha('1')}`],
  ] as const)('names %s in its resource', (_what, more, resourceUri) => {
    expect(verificationSummary({ ...VERDICT, ...more }, JUDGED, 'g')).toHaveProperty(
      'resourceUri',
      resourceUri,
    );
  });

  it.each(VERDICT_WORDS)('passes %s only when its exit code is 0', (verdict) => {
    const isPassed = EXIT_BY_VERDICT[verdict] === 0;
    expect(verificationSummary({ ...VERDICT, verdict }, JUDGED, 'g')).toMatchObject({
      verificationResult: isPassed ? 'PASSED' : 'FAILED',
      verifiedLevels: [isPassed ? `HAUNTED_${verdict}` : 'FAILED'],
    });
  });
});
