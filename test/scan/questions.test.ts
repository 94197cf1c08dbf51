import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'a member of a type of flags that any question is about',
    names: ['NewCheckout'],
    files: {
      'src/FeatureType.cs': `public enum FeatureType { «mention _ NewCheckout»NewCheckout }
`,
      'src/Pay.cs': `[Feature(FeatureType.«read _ NewCheckout»NewCheckout)]
class Pay : Controller
{
    async Task Run()
    {
        if (!Html.IsAuthorized(FeatureType.«read Pay.Run NewCheckout»NewCheckout)) return;
        var result = await _service.GetAuthorizationResultAsync(FeatureType.«read Pay.Run NewCheckout»NewCheckout);
        _store.Save(FeatureType.«mention _ NewCheckout»NewCheckout);
        _log.Debug(FeatureType.«mention _ NewCheckout»NewCheckout);
        var feature = new Feature(FeatureType.«mention _ NewCheckout»NewCheckout);
        if (cart.IsPaid(PaymentType.«mention _ NewCheckout»NewCheckout)) return;
    }
}
`,
      'src/Pay.cshtml': `@if (Html.IsAuthorized(FeatureType.«read _ NewCheckout»NewCheckout)) { <p>@Html.Raw(FeatureType.«mention _ NewCheckout»NewCheckout)</p> }
`,
    },
  },
  {
    title: 'a switch that is asked whether it is on, and a component that is connected to flags',
    files: {
      'src/pay.tsx': `if (isSwitchOn('«read _»new-checkout')) pay();
switchTheme('«mention»new-checkout');
export const Pay = connectToFlags<Props>('«read Pay»new-checkout')(Inner);
const name = FeatureFlagEnums.getValue('«mention»new-checkout');
`,
    },
  },
];

describe('questions about flags', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
