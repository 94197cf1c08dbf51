import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'a constant whose type stands on the left of `new(…)`',
    files: {
      'src/Toggles.cs': `public static class Toggles
{
    public static class Slugs { public const string Cart = "«mention»new-checkout"; }
    public static readonly FeatureToggle NewCheckout = new(Slugs.«mention»Cart);
    public static FeatureToggle Direct { get; } = new("«mention»new-checkout", isOn: false);
}
`,
      'src/Pay.cs': `class Pay
{
    void Run()
    {
        if (!Toggles.«read Pay.Run»NewCheckout.IsEnabled(variables)) return;
        var on = await _service.IsFeatureEnabledAsync(Toggles.«read Pay.Run»NewCheckout);
    }
}
`,
    },
  },
  {
    title: 'a function that is handed to another and called at once',
    files: {
      'app/views.py': `import waffle
from asgiref.sync import sync_to_async

async def show(request):
    if not await sync_to_async(waffle.flag_is_active)(
        request, "«read show»new-checkout"
    ):
        return None
    await sync_to_async(log_flag)(request, "«mention»new-checkout")
`,
    },
  },
];

describe('what is called through something else', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
