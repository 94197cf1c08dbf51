import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readinessOf, saidReason } from './said-reason.ts';

describe('a reason', () => {
  it.each([
    ['no lease: binary_mismatch', 'no lease: binary_mismatch'],
    ['', 'not ready'],
    ['   ', 'not ready'],
    ['#', 'not ready'],
    ['lease over\r\nup ready', 'lease over up ready'],
    ['down #really', 'down really'],
    ['--help', 'help'],
    ['café', 'caf'],
    ['a'.repeat(81), 'a'.repeat(80)],
    [`${'a'.repeat(79)} b`, 'a'.repeat(79)],
  ])('%j is said as %j', (given, said) => {
    expect(saidReason(given)).toBe(said);
  });

  it('is one short line of plain characters whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const said = saidReason(given);
        expect(said).toMatch(/^[A-Za-z0-9][\w .:/()-]{0,79}$/);
        expect(saidReason(said)).toBe(said);
      }),
    );
  });
});

it('takes a source that throws for one that is not ready', () => {
  const broken = {
    current: () => {
      throw new Error('a bug');
    },
    onChange: () => () => {},
  };
  expect(readinessOf(broken)).toEqual({ ready: false, reason: 'the agent cannot tell' });
});
