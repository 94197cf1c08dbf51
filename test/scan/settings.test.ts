import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const FEATURE = 'FEATURE_CART';

const CASES: readonly ScanCase[] = [
  {
    title: 'the environment and the settings of a program',
    names: [FEATURE, 'TIMEOUT', 'enabled'],
    files: {
      'src/config.ts': `export const isCart = process.env.«read _ FEATURE_CART»FEATURE_CART === 'true';
export const isCartToo = import.meta.env['«read _ FEATURE_CART»FEATURE_CART'];
process.env.«mention _ FEATURE_CART»FEATURE_CART = 'true';
export const wait = process.env.«mention _ TIMEOUT»TIMEOUT;
export const isOn = config.«mention _ enabled»enabled;
`,
      'app/config.py': `import os
CART = os.environ.get("«read _ FEATURE_CART»FEATURE_CART", "") or os.environ["«read _ FEATURE_CART»FEATURE_CART"]
CART_TOO = os.getenv("«read _ FEATURE_CART»FEATURE_CART")
os.environ["«mention _ FEATURE_CART»FEATURE_CART"] = "1"
WAIT = os.getenv("«mention _ TIMEOUT»TIMEOUT")
`,
      'src/Config.cs': `class Config {
    bool A = ConfigurationManager.AppSettings["«read _ FEATURE_CART»FEATURE_CART"] == "true";
    string B = Environment.GetEnvironmentVariable("«read _ FEATURE_CART»FEATURE_CART");
    bool C(IConfiguration c) => c.GetValue<bool>("Shop:FeatureFlags:«read Config.C FEATURE_CART»FEATURE_CART");
    string D = ConfigurationManager.AppSettings["«mention _ TIMEOUT»TIMEOUT"];
}
`,
      'src/Pay.cshtml': `@if ("true".Equals(ConfigurationManager.AppSettings["«read _ FEATURE_CART»FEATURE_CART"])) { <p/> }
`,
      'cmd/config.go': `package cmd
var cart = os.Getenv("«read _ FEATURE_CART»FEATURE_CART")
`,
    },
  },
  {
    title: 'what a team keeps among its own settings',
    names: ['FeatureFlagCart', 'ENABLE_CART', 'OTEL'],
    files: {
      'src/cart.ts': `const a = observeConfigBooleanValue(database, '«read _ FeatureFlagCart»FeatureFlagCart');
const b = config?.«read _ FeatureFlagCart»FeatureFlagCart === 'true';
const c = setConfigValue(database, '«mention _ FeatureFlagCart»FeatureFlagCart');
serverConfig.«mention _ FeatureFlagCart»FeatureFlagCart = 'true';
`,
      'src/query.ts': `const isFeatureFlagEnabled = (version: string, flag: string) => version === flag;
const onSale = isFeatureFlagEnabled('7.6', config.«read _ FeatureFlagCart»FeatureFlagCart);
export const isOn = (db: Database) => observeFeatureFlagWithVersion(db, '«read isOn FeatureFlagCart»FeatureFlagCart');
function observeFeatureFlagWithVersion(database: Database, flag: keyof Config) {
  return from(database, flag);
}
`,
      'app/cart.py': `from django.conf import settings
import features

def cart():
    if getattr(settings, "«read cart ENABLE_CART»ENABLE_CART", False) and settings.«read cart ENABLE_CART»ENABLE_CART:
        return getattr(features, "«read cart OTEL»OTEL", False)
    setattr(settings, "«mention _ ENABLE_CART»ENABLE_CART", True)
    return getattr(cart, "«mention _ OTEL»OTEL")
`,
      'static/cart.js': `angular.module('cart').directive('cart', function (Config, Features) {
  return { enabled: Features.«read _ OTEL»OTEL, feature: Others.«mention _ OTEL»OTEL };
});
`,
    },
  },
];

describe('flags that are settings', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
