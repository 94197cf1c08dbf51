import { describe, expect, it } from 'vitest';
import { FLAG, readingOf } from './memory-tree.ts';

async function flagsRead(
  file: string,
  text: string,
  names: readonly string[] = [],
): Promise<readonly string[]> {
  const { sites } = await readingOf({ [file]: text }, names);
  return [...new Set(sites.filter(({ kind }) => kind === 'read').map(({ flag }) => flag))].sort();
}

describe('a client of a flag SDK with an ordinary name', () => {
  it.each([
    [
      'a.cs',
      'var client = ConfigCatClient.Get("sdk-key"); var on = await client.GetValueAsync("new-checkout", false);',
    ],
    ['a.cs', 'class A { Task<bool> N(IConfigCatClient c) => c.GetValueAsync("new-checkout", false); }'],
    ['a.cs', 'public class B(IUnleash client) { bool M() => client.IsEnabled("new-checkout"); }'],
    [
      'a.cs',
      'public class B { private readonly ILdClient client; bool M() => this.client.BoolVariation("new-checkout", c, false); }',
    ],
    [
      'a.cs',
      'class H(IVariantFeatureManager fm) { Task<bool> A() => fm.IsEnabledAsync("new-checkout").AsTask(); }',
    ],
    ['a.cs', 'class H { void A() { var c = StatsigServer.GetConfigSync(user, "new-checkout"); } }'],
    [
      'a.cs',
      'public class E(IGrowthBook client) { void M() { client.GetFeatureValue<string>("new-checkout", "fallback"); } }',
    ],
    [
      'a.py',
      'import configcatclient\ncc = configcatclient.get("sdk-key")\non = cc.get_value("new-checkout", False)\n',
    ],
    ['a.py', 'import ldclient as ld\nclient = ld.get()\non = client.variation("new-checkout", ctx, False)\n'],
    [
      'a.py',
      'from UnleashClient import UnleashClient\nclass A:\n  def __init__(self):\n    self.client = UnleashClient(url="u")\n  def on(self):\n    return self.client.is_enabled("new-checkout")\n',
    ],
    ['a.py', 'def on(client: UnleashClient) -> bool:\n  return client.is_enabled("new-checkout", {})\n'],
    [
      'a.py',
      'from statsig_python_core import Statsig\nclient = Statsig("secret")\ne = client.get_experiment(u, "new-checkout").get_string("param", "x")\n',
    ],
    [
      'a.ts',
      'import * as configcat from "@configcat/sdk/node";\nconst client = configcat.getClient("sdk-key", 0);\nawait client.getValueAsync("new-checkout", false);',
    ],
    [
      'a.ts',
      "import { init } from '@launchdarkly/node-server-sdk';\nconst client = init('sdk-key');\nawait client.variation('new-checkout', { kind: 'user' }, false);",
    ],
    [
      'a.ts',
      "const { initialize: start } = require('unleash-client');\nconst u = start({});\nu.isEnabled('new-checkout');",
    ],
    [
      'a.ts',
      "import { GrowthBook } from '@growthbook/growthbook';\nconst client: Thing = new GrowthBook({ clientKey: 'sdk-key' });\nclient.isOn('new-checkout');",
    ],
    ['a.ts', "import { isEnabled } from 'unleash-client';\nif (isEnabled('new-checkout')) go();"],
    [
      'a.ts',
      "import type { LDClient } from 'x';\nclass A { constructor(private readonly c: LDClient) {} on() { return this.c.variation('new-checkout', false); } }",
    ],
    [
      'a.ts',
      "import Statsig from 'statsig-node';\nconst client = Statsig;\nclient.getLayer(u, 'new-checkout').get('param', 1);",
    ],
    ['a.ts', "import { client } from './unleash';\nif (client.isEnabled('new-checkout')) go();"],
    [
      'a.tsx',
      "import { useGateValue } from '@statsig/react-bindings';\nconst A = () => useGateValue('new-checkout');",
    ],
    [
      'a.go',
      'package a\nimport unleash "github.com/Unleash/unleash-go-sdk/v5"\nfunc f(c *unleash.Client) bool { return c.IsEnabled("new-checkout") }\n',
    ],
    [
      'a.go',
      'package a\nimport (\n\tld "github.com/launchdarkly/go-server-sdk/v7"\n)\nfunc f() { c, err := ld.MakeClient("sdk-key", 0)\n on, _ := c.BoolVariation("new-checkout", ctx, false) }\n',
    ],
    [
      'A.java',
      'class A { private final Unleash client; boolean m() { return client.isEnabled("new-checkout"); } }',
    ],
    [
      'A.java',
      'class A { void m() { ConfigCatClient c = ConfigCatClient.get("sdk-key"); c.getValue(Boolean.class, "new-checkout", false); } }',
    ],
    ['a.kt', 'class A(private val client: Unleash) { fun m() = client.isEnabled("new-checkout") }'],
    ['a.rb', "client = Unleash::Client.new(url: 'u')\nclient.is_enabled?('new-checkout')\n"],
  ])('in %s is asked for the one flag and nothing else: %s', async (file, text) => {
    expect(await flagsRead(file, text)).toEqual([FLAG]);
    expect(await flagsRead(file, text, [FLAG, 'sdk-key', 'param', 'fallback'])).toEqual([FLAG]);
  });

  it.each([
    ['a.py', 'import configcatclient\ncc = configcatclient.get("new-checkout")\n'],
    ['a.py', 'import configcatclient as c\ncc = c.get("new-checkout")\n'],
    ['a.cs', 'var client = ConfigCatClient.Get("new-checkout");'],
    ['a.py', 'import ldclient, redis\nclient = redis.Redis()\non = client.get_value("new-checkout")\n'],
    [
      'a.ts',
      "import { init } from '@launchdarkly/node-server-sdk';\nconst client = init('new-checkout');\nform.getValue('new-checkout');\nclient.on('new-checkout', f);",
    ],
    ['a.ts', "import { isEnabled } from './plugins';\n// unleash\nisEnabled('new-checkout');"],
    [
      'a.ts',
      "import { GrowthBook } from '@growthbook/growthbook';\nconst client = new GrowthBook();\nother.client.getValue('new-checkout');",
    ],
    [
      'A.java',
      'class A { Unleash u; Form client; boolean m() { return client.isEnabled("new-checkout"); } }',
    ],
  ])('what %s does here asks for no flag: %s', async (file, text) => {
    expect(await flagsRead(file, text)).toEqual([]);
  });

  it('is told who asks behind the name of the flag', async () => {
    const text = "ldClient.variation('new-checkout', { key: 'user-1' }, false);";
    expect(await flagsRead('a.ts', text, [FLAG, 'user-1'])).toEqual([FLAG]);
  });

  it('hands out clients for the key of the SDK, which is no flag though one is called so', async () => {
    const text = 'import configcatclient\ncc = configcatclient.get("new-checkout")\n';
    expect(await flagsRead('a.py', text, [FLAG])).toEqual([]);
  });
});

describe('a flag of .NET that is kept among the settings', () => {
  it.each([
    ['var on = Configuration["FeatureManagement:new-checkout"] == "true";', [FLAG]],
    ['var on = configuration.GetValue<bool>("FeatureManagement:new-checkout");', [FLAG]],
    ['Configuration["FeatureManagement:new-checkout"] = "true";', []],
    ['Log("FeatureManagement:new-checkout");', []],
    ['var on = Configuration["FeatureManagement:new-checkout:EnabledFor"];', []],
  ])('%s', async (line, flags) => {
    expect(await flagsRead('a.cs', `class A { void M() { ${line} } }`, [FLAG])).toEqual(flags);
  });
});
