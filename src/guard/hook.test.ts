import type { Client, Provider } from '@openfeature/server-sdk';
import { InMemoryProvider } from '@openfeature/server-sdk';
import { describe, expect, it } from 'vitest';
import { flag, sha } from '../../test/world/documents.ts';
import { guardOf, ownManifest } from '../../test/world/guards.ts';
import { newApi } from '../../test/world/open-feature.ts';
import { refusalIn, strictClient } from './client.ts';
import type { Guard } from './guard.ts';
import { guardHook } from './hook.ts';
import { guardProvider } from './provider.ts';
import { FlagRefused } from './refusal.ts';

const VALUES = {
  on: { variants: { yes: true }, defaultVariant: 'yes', disabled: false },
  word: { variants: { one: 'green' }, defaultVariant: 'one', disabled: false },
};

async function hooked(guard: Guard, provider: Provider = new InMemoryProvider(VALUES)): Promise<Client> {
  const api = newApi();
  await api.setProviderAndWait(provider);
  api.addHooks(guardHook(guard));
  return api.getClient();
}

describe('the guard as a hook', () => {
  it('lets a flag of this binary pass', async () => {
    const client = await hooked(guardOf(['on', flag('word', { type: 'string' })]));
    expect(await client.getBooleanValue('on', false)).toBe(true);
    expect(await client.getStringValue('word', 'red')).toBe('green');
  });

  it.each([
    ['flag_not_owned', 'FLAG_NOT_FOUND', []],
    ['flag_type_changed', 'TYPE_MISMATCH', [flag('on', { type: 'number' })]],
    ['flag_shackled', 'GENERAL', [flag('on', { state: 'shackled' })]],
  ])('refuses: %s', async (code, errorCode, rows) => {
    const details = await (await hooked(guardOf(rows))).getBooleanDetails('on', false);
    expect(details).toMatchObject({ value: false, reason: 'ERROR', errorCode });
    expect(refusalIn(details)?.code).toBe(code);
  });

  it('refuses a value that the flag service gives another meaning', async () => {
    const inner = new InMemoryProvider(VALUES);
    inner.resolveBooleanEvaluation = async () => ({
      value: true,
      flagMetadata: { 'haunted.meaning': 'm:other' },
    });
    const guard = guardOf(['on']);
    const details = await (await hooked(guard, inner)).getBooleanDetails('on', false);
    expect(details).toMatchObject({ value: false, errorCode: 'GENERAL' });
    expect(guard.report(0).bound_flags).toMatchObject([{ flag: 'on', meaning: 'm:other' }]);
  });

  it('counts a flag that may be ignored as ignored, though the SDK then says it was not found', async () => {
    const other = ownManifest([flag('on', { unaware: 'ignore' })], { binary_sha256: sha('b') });
    const guard = guardOf([], { alsoInForce: [other] });
    const details = await (await hooked(guard)).getBooleanDetails('on', false);
    expect(details).toMatchObject({ value: false, errorCode: 'FLAG_NOT_FOUND' });
    expect(guard.report(0).flags).toMatchObject([{ ignored: 1, refused: {} }]);
  });

  it('does not count twice where the provider is guarded as well', async () => {
    const guard = guardOf(['on']);
    const client = await hooked(guard, guardProvider(new InMemoryProvider(VALUES), guard));
    await client.getBooleanValue('on', false);
    expect(guard.report(0).flags).toMatchObject([{ flag: 'on', evaluated: 1 }]);
  });
});

describe('a strict client', () => {
  it.each([
    ['Boolean', false],
    ['String', ''],
    ['Number', 0],
    ['Object', {}],
  ] as const)('throws a refusal from get%sValue and get…Details', async (kind, fallback) => {
    const client = strictClient(await hooked(guardOf([])));
    const value = client[`get${kind}Value`] as (flag: string, fallback: unknown) => Promise<unknown>;
    const details = client[`get${kind}Details`] as typeof value;
    await expect(value('on', fallback)).rejects.toBeInstanceOf(FlagRefused);
    await expect(details('on', fallback)).rejects.toMatchObject({
      refusal: { code: 'flag_not_owned', flag: 'on' },
    });
  });

  it('gives values, other errors and everything else as they are', async () => {
    const client = strictClient(await hooked(guardOf(['on', 'absent'])));
    expect(await client.getBooleanValue('on', false)).toBe(true);
    expect(await client.getBooleanValue('absent', true)).toBe(true);
    expect(client.metadata.sdk).toBe('js-server');
    expect(client.addHooks()).toBe(client);
    expect(client.getHooks()).toEqual([]);
  });
});
