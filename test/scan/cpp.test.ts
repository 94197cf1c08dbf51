import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'SDK calls',
    files: {
      'src/pay.cc': `#include <launchdarkly/server_side/client.hpp>
bool Shop::Pay(Context const& ctx) {
  if (client.BoolVariation(ctx, "«read Shop::Pay»new-checkout", false)) return true;
  auto on = client->GetBooleanValue("«read Shop::Pay»new-checkout", false);
  if (unleash.isEnabled("«read Shop::Pay»new-checkout")) return true;
  return statsig::checkGate(user, "«read Shop::Pay»new-checkout");
}
`,
    },
  },
  {
    title: 'a feature of Chromium',
    names: ['NewCheckout'],
    files: {
      'chrome/features.cc': `#include "chrome/features.h"
namespace features {
BASE_FEATURE(kNewCheckout, "«mention _ NewCheckout»NewCheckout", base::FEATURE_DISABLED_BY_DEFAULT);
BASE_DECLARE_FEATURE(kOther);
}
`,
      'chrome/pay.cc': `bool Pay() {
  if (base::FeatureList::IsEnabled(features::«read Pay NewCheckout»kNewCheckout)) return true;
  return FeatureList::IsEnabled(
      ::features::«read Pay NewCheckout»kNewCheckout);
}
`,
    },
  },
  {
    title: 'the older form of a feature',
    names: ['NewCheckout'],
    files: {
      'chrome/features.cc': `const base::Feature kNewCheckout{"«mention _ NewCheckout»NewCheckout", base::FEATURE_ENABLED_BY_DEFAULT};
bool Pay() { return base::FeatureList::IsEnabled(«read Pay NewCheckout»kNewCheckout); }
`,
    },
  },
  {
    title: 'constants',
    files: {
      'src/flags.h': `#pragma once
#define NEW_CHECKOUT "«mention»new-checkout"
constexpr char kNewCheckout[] = "«mention»new-checkout";
namespace flags { inline constexpr std::string_view kAgain = "«mention»new-checkout"; }
struct Names { static constexpr const char* kThird = "«mention»new-checkout"; };
`,
      'src/pay.cc': `#include "flags.h"
bool Pay() {
  client.BoolVariation(ctx, «read Pay»NEW_CHECKOUT, false);
  client.BoolVariation(ctx, «read Pay»kNewCheckout, false);
  client.BoolVariation(ctx, flags::«read Pay»kAgain, false);
  client.BoolVariation(ctx, Names::«read Pay»kThird, false);
}
`,
    },
  },
  {
    title: 'a wrapper, and one of it',
    files: {
      'src/flags.cc': `bool IsOn(const std::string& key, bool otherwise) { return client->BoolVariation(ctx, key, otherwise); }
bool Shop::Gated(std::string_view name) const { return IsOn(std::string(name), false) || IsOn(name, true); }
`,
      'src/pay.cc': `bool Pay() { return IsOn("«read Pay»new-checkout", false) || shop.Gated("«read Pay»new-checkout"); }
`,
    },
  },
  {
    title: 'every flag seen read, when none is defined',
    names: [],
    files: {
      'src/pay.cc': `bool Pay() {
  client.BoolVariation(ctx, "«read Pay one»one", false);
  settings.GetString("two");
  map.get("three");
}
`,
    },
  },
  {
    title: 'the same string for other things',
    files: {
      'src/pay.cc': `// client.BoolVariation(ctx, "«mention»new-checkout", false)
void Pay() {
  LOG(INFO) << "«mention»new-checkout";
  license.HasFeature("«mention»new-checkout");
  metrics.Track("«mention»new-checkout");
  std::map<std::string, int> m{{"«mention»new-checkout", 1}};
  auto help = R"(client.BoolVariation(ctx, "«mention»new-checkout", false))";
  ABSL_FLAG(bool, other, false, "«mention»new-checkout");
}
`,
    },
  },
];

describe('flags in C++', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
