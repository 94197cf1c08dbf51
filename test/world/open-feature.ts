import { OpenFeatureAPI } from '@openfeature/server-sdk';

/** An OpenFeature API of its own: the SDK's one instance would carry hooks and providers from test to test. */
export function newApi(): OpenFeatureAPI {
  // Its constructor is private to the SDK only as far as types go.
  return Reflect.construct(OpenFeatureAPI, []) as OpenFeatureAPI;
}
