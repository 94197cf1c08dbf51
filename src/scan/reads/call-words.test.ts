import { describe, expect, it } from 'vitest';
import { typeAsked } from './asked-type.ts';
import {
  asksForFlag,
  holdsFlagName,
  holdsFlags,
  isFirm,
  plain,
  sdkKeyPlaces,
  speaksOfFlags,
  tokensOf,
} from './call-words.ts';

describe('the words of a name', () => {
  it.each([
    ['getFeatureFlag$', ['get', 'feature', 'flag']],
    ['HTTPFlag', ['http', 'flag']],
    ['is_feature_enabled?', ['is', 'feature', 'enabled']],
    ['FLAG', ['flag']],
    ['', []],
  ])('%s is %j', (name, tokens) => {
    expect(tokensOf(name)).toEqual(tokens);
  });

  it.each([
    ['GetBooleanValueAsync', 'getbooleanvalue'],
    ['get_boolean_value_async', 'getbooleanvalue'],
    ['checkGateSync', 'checkgate'],
    ['enabled?', 'enabled'],
    ['isOn$', 'ison'],
    ['LDServerSDK_BoolVariation', 'boolvariation'],
    ['BoolVariationCtx', 'boolvariation'],
    ['sync', 'sync'],
  ])('%s is evened out to %s', (name, even) => {
    expect(plain(name)).toBe(even);
  });
});

describe('calls of an SDK', () => {
  it.each([
    ['getBooleanValue', 'client.', false, [0, 1]],
    ['BoolVariation', 'ld.', false, [0, 1, 2]],
    ['checkGate', 'Statsig.', false, [1, 0]],
    ['isEnabled', 'this.flagResolver.', false, [0, 1]],
    ['variation', 'ldclient.get().', false, [0, 1]],
    ['active', 'Feature::for($user)->', false, [0, 1]],
    ['on?', 'growthbook.', false, [0]],
    ['getStringValue', 'settings.', false, null],
    ['getStringValue', 'settings.', true, [0]],
    ['isEnabled', 'button.', true, null],
    ['isFeatureEnabled', 'license.', true, null],
    ['get', 'gateway.', true, null],
    ['on', 'unleash.', true, null],
    ['Bool', 'flag.', true, null],
    ['GetBool', 'cmd.Flags().', true, null],
    ['String', 'flagSet.', true, null],
  ])('%s of %s in a file that speaks of flags: %s takes its key at %j', (name, receiver, speaks, places) => {
    expect(sdkKeyPlaces({ name, receiver }, { fileSpeaks: speaks })).toEqual(places);
  });

  it.each([
    ['has', 'features.', 2, true],
    ['has', 'features.', 1, false],
    ['get', 'flags.', 1, false],
    ['isEnabled', 'unleash.', 1, true],
    ['isEnabled', 'x.flags.', 1, false],
    ['Boolean', 'client.', 4, true],
    ['Boolean', 'client.', 1, false],
    ['getBooleanValue', 'anything.', 2, true],
  ])('%s of %s with %i arguments is firm: %s', (name, receiver, count, firm) => {
    expect(isFirm({ name, receiver }, count)).toBe(firm);
  });
});

describe('what a name says of itself', () => {
  it.each([
    ['isFeatureEnabled', '', true],
    ['canAccessFeature', '', true],
    ['feature', '', true],
    ['FeatureGate', '', true],
    ['isEnabledGlobally', 'hs.Features.', true],
    ['isEnabledGlobally', 'button.', false],
    ['renderFeature', '', false],
    ['setFeatureFlag', '', false],
    ['trackFeatureUsed', '', false],
    ['hasPremiumFeature', '', false],
    ['isFeatureEnabled', 'license.', false],
    ['get', 'flags.', false],
    ['use', '', false],
  ])('%s of %j asks for a flag: %s', (name, receiver, asks) => {
    expect(asksForFlag({ name, receiver })).toBe(asks);
  });

  it.each([
    ['flag', true],
    ['featureFlag', true],
    ['flag_key', true],
    ['feature_name', true],
    ['toggleName', true],
    ['feature', false],
    ['name', false],
    ['flagLabel', false],
    ['description', false],
  ])('%s holds the name of a flag: %s', (key, holds) => {
    expect(holdsFlagName(key)).toBe(holds);
  });

  it.each([
    ['flags', true],
    ['featureToggles', true],
    ['FEATURES', true],
    ['premiumFeatures', false],
    ['flag', false],
    ['options', false],
  ])('%s holds flags by name: %s', (name, holds) => {
    expect(holdsFlags(name)).toBe(holds);
  });

  it.each([
    ['flagClient.', true],
    ['ldclient.get().', true],
    ['gb?.', true],
    ['gateway.', false],
    ['list.get().', false],
  ])('%s speaks of flags: %s', (receiver, speaks) => {
    expect(speaksOfFlags(receiver)).toBe(speaks);
  });

  it.each([
    ['getBooleanValue', 'boolean'],
    ['isEnabled', 'boolean'],
    ['getStringDetails', 'string'],
    ['IntVariation', 'integer'],
    ['printVariation', null],
    ['getNumberValue', 'number'],
    ['DoubleVariation', 'float'],
    ['JSONVariation', 'object'],
    ['variation', null],
  ])('%s asks for a value of type %s', (name, type) => {
    expect(typeAsked(name)).toBe(type);
  });
});
