import { describe, expect, it } from 'vitest';
import { compared, readingOf, type ScanCase } from './memory-tree.ts';

/** Features and flags of other trades: maps, models, command lines, web servers, price lists, countries. */

const CASES: readonly ScanCase[] = [
  {
    title: 'flags of countries, of options and of a command line taken apart by hand',
    names: ['new-checkout', 'de', 'pt-BR'],
    files: {
      'src/countries.ts': `export const ofCountry = (country: string) => [flagService.getFlag('«mention _ de»de'), flags['«mention _ pt-BR»pt-BR']];
`,
      'src/beta.ts': `import { flags } from './feature-flags';
export const inCountry = (country: string) => flags['«read _ de»de'];
`,
      'src/Billing/PlanAdapter.cs': `class PlanAdapter { bool Sold => HasFeature("«mention»new-checkout"); bool HasFeature(string key) => _keys.Contains(key); }
`,
      'src/refresh.ts': `export const refresh = (how: RefreshFeaturesOptions) => how.«mention _ de»de;
`,
      'app/models/picture.rb': `class Picture
  has_one_attached(:file) { |attachable| attachable.variant :«mention _ de»de }
end
`,
      'src/compile.ts': `export const compiled = (options: Options) => options.Flags['«mention»new-checkout'];
`,
      'src/shop.ts': `// New features of the shop.
export const shown = (options: Options) => options.flags['«read shown»new-checkout'];
`,
      'src/run.ts': `const args = process.argv.slice(2);
if (flag('«mention»new-checkout') || flags['«mention»new-checkout']) run();
if (isFeatureEnabled('«read _»new-checkout')) run();
`,
    },
  },
  {
    title: 'features of a map',
    files: {
      'src/map.ts': `import Feature from 'ol/Feature.js';
export function draw(feature: Feature, features: Map<string, Feature>, source: VectorSource) {
  feature.get('«mention»new-checkout');
  features.get('«mention»new-checkout');
  features['«mention»new-checkout'];
  source.getFeatureById('«mention»new-checkout');
  featureService.getFeature('«mention»new-checkout');
  return isFeatureEnabled('«read draw»new-checkout');
}
`,
      'src/other.ts': `export const named = () => geojson.features.get('«mention»new-checkout') ?? features.get('«read named»new-checkout');
`,
    },
  },
  {
    title: 'features of a model',
    files: {
      'shop/train.py': `import pandas as pd
from sklearn.feature_extraction import DictVectorizer

def train(features, model, store):
    features["«mention»new-checkout"]
    features.get("«mention»new-checkout")
    model.features.get_value("«mention»new-checkout")
    get_feature_importance("«mention»new-checkout")
    store.get_feature("«mention»new-checkout")
    return is_feature_enabled("«read train»new-checkout")
`,
      'shop/serve.py': `import pandas as pd
from shop.feature_flags import features

def serve():
    return features["«read serve»new-checkout"]
`,
    },
  },
  {
    title: 'features of a web server, and bits',
    names: ['new-checkout', 'ReadOnly'],
    files: {
      'src/Pay.cs': `public class Pay
{
    public bool Run(HttpContext context, FileFlag mode)
    {
        var a = context.Features["«mention»new-checkout"];
        var b = httpContext.Features.Get<string>("«mention»new-checkout");
        if (mode.HasFlag(FileFlag.«mention _ ReadOnly»ReadOnly)) return true;
        return features.HasFlag(Features.«read Pay.Run ReadOnly»ReadOnly) || _features.Get("«read Pay.Run»new-checkout");
    }
}
[Flags] public enum FileFlag { None = 0, «mention _ ReadOnly»ReadOnly = 1 }
`,
    },
  },
  {
    title: 'flags of a command line',
    files: {
      'src/cli.ts': `import meow from 'meow';
const cli = meow();
export const a = () => cli.flags['«mention»new-checkout'] || flags['«mention»new-checkout'];
`,
      'src/run.ts': `export const run = (args: Args) => args.flags['«mention»new-checkout'] || cliFlags.get('«mention»new-checkout') || flags['«read run»new-checkout'];
`,
      'shop/cli.py': `import argparse
def run(flags):
    return flags["«mention»new-checkout"]
`,
      'shop/run.py': `def run(flags):
    return flags["«read run»new-checkout"]
`,
    },
  },
  {
    title: 'features of a price list, flags of letters and countries',
    files: {
      'src/pay.ts': `export function pay() {
  plan.hasFeature('«mention»new-checkout');
  user.subscription.features.includes('«mention»new-checkout');
  message.flags.has('«mention»new-checkout');
  countryFlags.get('«mention»new-checkout');
  return plan.featureFlags.isEnabled('«read pay»new-checkout');
}
`,
      'shop/pay.py': `def pay(email, plan):
    plan.has_feature("«mention»new-checkout")
    email.has_flag("«mention»new-checkout")
    country_flags["«mention»new-checkout"]
`,
    },
  },
  {
    title: 'what every list has, what one feature has, and lists of names',
    names: ['filter', 'search', 'length', 'featureName', 'next-page'],
    files: {
      'src/pay.ts': `export function pay(features: List, feature: Row, flags: Flags) {
  features.«mention _ filter»filter((each) => each.features.«mention _ length»length > 0);
  features.«read pay search»search;
  this.svg.append(this.features).«mention _ search»search();
  drawn(this.features)['«mention _ search»search'];
  (this.features as Flags).«read pay search»search;
  feature.get('«mention _ next-page»next-page');
  features.get('«read pay next-page»next-page');
  getFlags('«mention _ next-page»next-page');
  getFlag('«read pay next-page»next-page');
  dialect.withVariant(text, '«mention _ next-page»next-page');
  const fields = { «mention _ featureName»featureName: '«mention _ featureName»featureName', path: '/' };
  return { query: 'a', flags: '«mention _ next-page»next-page', fields };
}
`,
      'src/module.ts': `import * as feature from './feature';
export const page = () => feature.get('«read page next-page»next-page');
`,
      'shop/pay.py': `def pay(values):
    return values["feature_server"].get("«mention _ next-page»next-page")
`,
    },
  },
  {
    title: 'words that only begin or end like a flag, a feature or a gate',
    files: {
      'src/pay.ts': `export function pay() {
  aggregate.get('«mention»new-checkout');
  delegate.check('«mention»new-checkout');
  flagship.get('«mention»new-checkout');
  featured.includes('«mention»new-checkout');
  this.killGate.check('«read pay»new-checkout');
  return gate.check('«read pay»new-checkout');
}
`,
    },
  },
  {
    title: 'pieces of a page, a class that is toggled, and an event',
    files: {
      'src/pay.tsx': `export function Pay() {
  const [on] = useToggle('«mention»new-checkout');
  useFeatureTour('«mention»new-checkout');
  document.body.classList.toggle('«mention»new-checkout');
  toggle('«mention»new-checkout');
  const click = { event: 'click', flag: '«mention»new-checkout', label: 'pay' };
  return (
    <>
      <Toggle name="«mention»new-checkout" />
      <ToggleSwitch id="«mention»new-checkout" />
      <FeatureCard name="«mention»new-checkout" />
      <FeatureToggle name="«read Pay»new-checkout" />
    </>
  );
}
`,
    },
  },
];

describe('flags and features that are no switches', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });

  it('are not listed when nothing is defined', async () => {
    const { sites } = await readingOf(
      {
        'src/map.ts': "const a = featureService.getFeature('lake') ?? flagService.getFlag('de');",
        'src/Pay.cs': 'class Pay { string F() => _flagService.GetValue("it") + countryFlags.Get("france"); }',
        'shop/pay.py': 'flag_service.get_flag("fr")\n',
      },
      [],
    );
    expect(sites).toEqual([]);
  });

  it('leave the service of flags its own', async () => {
    const { sites } = await readingOf(
      { 'src/pay.ts': "const a = flagService.getFlag('new-checkout') ?? featureService.isEnabled('pay');" },
      [],
    );
    expect(sites.map(({ flag, kind }) => `${flag} ${kind}`)).toEqual(['new-checkout read', 'pay read']);
  });
});
