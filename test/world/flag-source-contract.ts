import { describe, expect, it } from 'vitest';
import type { FlagSource } from '../../src/agent/ofrep/flag-source.ts';

/** What every source under contract is made to hold. */
export const CONTRACT_FLAGS = {
  metadata: { flagSetId: 'contract' },
  flags: {
    plain: {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'on',
      metadata: { team: 'a' },
    },
    text: { state: 'ENABLED', variants: { a: '' }, defaultVariant: 'a' },
    count: { state: 'ENABLED', variants: { none: 0 }, defaultVariant: 'none' },
    shape: { state: 'ENABLED', variants: { round: { r: 1 } }, defaultVariant: 'round' },
    targeted: {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'off',
      targeting: { if: [{ '==': [{ var: 'firm' }, 'member'] }, 'on'] },
    },
    disabled: { state: 'DISABLED', variants: { on: true }, defaultVariant: 'on' },
    wrong: {
      state: 'ENABLED',
      variants: { on: true },
      defaultVariant: 'on',
      targeting: { if: [true, 'missing'] },
    },
    'with/slash and space': { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' },
  },
};

const FRESH = { etag: null, lastModified: null };

/** What any source of flags must do, whatever it is. */
export function flagSourceContract(open: () => Promise<FlagSource>): void {
  describe('as a source of flags', () => {
    it.each([
      ['plain', {}, { kind: 'value', value: true, reason: 'STATIC', variant: 'on' }],
      ['text', {}, { kind: 'value', value: '', reason: 'STATIC', variant: 'a' }],
      ['count', {}, { kind: 'value', value: 0, reason: 'STATIC', variant: 'none' }],
      ['shape', {}, { kind: 'value', value: { r: 1 } }],
      ['targeted', { firm: 'member' }, { kind: 'value', value: true, reason: 'TARGETING_MATCH' }],
      ['targeted', {}, { kind: 'value', value: false, reason: 'UNKNOWN', variant: 'off' }],
      ['disabled', {}, { kind: 'code_default', reason: 'DISABLED' }],
      ['wrong', {}, { kind: 'failed', code: 'GENERAL' }],
      ['with/slash and space', {}, { kind: 'value', value: true }],
      ['nobody', {}, { kind: 'not_found' }],
      ['__proto__', {}, { kind: 'not_found' }],
      ['constructor', {}, { kind: 'not_found' }],
    ])('%s for %j', async (flag, context, expected) => {
      const source = await open();
      expect(await source.evaluate(flag, context)).toMatchObject(expected);
      const all = await source.evaluateAll([flag, 'plain'], context, FRESH);
      const byFlag = all.kind === 'flags' ? all.byFlag : new Map();
      expect(byFlag.get(flag) ?? { kind: 'not_found' }).toMatchObject(expected);
    });

    it('gives the metadata of the set and of the flag', async () => {
      const source = await open();
      const said = await source.evaluate('plain', {});
      expect(said).toMatchObject({ metadata: { flagSetId: 'contract', team: 'a' } });
    });

    it('gives no flag that was not asked for', async () => {
      const all = await (await open()).evaluateAll(['plain', 'nobody'], {}, FRESH);
      expect(all.kind === 'flags' ? Array.from(all.byFlag.keys()) : null).toContain('plain');
      expect(all.kind === 'flags' ? Array.from(all.byFlag.keys()) : null).not.toContain('text');
    });

    it('names its version the same while nothing changes', async () => {
      const source = await open();
      const version = source.version();
      await source.evaluateAll(['plain'], {}, { etag: 'x', lastModified: '1771622898' });
      expect(source.version()).toBe(version);
    });
  });
}
