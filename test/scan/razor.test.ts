import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'elements that name a constant',
    files: {
      'src/Flags.cs': `public static class FeatureFlags { public const string NewCheckout = "«mention»new-checkout"; }
`,
      'src/Pay.cshtml': `<feature name="@(FeatureFlags.«read»NewCheckout)" negate="true"><p/></feature>
<feature name="@FeatureFlags.«read»NewCheckout"><p/></feature>
<p title="@FeatureFlags.«mention»NewCheckout"></p>
@* <feature name="@FeatureFlags.«mention»NewCheckout"> *@
`,
    },
  },
  {
    title: 'elements with no definitions at hand',
    names: [],
    files: {
      'src/Flags.cs': `public static class FeatureFlags { public const string NewCheckout = "«mention»new-checkout"; }
`,
      'src/Pay.cshtml': `@inject IFeatureManager FeatureManager
@if (await FeatureManager.IsEnabledAsync("«read _ old-checkout»old-checkout")) { }
<feature name="@(FeatureFlags.«read»NewCheckout)"><feature name="«read _ old-checkout»old-checkout"><p/></feature></feature>
`,
    },
  },
];

describe('flags in Razor pages', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
