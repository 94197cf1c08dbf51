import { describe, expect, it } from 'vitest';
import type { Gate } from '../../model/intent.ts';
import { testIo } from '../../../test/fixtures/test-io.ts';
import type { Values } from '../command.ts';
import { readWords } from './words.ts';
import type { CheckWords } from './words.ts';

const EVIDENCE = { evidence: ['reports'] };

function read(gate: Gate, values: Values, positionals: readonly string[] = []): CheckWords {
  return readWords(gate, values, positionals, testIo({ now: 1_000 }).io);
}

describe('the words of check', () => {
  it.each<[string, Gate, Values, RegExp]>([
    [
      'deploy without a manifest',
      'deploy',
      { current: 'c', ...EVIDENCE },
      /^--manifest is missing: give the manifest to deploy\.$/,
    ],
    [
      'deploy without what runs now',
      'deploy',
      { manifest: 'm', ...EVIDENCE },
      /^--current is missing: give the manifest the cluster should run now\.$/,
    ],
    ['deploy without evidence', 'deploy', { manifest: 'm', current: 'c' }, /^--evidence is missing: give /],
    [
      'activate without a manifest',
      'activate',
      EVIDENCE,
      /^--manifest is missing: give the manifest to activate\.$/,
    ],
    ['activate with an empty manifest', 'activate', { manifest: '', ...EVIDENCE }, /^--manifest is missing/],
    ['activate without evidence', 'activate', { manifest: 'm' }, /^--evidence is missing/],
    [
      'rollback without a target',
      'rollback',
      EVIDENCE,
      /^--to is missing: give the manifest to go back to, or the --plan/,
    ],
    ['rollback without evidence', 'rollback', { to: 't' }, /^--evidence is missing/],
    [
      'rollback from two manifests',
      'rollback',
      { to: 't', current: 'c', manifest: 'm', ...EVIDENCE },
      /^--current and --manifest both /,
    ],
    ['proof without a manifest', 'proof', { event: 'e', nonce: 'n', ...EVIDENCE }, /^--manifest is missing/],
    ['proof without an event', 'proof', { manifest: 'm', nonce: 'n', ...EVIDENCE }, /^--event is missing/],
    ['proof without a nonce', 'proof', { manifest: 'm', event: 'e', ...EVIDENCE }, /^--nonce is missing/],
    [
      'an event with a line feed',
      'proof',
      { manifest: 'm', event: 'a\nb', nonce: 'n', ...EVIDENCE },
      /^--event is not a name/,
    ],
    [
      'a nonce of 257 characters',
      'proof',
      { manifest: 'm', event: 'e', nonce: 'n'.repeat(257), ...EVIDENCE },
      /^--nonce is not a name/,
    ],
    [
      'an unknown format',
      'activate',
      { manifest: 'm', format: 'xml', ...EVIDENCE },
      /^--format "xml" is not one of table, json, sarif, junit, markdown\.$/,
    ],
    [
      'a time without a zone',
      'activate',
      { manifest: 'm', now: '2012-08-01T09:30:00', ...EVIDENCE },
      /^--now "2012-08-01T09:30:00" is not a time/,
    ],
    [
      'a key without a file to write',
      'activate',
      { manifest: 'm', 'sign-with': 'k', ...EVIDENCE },
      /^--verdict-out is missing/,
    ],
    [
      'a file to write without a key',
      'activate',
      { manifest: 'm', 'verdict-out': 'v', ...EVIDENCE },
      /^--sign-with is missing/,
    ],
  ])('refuses %s', (_, gate, values, message) => {
    expect(() => read(gate, values)).toThrow(
      expect.objectContaining({ code: 'BAD_USAGE', message: expect.stringMatching(message) }),
    );
  });

  it('refuses a word that is no option', () => {
    expect(() => read('activate', { manifest: 'm', ...EVIDENCE }, ['m2.json'])).toThrow(
      expect.objectContaining({
        code: 'BAD_USAGE',
        message: '`haunted check activate` takes options only, and "m2.json" is none.',
      }),
    );
  });

  it('understands every option', () => {
    const values = {
      manifest: 'm',
      event: 'e',
      nonce: 'n',
      current: 'c',
      plan: 'p',
      evidence: ['a', '-'],
      history: ['h', 'i'],
      policy: 'pol',
      keyring: 'k',
      'accept-unsigned': true,
      now: '2012-08-01T09:30:00Z',
      format: 'junit',
      'exit-zero': true,
      'sign-with': 'gate.key',
      'verdict-out': 'v.json',
    };
    expect(read('proof', values)).toEqual({
      intent: { gate: 'proof', manifest: 'm', current: 'c', plan: 'p', event_id: 'e', nonce: 'n' },
      evidence: ['a', '-'],
      history: ['h', 'i'],
      policy: 'pol',
      keyring: 'k',
      acceptUnsigned: true,
      now: Date.parse('2012-08-01T09:30:00Z'),
      format: 'junit',
      exitZero: true,
      sign: { with: 'gate.key', to: 'v.json' },
    });
  });

  it.each([
    [undefined, null],
    ['automation', 'automation'],
    ['operator', 'operator'],
  ])('hears who would press: %s', (actor, heard) => {
    const values = { to: 't', ...EVIDENCE, ...(actor === undefined ? {} : { actor }) };
    expect(read('rollback', values)).toMatchObject({ intent: { actor: heard } });
  });

  it('takes nobody else for one who presses', () => {
    expect(() => read('rollback', { to: 't', actor: 'cron', ...EVIDENCE })).toThrow(
      '--actor "cron" is not one of operator, automation.',
    );
  });

  it('prints a table and asks the clock when nothing else is said', () => {
    expect(read('rollback', { to: 't', manifest: 'm', ...EVIDENCE })).toMatchObject({
      intent: { gate: 'rollback', to: 't', plan: null, current: 'm' },
      history: [],
      policy: null,
      keyring: null,
      acceptUnsigned: false,
      now: 1_000,
      format: 'table',
      exitZero: false,
      sign: null,
    });
  });
});
