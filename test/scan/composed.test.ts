import { describe, expect, it } from 'vitest';
import { compared, readingOf, type ScanCase } from './memory-tree.ts';

const cases: readonly ScanCase[] = [
  {
    title: 'a prefix and a name in C#, in a constant and in the call',
    files: {
      'src/Flags.cs': `class FeatureFlagService {
  private const string Prefix = "Shop.";
  private const string CartFeatureName = «mention _ Shop.Cart»Prefix + "Cart";
  private readonly IFeatureFlagClient _client;
  public bool IsCartEnabled() {
    return _client.IsEnabled(«read FeatureFlagService.IsCartEnabled Shop.Cart»CartFeatureName, defaultValue: false);
  }
  public bool IsPayEnabled() {
    return _client.IsEnabled(«read FeatureFlagService.IsPayEnabled Shop.Pay»Prefix + "Pay", defaultValue: false);
  }
}
`,
    },
    names: [],
  },
  {
    title: 'a formatted string in Python',
    files: {
      'shop/flags.py': `from flags import is_feature_enabled
NAMESPACE = "shop"
def cart():
    return is_feature_enabled(«read cart shop.new_cart»f"{NAMESPACE}.new_cart")
`,
    },
    names: ['shop.new_cart'],
  },
  {
    title: 'a template in TypeScript',
    files: {
      'src/cart.ts': `import { useFlag } from '@unleash/proxy-client-react';
const PREFIX = 'shop-';
export const useCart = () => useFlag(«read useCart shop-cart»\`\${PREFIX}cart\`);
`,
    },
    names: [],
  },
  {
    title: 'nothing when a part is known at run time only',
    files: {
      'src/cart.ts': `import { useFlag } from '@unleash/proxy-client-react';
const PREFIX = window.shop;
let STAGE = 'a';
STAGE = 'b';
export const useCart = (id: string) => [useFlag(\`\${PREFIX}cart\`), useFlag(\`\${STAGE}cart\`), useFlag('cart-' + id)];
`,
    },
    names: [],
  },
];

describe('flags whose names are put together from constants', () => {
  it.each(cases)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});

const FLAGS_PY = `class AdminFlagValue(enum.Enum):
    READ_ONLY = "read-only"
    NO_OIDC = "no-oidc"

class Flags:
    def denied(self, member=None):
        return self.enabled(member) or self.enabled(AdminFlagValue.NO_OIDC)

    def enabled(self, member):
        return self.rows().get(member.value)
`;

describe('flags that a team asks of a class of its own', () => {
  it('are found without definitions, by the type of the member and through the methods of the class', async () => {
    const { sites } = await readingOf(
      {
        'app/admin/flags.py': FLAGS_PY,
        'app/views.py': `from app.admin.flags import AdminFlagValue
def upload(request):
    if request.flags.enabled(AdminFlagValue.READ_ONLY):
        raise Closed
    return request.flags.denied(AdminFlagValue.NO_OIDC)
`,
      },
      [],
    );
    const reads = sites
      .filter(({ kind }) => kind === 'read')
      .map(({ file, line, flag }) => `${file}:${line} ${flag}`);
    expect(reads).toEqual([
      'app/admin/flags.py:7 no-oidc',
      'app/views.py:3 read-only',
      'app/views.py:5 no-oidc',
    ]);
  });

  it('are not asked of a class that is something else', async () => {
    const { sites } = await readingOf(
      {
        'app/menu.py': `class Menu:\n    def show(self):\n        return self.enabled(Entry.HOME) or self.enabled("home")\n`,
      },
      ['home'],
    );
    expect(sites.filter(({ kind }) => kind === 'read')).toEqual([]);
  });
});

const MADE: readonly ScanCase[] = [
  {
    title: 'a constant that a flag class made, asked by itself',
    files: {
      'app/settings.py': `LOG_REQUESTS = WaffleSwitch("«mention LOG_REQUESTS api.log»api.log", module_name=__name__)\nNAME = Setting("api.name")\n`,
      'app/views.py': `from app import settings\n\ndef view():\n    return settings.«read view api.log»LOG_REQUESTS.is_enabled() or settings.NAME.is_enabled()\n`,
    },
    names: [],
  },
  {
    title: 'a constant with the text of its own name, asked for in code and in a page',
    files: {
      'src/FeatureNames.cs': `public static class FeatureNames\n{\n    public const string History = nameof(«mention _ History»History);\n}\n`,
      'src/Page.cs': `[RequireFeatureEnabled(FeatureNames.«read _ History»History)]\npublic class Page {}\n`,
      'src/Index.cshtml': `@inject IFeatureProvider FeatureProvider
@if (FeatureProvider.IsEnabled(FeatureNames.«read _ History»History)) { <p/> }
@if (FeatureProvider.IsEnabled("«read _ Board»Board")) { <p/> }
@* FeatureProvider.IsEnabled("Old") *@
<a href="@Url.IsEnabled("Other")"></a>
`,
    },
    names: [],
  },
];

describe('flags that nothing defines for us', () => {
  it.each(MADE)('are found: $title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
