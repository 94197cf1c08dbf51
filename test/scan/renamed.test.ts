import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'a question that a file imports by a name of its own',
    files: {
      'src/pay.ts': `import { isEnabled as isThere, track as isHere } from './flags';
import { isFeatureEnabled as onSale } from '@shop/features';
if (onSale('«read»new-checkout')) pay();
isHere('«mention»new-checkout');
`,
      'app/pay.py': `from shop.features import (
    flag_is_active as posthog_says,
    log as waffle_says,
)

def pay():
    waffle_says("«mention»new-checkout")
    return posthog_says(
        "«read pay»new-checkout",
        default=False,
    )
`,
    },
  },
  {
    title: 'a constant that C# writes as a property, and a path among the settings',
    files: {
      'src/Known.cs': `static class KnownFeatures
{
    public static string NewCheckout => "«mention»new-checkout";
    public static string Title() => "«mention»new-checkout";
}
`,
      'src/Pay.cs': `class Pay
{
    void Run()
    {
        if (_features.IsFeatureEnabled(KnownFeatures.«read Pay.Run»NewCheckout, defaultValue: false)) return;
        var on = _configuration.GetSection($"FeatureManagement:{KnownFeatures.«read Pay.Run»NewCheckout}").Get<bool>();
        _configuration[$"FeatureManagement:{KnownFeatures.«mention»NewCheckout}"] = "true";
        var text = $"Flag:{KnownFeatures.«mention»NewCheckout}";
    }
}
`,
    },
  },
  {
    title: 'a flag object whose name is put together, on a line of its own',
    files: {
      'app/toggles.py': `NAMESPACE = 'new'
NEW_CHECKOUT = WaffleFlag(
    «mention»f'{NAMESPACE}-checkout',
    __name__,
)

def is_new():
    return «read is_new»NEW_CHECKOUT.is_enabled()
`,
    },
  },
  {
    title: 'members of a Python enum that carry more than their name',
    files: {
      'app/flags.py': `class Flags(FlagInfo, Enum):
    NEW_CHECKOUT = ("«mention»new-checkout", "Sell anew")
    OTHER = ("other", "«mention»new-checkout")
`,
      'app/pay.py': `from app.flags import Flags

def pay(request):
    if flag_is_active(request, Flags.«read pay»NEW_CHECKOUT.slug):
        return Setting(flag_required="«read pay»new-checkout")
    log(Flags.«mention»NEW_CHECKOUT.slug)
`,
    },
  },
  {
    title: 'a table that lists names of flags under keys of their own',
    files: {
      'src/names.ts': `const featureNames = {
  roles: 'roles',
  newCheckoutFeatureToggleKey: '«mention»new-checkout',
};
const route = { path: 'pay', requiredFeatureFlag: '«read route»new-checkout' };
`,
    },
  },
];

describe('questions and flags by other names', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
