import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../test/world/trust.ts';
import { PREDICATES, readStatement, writeStatement } from './statement.ts';

const SOUND = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'smars', digest: { sha256: 'aa' } }],
  predicateType: PREDICATES.proof,
  predicate: { a: 1 },
};

function read(value: unknown): ReturnType<typeof readStatement> {
  return readStatement(bytesOf(value), PREDICATES.proof);
}

describe('a statement', () => {
  it('is an in-toto Statement v1, fields in its order', () => {
    const written = Buffer.from(
      writeStatement(PREDICATES.proof, [{ name: 'smars', sha256: 'aa' }], { a: 1 }),
    );
    expect(written.toString()).toBe(JSON.stringify(SOUND));
  });

  it('can be read again', () => {
    expect(read(SOUND)).toEqual({ ok: true, subjects: ['aa'], predicate: { a: 1 } });
  });

  it.each([
    ['no subjects', [], []],
    [
      'several subjects',
      [{ digest: { sha256: 'aa' } }, { digest: { sha256: 'bb', sha512: 'x' } }],
      ['aa', 'bb'],
    ],
    [
      'a subject known by another digest only',
      [{ digest: { sha512: 'x' } }, { digest: { sha256: 'bb' } }],
      ['bb'],
    ],
    ['a subject whose sha256 is no text', [{ digest: { sha256: 1 } }], []],
  ])('may have %s', (_what, subject, subjects) => {
    expect(read({ ...SOUND, subject })).toMatchObject({ ok: true, subjects });
  });

  it.each([
    [
      'no JSON',
      'x',
      'malformed',
      'its payload is not strict JSON at line 1, column 1: "x" where a value should be',
    ],
    [
      'a key twice',
      '{"_type":1,"_type":2}',
      'duplicate_key',
      'its payload is not strict JSON at line 1, column 12: the key "_type" is there twice',
    ],
    [
      'bytes after its end',
      `${JSON.stringify(SOUND)}\u0000`,
      'trailing_bytes',
      String.raw`"\u0000" follows the end of the value`,
    ],
    ['a list', [SOUND], 'malformed', 'its payload is not an in-toto statement'],
    [
      'an older statement',
      { ...SOUND, _type: 'https://in-toto.io/Statement/v0.1' },
      'malformed',
      'its payload is not a statement of type https://in-toto.io/Statement/v1',
    ],
    [
      'a statement of no type',
      { ...SOUND, predicateType: undefined },
      'malformed',
      'its statement has no predicateType',
    ],
    [
      'a statement of another type',
      { ...SOUND, predicateType: PREDICATES.manifest },
      'wrong_predicate',
      `it is signed as "${PREDICATES.manifest}", not as ${PREDICATES.proof}`,
    ],
    [
      'an unknown field',
      { ...SOUND, 'x\n': 1 },
      'malformed',
      String.raw`its statement has the unknown field "x\n"`,
    ],
    [
      'a subject that is no list',
      { ...SOUND, subject: { digest: {} } },
      'malformed',
      'the subject of its statement is not a list of digests',
    ],
    [
      'no subject',
      { ...SOUND, subject: undefined },
      'malformed',
      'the subject of its statement is not a list of digests',
    ],
    [
      'a subject without a digest',
      { ...SOUND, subject: [{ name: 'x' }] },
      'malformed',
      'the subject of its statement is not a list of digests',
    ],
    [
      'a subject that is no object',
      { ...SOUND, subject: ['aa'] },
      'malformed',
      'the subject of its statement is not a list of digests',
    ],
    [
      'one good subject and one bad',
      { ...SOUND, subject: [...SOUND.subject, null] },
      'malformed',
      'the subject of its statement is not a list of digests',
    ],
  ])('is refused when it is or has %s', (_what, value, reason, detail) => {
    expect(read(value)).toMatchObject({ ok: false, reason, detail: expect.stringContaining(detail) });
  });
});

describe('the types of statements', () => {
  it('are fixed: other tools choose by them', () => {
    expect(PREDICATES).toEqual({
      manifest: 'https://haunted-server-detector.dev/deployment-manifest/v1',
      proof: 'https://haunted-server-detector.dev/node-proof/v1',
      verdict: 'https://slsa.dev/verification_summary/v1',
      plan: 'https://haunted-server-detector.dev/rollback-plan/v1',
      word: 'https://haunted-server-detector.dev/operator-word/v1',
      checkpoint: 'https://haunted-server-detector.dev/ledger-checkpoint/v1',
    });
  });
});
