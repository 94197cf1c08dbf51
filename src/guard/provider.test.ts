import { FlagdCore } from '@openfeature/flagd-core';
import type { Client, Provider } from '@openfeature/server-sdk';
import { InMemoryProvider, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';
import { describe, expect, it } from 'vitest';
import { flag, sha } from '../../test/world/documents.ts';
import { guardOf, ownManifest } from '../../test/world/guards.ts';
import { newApi } from '../../test/world/open-feature.ts';
import { refusalIn } from './client.ts';
import type { Guard } from './guard.ts';
import { guardProvider } from './provider.ts';

const VALUES = {
  on: { variants: { yes: true }, defaultVariant: 'yes', disabled: false },
  word: { variants: { one: 'green' }, defaultVariant: 'one', disabled: false },
  size: { variants: { one: 3 }, defaultVariant: 'one', disabled: false },
  half: { variants: { one: 3.5 }, defaultVariant: 'one', disabled: false },
  shape: { variants: { one: { sides: 4 } }, defaultVariant: 'one', disabled: false },
};

async function clientOf(provider: Provider): Promise<Client> {
  const api = newApi();
  await api.setProviderAndWait(provider);
  return api.getClient();
}

async function inMemory(guard: Guard): Promise<Client> {
  return await clientOf(guardProvider(new InMemoryProvider(VALUES), guard));
}

/** A small provider around flagd's own evaluator. */
function flagdProvider(definition: object): Provider {
  const core = new FlagdCore();
  core.setConfigurations(JSON.stringify(definition));
  const logger = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
  return {
    metadata: { name: 'flagd-core' },
    runsOn: 'server',
    resolveBooleanEvaluation: async (key, fallback, context) =>
      core.resolveBooleanEvaluation(key, fallback, context, logger),
    resolveStringEvaluation: async (key, fallback, context) =>
      core.resolveStringEvaluation(key, fallback, context, logger),
    resolveNumberEvaluation: async (key, fallback, context) =>
      core.resolveNumberEvaluation(key, fallback, context, logger),
    resolveObjectEvaluation: async (key, fallback, context) =>
      core.resolveObjectEvaluation(key, fallback, context, logger),
  };
}

describe('a flag that is this binary’s own', () => {
  it('has the provider’s value, of every type', async () => {
    const guard = guardOf([
      'on',
      flag('word', { type: 'string' }),
      flag('size', { type: 'integer' }),
      flag('half', { type: 'float' }),
      flag('shape', { type: 'object' }),
    ]);
    const client = await inMemory(guard);
    expect(await client.getBooleanValue('on', false)).toBe(true);
    expect(await client.getStringValue('word', 'red')).toBe('green');
    expect(await client.getNumberValue('size', 0)).toBe(3);
    expect(await client.getNumberValue('half', 0)).toBe(3.5);
    expect(await client.getObjectValue('shape', {})).toEqual({ sides: 4 });
  });

  it.each(['live', 'dormant_but_bound'] as const)('may be %s', async (state) => {
    const client = await inMemory(guardOf([flag('on', { state })]));
    expect(await client.getBooleanDetails('on', false)).toMatchObject({ value: true, reason: 'STATIC' });
  });

  it('may have a row without a type', async () => {
    const { type: _type, ...row } = flag('word');
    const client = await inMemory(guardOf([row]));
    expect(await client.getStringValue('word', 'red')).toBe('green');
  });

  it('keeps the provider’s own errors', async () => {
    const guard = guardOf(['absent']);
    const details = await (await inMemory(guard)).getBooleanDetails('absent', false);
    expect(details).toMatchObject({ value: false, errorCode: 'FLAG_NOT_FOUND' });
    expect(refusalIn(details)).toBeNull();
    expect(guard.report(0).bound_flags).toEqual([]);
  });
});

describe('a flag that is refused', () => {
  it.each([
    ['in no table', [], 'flag_not_owned', 'FLAG_NOT_FOUND'],
    ['of another type', [flag('on', { type: 'string' })], 'flag_type_changed', 'TYPE_MISMATCH'],
    ['shackled', [flag('on', { state: 'shackled' })], 'flag_shackled', 'GENERAL'],
    ['retired', [flag('on', { state: 'retired' })], 'flag_retired', 'GENERAL'],
    ['dormant', [flag('on', { state: 'dormant' })], 'flag_dormant', 'GENERAL'],
  ])('%s gives the default, an error code and a reason', async (_what, rows, code, errorCode) => {
    const guard = guardOf(rows);
    const details = await (await inMemory(guard)).getBooleanDetails('on', false);
    expect(details).toMatchObject({ value: false, reason: 'ERROR', errorCode });
    expect(refusalIn(details)?.code).toBe(code);
    expect(guard.report(0).flags).toMatchObject([{ flag: 'on', evaluated: 1, refused: { [code]: 1 } }]);
  });

  it('has a value of another type than its row says', async () => {
    const guard = guardOf([flag('half', { type: 'integer' })]);
    const details = await (await inMemory(guard)).getNumberDetails('half', 7);
    expect(details).toMatchObject({ value: 7, errorCode: 'TYPE_MISMATCH' });
  });

  it('is not asked of the provider', async () => {
    const inner = new InMemoryProvider(VALUES);
    let asked = 0;
    inner.resolveBooleanEvaluation = async () => ({ value: (asked += 1) > 0 });
    const client = await clientOf(guardProvider(inner, guardOf([])));
    expect(await client.getBooleanValue('on', false)).toBe(false);
    expect(asked).toBe(0);
  });

  it('comes as an exception in strict mode, which the SDK turns into the same answer', async () => {
    const provider = guardProvider(new InMemoryProvider(VALUES), guardOf([], { isStrict: true }));
    const logger = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
    await expect(provider.resolveBooleanEvaluation('on', false, {}, logger)).rejects.toMatchObject({
      name: 'FlagRefused',
      code: 'FLAG_NOT_FOUND',
      refusal: { code: 'flag_not_owned', flag: 'on' },
    });
    const details = await (await clientOf(provider)).getBooleanDetails('on', false);
    expect(details).toMatchObject({ value: false, errorCode: 'FLAG_NOT_FOUND' });
    expect(refusalIn(details)?.code).toBe('flag_not_owned');
  });

  it('is ignored without an error where the manifest that has it allows that', async () => {
    const other = ownManifest([flag('on', { unaware: 'ignore' })], { binary_sha256: sha('b') });
    const guard = guardOf([flag('word', { state: 'retired', type: 'string', unaware: 'ignore' })], {
      alsoInForce: [other],
    });
    const client = await inMemory(guard);
    expect(await client.getBooleanDetails('on', false)).toEqual({
      flagKey: 'on',
      value: false,
      reason: 'DEFAULT',
      flagMetadata: {},
    });
    expect(await client.getStringValue('word', 'red')).toBe('red');
    expect(guard.report(0).flags).toMatchObject([
      { flag: 'word', evaluated: 1, ignored: 1, refused: {} },
      { flag: 'on', evaluated: 1, ignored: 1, refused: {} },
    ]);
  });

  it('is not ignored when one of two manifests forbids it', async () => {
    const allows = ownManifest([flag('on', { unaware: 'ignore' })], { binary_sha256: sha('b') });
    const forbids = ownManifest(['on'], { binary_sha256: sha('c') });
    const client = await inMemory(guardOf([], { alsoInForce: [allows, forbids] }));
    expect(await client.getBooleanDetails('on', false)).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
  });
});

describe('flagd’s metadata', () => {
  const definition = {
    $schema: 'https://flagd.dev/schema/v0/flags.json',
    metadata: { 'haunted.meaning': 'm:checkout' },
    flags: {
      checkout: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' },
      rlp: {
        state: 'ENABLED',
        variants: { on: true },
        defaultVariant: 'on',
        metadata: { 'haunted.meaning': 'm:power-peg' },
      },
      off: { state: 'DISABLED', variants: { on: true }, defaultVariant: 'on' },
      many: {
        state: 'ENABLED',
        variants: { a: 25 },
        defaultVariant: 'a',
        metadata: { 'haunted.meaning': 7 },
      },
    },
  };

  it('says what a flag means, by flag and for the set', async () => {
    const guard = guardOf(['checkout', 'rlp', flag('many', { type: 'number' })]);
    const client = await clientOf(guardProvider(flagdProvider(definition), guard));
    expect(await client.getBooleanDetails('checkout', false)).toMatchObject({ value: true });
    const reused = await client.getBooleanDetails('rlp', false);
    expect(reused).toMatchObject({ value: false, errorCode: 'GENERAL', reason: 'ERROR' });
    expect(reused.errorMessage).toBe(
      `haunted flag_reused: The flag service gives flag "rlp" the meaning "m:power-peg", and in smars-rlp (binary aaaaaaaaaaaa…) it means "m:rlp": one name, two switches; give one of them a new name.`,
    );
    expect(refusalIn(await client.getNumberDetails('many', 1))?.code).toBe('flag_reused');
    expect(guard.report(0).bound_flags).toEqual([
      { flag: 'checkout', meaning: 'm:checkout', value: null, source: 'self_report:guard' },
      { flag: 'rlp', meaning: 'm:power-peg', value: null, source: 'self_report:guard' },
      { flag: 'many', meaning: '7', value: null, source: 'self_report:guard' },
    ]);
  });

  it('leaves a flag that the service has disabled to the code’s default', async () => {
    const client = await clientOf(
      guardProvider(flagdProvider(definition), guardOf([flag('off', { meaning: 'm:checkout' })])),
    );
    expect(await client.getBooleanDetails('off', true)).toMatchObject({ value: true });
  });
});

/** The guard of a process that runs another binary than its manifest is about. */
function wrong(): Guard {
  const { process } = guardOf(['on']);
  return guardOf(['on'], { process: { ...process, binarySha256: sha('b') } });
}

describe('another binary’s process', () => {
  it('makes the provider fatal, and every flag is refused', async () => {
    const guard = wrong();
    const api = newApi();
    await expect(
      api.setProviderAndWait(guardProvider(new InMemoryProvider(VALUES), guard)),
    ).rejects.toMatchObject({ code: 'PROVIDER_FATAL' });
    expect(api.getClient().providerStatus).toBe(ProviderStatus.FATAL);
    const details = await api.getClient().getBooleanDetails('on', false);
    expect(details).toMatchObject({ value: false, errorCode: 'PROVIDER_FATAL' });
  });

  it('is refused by the provider itself as well, for those who do not ask for its status', async () => {
    const logger = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
    const provider = guardProvider(new InMemoryProvider(VALUES), wrong());
    expect(await provider.resolveBooleanEvaluation('on', false, {}, logger)).toMatchObject({
      errorCode: 'PROVIDER_FATAL',
    });
    expect(await provider.resolveBooleanEvaluation('other', false, {}, logger)).toMatchObject({
      errorCode: 'PROVIDER_FATAL',
    });
  });
});

function talkative(): { provider: Provider; said: string[] } {
  const said: string[] = [];
  const inner = new InMemoryProvider(VALUES);
  const provider = Object.assign(inner, {
    initialize: async (_context?: object, domain?: string) => void said.push(`start ${domain}`),
    onClose: async () => void said.push('close'),
    track: (name: string) => void said.push(`track ${name}`),
    hooks: [{ before: () => void said.push('hook') }],
  });
  return { provider, said };
}

/** What happens to a provider of two domains that changes its flags and is shut down. */
async function lifeOfTwoDomains(guarded: (provider: Provider) => Provider): Promise<string[]> {
  const { provider, said } = talkative();
  const api = newApi();
  await api.setProviderAndWait('orders', guarded(provider));
  await api.setProviderAndWait('prices', guarded(provider));
  api.getClient('prices').addHandler(ProviderEvents.ConfigurationChanged, () => void said.push('changed'));
  provider.events?.emit(ProviderEvents.ConfigurationChanged);
  await api.close();
  return said;
}

describe('what the provider has beside flags', () => {
  it('works through the guard: start, hooks, tracking, shutdown', async () => {
    const { provider, said } = talkative();
    const api = newApi();
    const guarded = guardProvider(provider, guardOf(['on']));
    await api.setProviderAndWait('orders', guarded);
    const client = api.getClient('orders');
    expect(client.metadata.providerMetadata).toBe(provider.metadata);
    expect(await client.getBooleanValue('on', false)).toBe(true);
    client.track('sold');
    await api.close();
    expect(said).toEqual(['start orders', 'hook', 'track sold', 'close']);
  });

  it('goes for two domains as it goes without the guard', async () => {
    const guard = guardOf(['on']);
    const bare = await lifeOfTwoDomains((provider) => provider);
    expect(await lifeOfTwoDomains((provider) => guardProvider(provider, guard))).toEqual(bare);
    expect(bare.filter((word) => word !== 'close')).toEqual(['start orders', 'changed']);
  });

  it('is absent where the provider has none', () => {
    const bare = flagdProvider({ flags: {} });
    const guarded = guardProvider(bare, guardOf([]));
    expect(Object.keys(guarded).toSorted()).toEqual(Object.keys(bare).toSorted());
  });
});
