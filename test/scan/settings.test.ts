import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const FEATURE = 'FEATURE_CART';

const CASES: readonly ScanCase[] = [
  {
    title: 'the environment and the settings of a program',
    names: [FEATURE, 'TIMEOUT'],
    files: {
      'src/config.ts': `export const isCart = process.env.«read _ FEATURE_CART»FEATURE_CART === 'true';
export const isCartToo = import.meta.env['«read _ FEATURE_CART»FEATURE_CART'];
process.env.«mention _ FEATURE_CART»FEATURE_CART = 'true';
export const wait = process.env.«mention _ TIMEOUT»TIMEOUT;
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
];

describe('flags that are settings', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
