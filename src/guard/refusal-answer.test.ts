import { describe, expect, it } from 'vitest';
import { readRefusals, refusalAnswer, refusalHeaders } from './refusal-answer.ts';
import type { Refusal } from './refusal.ts';

const REUSED: Refusal = { code: 'flag_reused', flag: 'größe, x', sentence: 'It means another thing.' };
const MALFORMED: Refusal = { code: 'stamp_malformed', flag: null, sentence: 'It cannot be read.' };

describe('what the sender is told', () => {
  it('is a problem that a program can read', () => {
    const { status, headers, body } = refusalAnswer({
      ok: false,
      sender: 'x',
      refusals: [REUSED, MALFORMED],
    });
    expect(status).toBe(409);
    expect(headers).toEqual({
      'content-type': 'application/problem+json',
      'haunted-refused': 'flag_reused gr%C3%B6%C3%9Fe%2C%20x, stamp_malformed',
    });
    expect(JSON.parse(body)).toEqual({
      type: 'urn:haunted:flag_reused',
      title: 'A flag in this message was refused',
      status: 409,
      detail: 'It means another thing.',
      refusals: [REUSED, MALFORMED],
    });
  });

  it.each([
    ['stamp_malformed', 400],
    ['stamps_too_large', 431],
    ['binary_not_ours', 503],
  ] as const)('has the status of its first reason: %s', (code, status) => {
    expect(refusalAnswer({ ok: false, sender: null, refusals: [{ ...REUSED, code }] }).status).toBe(status);
  });

  it('is read again from the headers', () => {
    expect(readRefusals(refusalHeaders({ refusals: [REUSED, MALFORMED] }))).toEqual([
      { code: 'flag_reused', flag: 'größe, x' },
      { code: 'stamp_malformed', flag: null },
    ]);
  });

  it.each(['', 'no_such_code x', ',,', 'flag_reused %', '\u0000'])(
    'is nothing more than it says: %j',
    (text) => {
      expect(readRefusals({ 'Haunted-Refused': text }).every(({ flag }) => flag === null)).toBe(true);
    },
  );
});
