import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'options of .NET, by their type and by their name',
    names: ['NewCheckout'],
    files: {
      'src/Pay.cs': `class Pay
{
    private readonly FeatureFlags _held;
    private readonly ShopOptions _shop;
    Pay(IOptions<FeatureFlags> options, IOptions<ShopOptions> shop, FeatureFlagSettings featureFlagSettings)
    {
        _held = options.Value;
        _shop = shop.Value;
        featureFlagSettings.«mention _ NewCheckout»NewCheckout = true;
    }
    bool Run(IOptionsSnapshot<FeatureToggleOptions> now) =>
        _held.«read Pay.Run NewCheckout»NewCheckout || now.Value.«read Pay.Run NewCheckout»NewCheckout
        || _shop.«mention _ NewCheckout»NewCheckout;
    bool IsShown { get { var shown = _shop.Value.FeatureFlags.«read _ NewCheckout»NewCheckout; return shown; } }
}
`,
      'src/Pay.cshtml': `@if (Model.FeatureFlags.«read _ NewCheckout»NewCheckout) { <p>@Model.Cart.«mention _ NewCheckout»NewCheckout</p> }
`,
    },
  },
  {
    title: 'a record of features that are enabled, and how it is made',
    names: ['NewCheckout'],
    files: {
      'src/Features.cs': `record ExperimentalFeaturesEnabled(bool «mention _ NewCheckout»NewCheckout)
{
    static readonly ExperimentalFeaturesEnabled None = new(«mention _ NewCheckout»NewCheckout: false);
    static ExperimentalFeaturesEnabled All() => new ExperimentalFeaturesEnabled(«mention _ NewCheckout»NewCheckout: true);
    bool Shown => this.configuration.ExperimentalFeaturesEnabled.«read _ NewCheckout»NewCheckout;
    object Kept() => new FeatureEnabledEvent("«mention _ NewCheckout»NewCheckout");
}
`,
    },
  },
  {
    title: 'tables of TypeScript, by their type and by the call that gives them',
    names: ['newCheckout'],
    files: {
      'src/pay.ts': `export function pay(given: FeatureFlags, other: Cart, part: Partial<Flags>): void {
  const held = useFeatureFlags();
  const cart = useCart();
  if (given.«read pay newCheckout»newCheckout && part.«read pay newCheckout»newCheckout) return;
  if (held.«read pay newCheckout»newCheckout) other.«mention _ newCheckout»newCheckout();
  cart.«mention _ newCheckout»newCheckout();
}
`,
    },
  },
  {
    title: 'a table that a call gives for somebody, and one that is asked by name',
    names: ['newCheckout'],
    files: {
      'src/pay.ts': `const isOn = useWaffleFlags(course).«read isOn newCheckout»newCheckout || getFlagList(course).«mention _ newCheckout»newCheckout;
`,
      'src/switch.ts': `export const isSwitchedOn = (name: string) => window.config.switches[name] ?? false;
`,
      'src/own.ts': `const isSwitchedOn = (switchName: string) => kept.has(switchName);
if (isSwitchedOn('«read _ newCheckout»newCheckout')) pay();
`,
      'src/other.ts': `import { isSwitchedOn } from './switch';
if (isSwitchedOn('«read _ newCheckout»newCheckout')) pay();
`,
    },
  },
  {
    title: 'whether a table has the name',
    files: {
      'app/pay.py': `from django.conf import settings

def pay():
    if "«read pay»new-checkout" in settings.FEATURES and "«read pay»new-checkout" not in flags:
        return "«mention»new-checkout" in titles
`,
      'src/pay.ts': `export const pay = (flags: object, titles: object) => ('«read pay»new-checkout' in flags) || '«mention»new-checkout' in titles;
`,
    },
  },
];

describe('tables of flags', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
